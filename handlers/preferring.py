"""What people prefer for themselves: a day of quiet, and how early they hear of a deadline."""

import re

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.reading import nothing_more, one_line
from handlers.times import COUNT, COUNTS
from models.inquiry import open_deadlines
from models.instant import iso
from models.preference import USUAL_LEAD, is_quiet, prefer, preference_of
from models.staff import ident

QUIET = "/inquiry quiet today"
PREFER = "/inquiry prefer reminders 2 hours before"
MOST_HOURS = 24
LONGEST_LIST = 5

_QUIET = Choice("Quiet today", "inquiry quiet today")
_NO_QUIET = Choice("End the quiet", "inquiry quiet off")
_LEAD = re.compile(
    rf"(?:reminders?|remind(?: me)?)?:? ?{COUNT} (?:(?:business|working|office) )?(?:hours?|hrs?)"
    r"(?: (?:before|ahead|earlier))?(?: (?:it is|they are) due|(?: the| a)? deadlines?)?"
)
_USUAL = re.compile(r"(?:reminders?|remind(?: me)?)?:? ?(?:as )?(?:usual|default|normal)(?:ly)?")


def quiet(hearing: Hearing, rest: str) -> Reply:
    """Holds back the speaker's early reminders for the rest of the day, or lets them come again."""
    said = one_line(rest).casefold().strip(" .!")
    if said not in ("", "today", "on", "for today", "off", "over", "no more"):
        raise Refusal("too_many_words", extra=one_line(rest)[:60], usage=QUIET)
    on = said in ("", "today", "on", "for today")
    was_on = is_quiet(hearing.db, ident(hearing.speaker), hearing.today)
    if on or was_on:
        prefer(hearing.db, hearing.speaker, quiet_on=hearing.today if on else None)
    facts: Facts = {"on": on, "day": hearing.today.isoformat(), "due": _due_today(hearing)}
    return Reply("quiet", facts, (_NO_QUIET,) if on else (_QUIET,))


def _due_today(hearing: Hearing) -> Facts:
    """The speaker's deadlines that come today all the same: {"lines", "more"}"""
    owners = [ident(hearing.speaker)]
    ahead = [
        {"number": inquiry.number, "due": iso(clock.due), "subject": inquiry.subject}
        for clock, inquiry in open_deadlines(hearing.db, owner_ids=owners)
        if clock.stopped_at is None
        and clock.due > hearing.now
        and hearing.calendar.today(clock.due) == hearing.today
    ]
    return {"lines": ahead[:LONGEST_LIST], "more": max(0, len(ahead) - LONGEST_LIST)}


def preferences(hearing: Hearing, rest: str) -> Reply:
    """What the speaker prefers."""
    nothing_more(rest, "/inquiry preferences")
    return _shown(hearing, changed=False)


def preferred(hearing: Hearing, rest: str) -> Reply:
    """Sets how many working hours before a deadline the speaker hears of it, or leaves it to the usual."""
    said = one_line(rest).casefold().strip(" .!")
    match = _LEAD.fullmatch(said)
    hours = (COUNTS.get(match["count"]) or int(match["count"])) if match else 0
    if not _USUAL.fullmatch(said) and not 1 <= hours <= MOST_HOURS:
        raise Refusal("preference_unread", given=one_line(rest)[:60], most=MOST_HOURS, usage=PREFER)
    prefer(hearing.db, hearing.speaker, lead_minutes=hours * 60 if match else None)
    return _shown(hearing, changed=True)


def _shown(hearing: Hearing, *, changed: bool) -> Reply:
    found = preference_of(hearing.db, ident(hearing.speaker))
    minutes = found.lead_minutes if found else None
    on = is_quiet(hearing.db, ident(hearing.speaker), hearing.today)
    facts: Facts = {
        "hours": (minutes or USUAL_LEAD) // 60,
        "own": minutes is not None,
        "usual": USUAL_LEAD // 60,
        "quiet": on,
        "changed": changed,
    }
    return Reply("preferences", facts, (_NO_QUIET if on else _QUIET,))
