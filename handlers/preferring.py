"""What people prefer for themselves: a day of quiet, how early they hear, their digest, their language."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any

from handlers import times
from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.reading import nothing_more, one_line
from handlers.times import COUNT, COUNTS
from models.adopting import standard_for
from models.calendars import calendar_for
from models.inquiry import open_deadlines
from models.instant import iso
from models.languages import LANGUAGES, read_language
from models.plan import USUAL, Kind
from models.preference import Preference, prefer, preference_of
from models.staff import ident
from models.turns import Turn

PREFER = "/inquiry prefer reminders 2 hours before"
MOST_HOURS = 24
LONGEST_LIST = 5

_QUIET = Choice("Quiet today", "inquiry quiet today")
_NO_QUIET = Choice("End the quiet", "inquiry quiet off")
_NO_DIGEST = Choice("No digest", "inquiry prefer digest off")
_DIGEST = Choice("Digest again", "inquiry prefer digest on")
_ALL = Choice("Change all of it", "form prefer")
_LEAD = re.compile(
    rf"(?:reminders?|remind(?: me)?)?:? ?{COUNT} (?:(?:business|working|office) )?(?:hours?|hrs?)"
    r"(?: (?:before|ahead|earlier))?(?: (?:it is|they are) due|(?: the| a)? deadlines?)?"
)
_FOR = re.compile(r"^(?:(?:for|on|all) )+")
_QUIET_DAYS = dict.fromkeys(("", "today", "on", "the rest of the day", "day"), timedelta(0))
_QUIET_DAYS |= dict.fromkeys(("tomorrow", "day tomorrow"), timedelta(days=1))
_QUIET_OVER = ("off", "over", "no more")
_USUAL = re.compile(r"(?:as )?(?:usual|default|normal)(?:ly)?")
_REMINDERS = re.compile(r"(?:reminders?|remind(?: me)?)?:? ?")
_OTHER = re.compile(r"(?P<what>digest|language)s?:?(?: |$)(?P<rest>.*)")
_OFF = ("off", "no", "none", "never", "not")
_ON = ("on", "yes", "again", "at opening")


def quiet(hearing: Hearing, rest: str) -> Reply:
    """Holds back the speaker's early reminders for the rest of the day or all of tomorrow, or lets them come.

    There is one day of quiet at a time: the day that is named last.
    """
    said = _FOR.sub("", one_line(rest).casefold().strip(" .!"))
    was = _quiet_day(hearing)
    if said in _QUIET_OVER:
        if was:
            prefer(hearing.db, hearing.speaker, quiet_on=None)
        return _told_quiet(hearing, None, was)
    if said not in _QUIET_DAYS:
        raise Refusal("quiet_unread", given=one_line(rest)[:60])
    day = hearing.today + _QUIET_DAYS[said]
    prefer(hearing.db, hearing.speaker, quiet_on=day)
    return _told_quiet(hearing, day, was)


def _quiet_day(hearing: Hearing) -> date | None:
    """The day of quiet that is not over, if the speaker wants one."""
    found = preference_of(hearing.db, ident(hearing.speaker))
    return found.quiet_on if found and found.quiet_on and found.quiet_on >= hearing.today else None


def _told_quiet(hearing: Hearing, day: date | None, was: date | None) -> Reply:
    shown = day or hearing.today
    facts: Facts = {
        "on": day is not None,
        "is_today": shown == hearing.today,
        "day": shown.isoformat(),
        "instead_of": was.isoformat() if was and day and was != day else None,
        "due": _due_on(hearing, shown),
    }
    return Reply("quiet", facts, (_NO_QUIET,) if day else (_QUIET,))


def _due_on(hearing: Hearing, day: date) -> Facts:
    """The speaker's deadlines that come on that day all the same: {"lines", "more"}"""
    owners = [ident(hearing.speaker)]
    ahead = [
        {"number": inquiry.number, "due": iso(clock.due), "subject": inquiry.subject}
        for clock, inquiry in open_deadlines(hearing.db, owner_ids=owners)
        if clock.stopped_at is None and clock.due > hearing.now and hearing.calendar.today(clock.due) == day
    ]
    return {"lines": ahead[:LONGEST_LIST], "more": max(0, len(ahead) - LONGEST_LIST)}


def preferences(hearing: Hearing, rest: str) -> Reply:
    """What the speaker prefers."""
    nothing_more(rest, "/inquiry preferences")
    return _shown(hearing, changed=False)


def preferred(hearing: Hearing, rest: str) -> Reply:
    """Sets how early the speaker hears of a deadline, when their digest comes or whether, or their language.

    "usual" takes each back. Without words, what they prefer is shown.
    """
    said = one_line(rest).casefold().strip(" .!")
    if not said:
        return _shown(hearing, changed=False)
    prefer(hearing.db, hearing.speaker, **read_wish(hearing, said))
    return stored(hearing)


