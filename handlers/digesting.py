"""The morning's digest, whenever somebody asks for it."""

from handlers.asking import Choice, Hearing, Reply
from handlers.reading import nothing_more
from models.digest import TEMPLATE, choices_of, digest_of
from models.languages import ENGLISH
from models.preference import preference_of
from models.staff import ident


def digest(hearing: Hearing, rest: str) -> Reply:
    """What the speaker has before them, as the morning's digest would say it now."""
    nothing_more(rest, "/inquiry digest")
    facts = digest_of(hearing.db, hearing.speaker, hearing.now)
    wish = preference_of(hearing.db, ident(hearing.speaker))
    language = (wish and wish.language) or ENGLISH
    return Reply(TEMPLATE, facts, tuple(Choice(**one) for one in choices_of(facts)), language)
