"""The time that is promised; and what speaks against it (R14): it is stored all the same, and told."""

import re
from datetime import datetime
from math import ceil, floor

from handlers.asking import Facts, Hearing, Refusal
from handlers.needing import outside
from handlers.reading import one_line, promised
from handlers.when import Reading
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
    needs_time = Refusal("ack_needs_time", number=inquiry.number)
    if match is None or not match[2].strip():
        raise needs_time
    try:
        return promised(hearing, match[2].strip()), words[:1000]
    except Refusal as refusal:
        if not match[1] and refusal.reply.template == "unreadable_time":
            raise needs_time from refusal
        raise


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