def read_wish(hearing: Hearing, said: str) -> dict[str, Any]:
    """What of a Preference the words set: "reminders 2 hours before", "digest off". Refuses other words."""
    other = _OTHER.fullmatch(said)
    read = _READ[other["what"]] if other else _lead
    return read(hearing, other["rest"] if other else said)


def stored(hearing: Hearing) -> Reply:
    """What the speaker prefers from now on."""
    return _shown(hearing, changed=True)


def _lead(_hearing: Hearing, said: str) -> dict[str, Any]:
    match = _LEAD.fullmatch(said)
    hours = (COUNTS.get(match["count"]) or int(match["count"])) if match else 0
    if match is None and _USUAL.fullmatch(_REMINDERS.sub("", said, count=1)):
        return {"lead_minutes": None}
    if not 1 <= hours <= MOST_HOURS:
        raise _unread("reminders", said, readable=match is not None)
    return {"lead_minutes": hours * 60}


def _digest(hearing: Hearing, said: str) -> dict[str, Any]:
    if said in _OFF:
        return {"digest_on": False}
    if said in _ON:
        return {"digest_on": True}
    if _USUAL.fullmatch(said):
        return {"digest_on": True, "digest_at": None}
    return {"digest_on": True, "digest_at": _minutes(hearing, said)}


def _minutes(hearing: Hearing, said: str) -> int:
    """Minutes after midnight; of two readings, the one that is in the speaker's hours."""
    words = f"at {said}" if said.isdigit() else said
    match = next((found for one in times.PATTERNS if (found := one.fullmatch(words))), None)
    if match is None and words.startswith("at "):
        match = next((found for one in times.PATTERNS if (found := one.fullmatch(words[3:]))), None)
    try:
        readings = times.times_of_day(match, to_24=False) if match else ()
    except times.Unreadable:
        readings = ()
    if not readings:
        raise _unread("digest", said)
    every = [one.hour * 60 + one.minute for one in readings]
    return next((one for one in every if _in_hours(hearing, one)), every[0])


def _in_hours(hearing: Hearing, minutes: int) -> bool:
    turn = Turn(calendar_for(hearing.db, ident(hearing.speaker)), minutes, ())
    comes = turn.next(hearing.now)
    return comes is not None and turn.calendar.local(comes).time() == _time(minutes)


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _language(_hearing: Hearing, said: str, languages: Mapping[str, str] = LANGUAGES) -> dict[str, Any]:
    if _USUAL.fullmatch(said):
        return {"language": None}
    tag = read_language(said, languages)
    if tag is None:
        raise _unread("language", said)
    return {"language": tag}


_READ: dict[str, Callable[[Hearing, str], dict[str, Any]]] = {"digest": _digest, "language": _language}


def _unread(what: str, given: str, *, readable: bool = False) -> Refusal:
    """readable: it was understood, and is beyond what there is."""
    return Refusal(
        "preference_unread",
        what=what,
        given=given[:60],
        readable=readable,
        most=MOST_HOURS,
        usage=PREFER,
        languages=list(LANGUAGES.values()),
    )


def _usual_lead(hearing: Hearing) -> int | None:
    """Working minutes before a deadline, by the plan of the department; None when it has no such point."""
    try:
        plan = standard_for(hearing.db, hearing.department, hearing.today).plan
    except ValueError:
        plan = USUAL
    return min((one.minutes for one in plan if one.kind is Kind.BEFORE), default=None)


def _shown(hearing: Hearing, *, changed: bool) -> Reply:
    found = preference_of(hearing.db, ident(hearing.speaker)) or Preference(staff_id=ident(hearing.speaker))
    quiet_day = _quiet_day(hearing)
    calendar = calendar_for(hearing.db, ident(hearing.speaker))
    comes = Turn(calendar, found.digest_at, ()).next(hearing.now) if found.digest_on else None
    wished = f"{_time(found.digest_at):%H:%M}" if found.digest_at is not None else None
    local = f"{calendar.local(comes):%H:%M}" if comes else None
    usual = _usual_lead(hearing)
    facts: Facts = {
        "hours": (found.lead_minutes or usual or 0) // 60,
        "own": found.lead_minutes is not None,
        # None: by their department's plan nobody is reminded ahead, whatever they prefer.
        "usual": usual // 60 if usual else None,
        "quiet": quiet_day == hearing.today,
        "quiet_later": quiet_day.isoformat() if quiet_day and quiet_day > hearing.today else None,
        "digest": {
            "on": found.digest_on,
            "at": wished,
            "next": iso(comes) if comes else None,
            # Their hours are their own: a wish may be within them on one day and not on another.
            "comes": local if wished and local != wished else None,
        },
        "language": LANGUAGES.get(found.language) if found.language else None,
        "languages": list(LANGUAGES.values()),
        "changed": changed,
    }
    choices = (_NO_QUIET if quiet_day else _QUIET, _NO_DIGEST if found.digest_on else _DIGEST, _ALL)
    return Reply("preferences", facts, choices)
