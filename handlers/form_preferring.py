"""The form of what people prefer for themselves."""

from typing import Any

from handlers import preferring
from handlers.asking import Facts, Hearing, Reply
from handlers.filled import Filled
from handlers.form import Field, Filling, Form, Kind, Option
from models.languages import LANGUAGES
from models.preference import prefer, preference_of
from models.staff import ident

USUAL, OPENING, OFF, AT = "usual", "opening", "off", "at"
HOURS = (1, 2, 4, 8, 16, 24)


def draw(hearing: Hearing, filling: Filling) -> Reply:
    """How early one hears, when the digest comes, and the language."""
    filled, found = Filled(filling), preference_of(hearing.db, ident(hearing.speaker))
    lead = str(found.lead_minutes // 60) if found and found.lead_minutes else USUAL
    digest, at = OPENING, ""
    if found and not found.digest_on:
        digest = OFF
    elif found and found.digest_at is not None:
        digest, at = AT, f"{found.digest_at // 60:02}:{found.digest_at % 60:02}"
    language = (found and found.language) or USUAL
    hours = sorted({*HOURS, int(lead)} if lead != USUAL else HOURS)
    leads = (
        Option(USUAL, "As is usual"),
        *(Option(str(one), f"{one} working hour{'s' if one > 1 else ''} before") for one in hours),
    )
    digests = (
        Option(OPENING, "At the start of my day"),
        Option(AT, "At the time below"),
        Option(OFF, "No digest"),
    )
    tongues = (Option(USUAL, "The agency’s"), *(Option(tag, name) for tag, name in LANGUAGES.items()))
    fields = (
        Field("reminders", "Remind me", Kind.CHOICE, filled.line("reminders") or lead, options=leads),
        Field("digest", "My digest comes", Kind.CHOICE, filled.line("digest") or digest, options=digests),
        Field(
            "digest_time", "Time of the digest", Kind.TIME, filled.line("digest_time") or at, optional=True
        ),
        Field("language", "Language", Kind.CHOICE, filled.line("language") or language, options=tongues),
    )
    facts: Facts = {}
    return Reply(
        "form_prefer", facts, form=Form("prefer", filling.about, "Your preferences", "Store", fields)
    )


def submit(hearing: Hearing, filling: Filling) -> Reply:
    """Stores them; a field that is left out stays as it was. Raises Unfit."""
    filled = Filled(filling)
    wishes: dict[str, Any] = {}
    lead, digest, at = filled.line("reminders"), filled.line("digest"), filled.line("digest_time")
    language = filled.line("language")
    if lead:
        with filled.reading("reminders"):
            words = USUAL if lead == USUAL else f"{lead} hours before"
            wishes |= preferring.read_wish(hearing, f"reminders {words}")
    if at and digest in (OPENING, OFF):
        filled.clash("digest_time", "A time is given. Choose “At the time below”, or leave it empty.")
    elif digest == AT and not at:
        filled.lacks("digest_time", "the time of the digest")
    elif digest or at:
        said = {OPENING: USUAL, OFF: OFF, AT: at, "": at}.get(digest, digest)
        with filled.reading("digest_time" if digest in (AT, "") else "digest"):
            wishes |= preferring.read_wish(hearing, f"digest {said}")
    if language:
        with filled.reading("language"):
            wishes |= preferring.read_wish(hearing, f"language {language}")
    filled.check()
    if wishes:
        prefer(hearing.db, hearing.speaker, **wishes)
    return preferring.stored(hearing)
