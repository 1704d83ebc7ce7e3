"""The time that is promised; and what speaks against it (R14): it is stored all the same, and told."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from math import ceil, floor

from handlers.asking import Facts, Hearing, Refusal
from handlers.needing import outside
from handlers.offers import limit_of_promise, promises
from handlers.reading import one_line, promised
from handlers.when import Reading
from models import telling
from models.absence import away_on, who_covers
from models.inquiry import Deadline, Inquiry, running
from models.instant import iso
from models.pace import pace
from models.schedule import works_on
from models.staff import Staff, ident

# The words may lack their second quote; single ones stand round words, and apostrophes within them.
_QUOTED = re.compile(
    r"\"[^\"]*(?:\"|$)|[“„][^“”]*(?:[”“]|$)"
    r"|(?<!\S)'(?:[^']|(?<=\w)'(?=\w))*'(?!\S)|(?<!\S)‘[^‘]*’(?!\S)"
)


def promised_time(hearing: Hearing, inquiry: Inquiry, rest: str) -> tuple[Reading, str]:
    """`by Thu "We look into it"` → the time, the words; they may stand the other way round, without "by" too.

    Times are read by the hearing's calendar. Refuses when no time is given.
    """
    quoted = _QUOTED.search(rest)
    words = one_line(quoted[0].strip("\"“”„'‘’")) if quoted else ""
    unsaid = (rest[: quoted.start()] + rest[quoted.end() :]) if quoted else rest
    match = re.fullmatch(r"\s*(by\s+|until\s+)?(.*)", unsaid, re.IGNORECASE | re.DOTALL)
    if match is None or not match[2].strip():
        raise _needs_time(hearing, inquiry, quoted)
    try:
        return promised(hearing, match[2].strip()), words[:1000]
    except Refusal as refusal:
        if not match[1] and refusal.reply.template == "unreadable_time":
            raise _needs_time(hearing, inquiry, quoted) from refusal
        raise


def _needs_time(hearing: Hearing, inquiry: Inquiry, quoted: re.Match[str] | None) -> Refusal:
    """Offers times within the policy; words for the customer go along with each."""
    limit = limit_of_promise(hearing, inquiry)
    choices = promises(hearing, inquiry, one_line(quoted[0]) if quoted else "", limit)
    within = telling.of_deadline(limit, hearing.now) if limit else None
    return Refusal("ack_needs_time", choices, number=inquiry.number, offered=len(choices), within=within)


def doubts(hearing: Hearing, inquiry: Inquiry, promise: Deadline) -> list[Facts]:
    """What to think of before the customer counts on it, each with its "what":

    "closed" ("why", "last"): nobody is at the office then. "away" ("name", "last" day of the absence or None,
    "covered_by"): the owner is not in then. "needed" ("due"): the customer needs it earlier. "bold" ("name",
    "channel", "took", "leaves", in working minutes): the owner's like inquiries took longer.
    """
    closed = outside(hearing.calendar_for(inquiry), promise)
    found: list[Facts] = [{"what": "closed", **closed}] if closed else []
    owner = hearing.db.get_one(Staff, inquiry.owner_id)
    found += _away(hearing, inquiry, owner, promise.due)
    found += [
        {"what": "needed", "due": iso(one.due)}
        for one in running(hearing.db, inquiry)
        if one.kind == "needed" and one.due < promise.due
    ]
    return found + _bold(hearing, inquiry, owner, promise.due)


def not_in_when_due(hearing: Hearing, inquiry: Inquiry, clocks: Sequence[Deadline]) -> list[Facts]:
    """The doubts "away" about its owner, each with "due": the running clocks that are due on such a day.

    One for each day; what is past due, or paused, has none.
    """
    owner, calendar = hearing.db.get_one(Staff, inquiry.owner_id), hearing.calendar_for(inquiry)
    found: dict[date, list[Facts]] = {}
    for clock in clocks:
        if clock.due > hearing.now and clock.stopped_at is None:
            doubts = [{**one, "due": iso(clock.due)} for one in _away(hearing, inquiry, owner, clock.due)]
            found.setdefault(calendar.today(clock.due), doubts)
    return [one for doubts in found.values() for one in doubts]


def _away(hearing: Hearing, inquiry: Inquiry, owner: Staff, due: datetime) -> list[Facts]:
    day = hearing.calendar_for(inquiry).today(due)
    absence = away_on(hearing.db, ident(owner), day)
    if absence is None and works_on(hearing.db, ident(owner), day):
        return []
    cover = who_covers(hearing.db, owner, day)
    return [
        {
            "what": "away",
            "name": _name(hearing, owner),
            "last": absence.last.isoformat() if absence else None,
            "covered_by": cover.name if cover and cover.id != owner.id else None,
        }
    ]


def _bold(hearing: Hearing, inquiry: Inquiry, owner: Staff, due: datetime) -> list[Facts]:
    found = pace(hearing.db, inquiry, due, hearing.calendar_for(inquiry), hearing.now)
    if found is None or not found.bold:
        return []
    # Rounded apart, so that the two never look the same.
    took, leaves = ceil(found.took), max(0, floor(found.leaves))
    name, channel = _name(hearing, owner), inquiry.channel
    return [{"what": "bold", "name": name, "channel": channel, "took": took, "leaves": leaves}]


def _name(hearing: Hearing, owner: Staff) -> str | None:
    """The owner's name; None for the speaker, who is "you"."""
    return None if owner.id == hearing.speaker.id else owner.name
