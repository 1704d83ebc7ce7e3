"""Which inquiry somebody speaks of: by its number, its customer's name, or words of its subject."""

import re

from sqlmodel import col, select

from handlers.asking import Choice, Hearing
from handlers.reading import may_see, shortened
from models.absence import covered_by
from models.inquiry import Inquiry, unclosed
from models.staff import ident, members

MOST = 5  # that are offered
LOOKED_AT = 200  # of those that are closed, the newest
_NUMBER = re.compile(r"(?:inquiry |number |no\.? )?(?:inq[ -]?|#)?(\d{1,9})", re.IGNORECASE | re.ASCII)
_TITLE = re.compile(r"^(?:mr|mrs|ms|mx|dr|miss)\b\.? *", re.IGNORECASE)
_SMALL = "a an the his her their about of for with s and or my our"
_LITTLE = frozenset(_SMALL.split())


def meant(hearing: Hearing, words: str, *, closed: bool = False, wholly: bool = False) -> list[Inquiry]:
    """The inquiries that the words may mean: of the speaker's own first, else of their department's.

    closed: those that are closed too, when none is open. wholly: only those that hold every word. Only what
    the speaker may see.
    """
    if number := _NUMBER.fullmatch(words.strip(" .,?!")):
        found = hearing.db.get(Inquiry, int(number[1]))
        return [found] if found is not None and may_see(hearing, found) else []
    wanted = _words(words)
    if not wanted:
        return []
    everyone = [ident(one) for one in members(hearing.db, ident(hearing.department))]
    for each in (owners(hearing), everyone):
        if best := _best(wanted, unclosed(hearing.db, each), 2 if wholly else 1):
            return [one for one in best if may_see(hearing, one)]
    return (
        [one for one in _best(wanted, _all_of(hearing, everyone), 2) if may_see(hearing, one)]
        if closed
        else []
    )


def own(hearing: Hearing) -> list[Inquiry]:
    """The speaker's open inquiries, and those that they cover for today."""
    return unclosed(hearing.db, owners(hearing))


def offered(inquiries: list[Inquiry], begins: str = "") -> tuple[Choice, ...]:
    """A button for each; `begins` stands before its number: "inquiry show "."""
    return tuple(
        Choice(shortened(f"{one.number} {one.customer}, {one.subject}", 60), f"{begins}{one.number}")
        for one in inquiries[:MOST]
    )


def owners(hearing: Hearing) -> list[int]:
    """The speaker, and those for whom they cover today."""
    return [ident(hearing.speaker), *covered_by(hearing.db, hearing.speaker, hearing.today)]


def _all_of(hearing: Hearing, everyone: list[int]) -> list[Inquiry]:
    query = select(Inquiry).where(col(Inquiry.owner_id).in_(everyone)).order_by(col(Inquiry.id).desc())
    return list(hearing.db.exec(query.limit(LOOKED_AT)))


def _words(text: str) -> list[str]:
    bare = _TITLE.sub("", text.casefold().replace("’", "'").strip())
    found = re.findall(r"[\w-]+", re.sub(r"'s\b", "", bare))
    return [one for one in found if one not in _LITTLE] or found


def _best(wanted: list[str], inquiries: list[Inquiry], least: int) -> list[Inquiry]:
    """Those of which most is said: the whole name, part of it, name and subject, a word."""
    scored = [(score, one) for one in inquiries if (score := _score(wanted, one)) >= least]
    best = max((score for score, _ in scored), default=0)
    return [one for score, one in scored if score == best]


def _score(wanted: list[str], inquiry: Inquiry) -> int:
    name, subject = _words(inquiry.customer), _words(inquiry.subject)
    if wanted == name:
        return 4
    if set(wanted) <= set(name):
        return 3
    if set(wanted) <= {*name, *subject}:
        return 2
    long = [one for one in wanted if len(one) > 3]
    return 1 if long and any(one in (*name, *subject) for one in long) else 0
