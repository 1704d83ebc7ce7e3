"""The hours of a department or of the agency: what they are, and a new week from a day on."""

import re
from collections.abc import Iterable

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.calendar_changes import Change, Scope, made, scope_of
from handlers.hours_typed import are_hours, spoken_week, week_typed
from handlers.reading import clauses, day, unquoted
from handlers.schedules import member_hours
from models.calendars import WeeklyHours, hours_of, write_week
from models.calendars import read_week as week_of

USAGE = "/desk hours Mon-Thu 8:00-18:00, Fri 8:00-12:00 from 2026-03-09"
_APPLY = re.compile(r"apply(?!\S)\s*", re.IGNORECASE)
_MEMBER = re.compile(r"of\s+(?=\S)|of$", re.IGNORECASE)
_USUAL = re.compile(r"(?:the )?usual(?: hours)?(?: again)?[ .]*", re.IGNORECASE)
_PLANNED = re.compile(r"(?:take back|drop)\b\s*", re.IGNORECASE)


def applies(rest: str) -> bool:
    """Whether the words change the hours, and not only show what they would do."""
    return _APPLY.match(rest) is not None


def hours(hearing: Hearing, rest: str) -> Reply:
    """Shows the week in force and what is planned; with hours, or `usual`, plans a week."""
    if _MEMBER.match(rest):
        return member_hours(hearing, rest)
    applying = _APPLY.match(rest)
    parts = clauses(rest[applying.end() :] if applying else rest, first=(), last=("for", "from", "of"))
    if parts.get("of") and "for" not in parts:
        # "Mon-Wed 9-1 of dana from Monday"
        begins = f" from {parts['from']}" if "from" in parts else ""
        return member_hours(hearing, f"of {parts['of']} {parts['']}{begins}")
    place = unquoted(parts["for"]) if "for" in parts else None
    typed, since = parts[""], parts.get("from")
    if since is not None and are_hours(since):
        # "Mon-Fri from 8 to 5" names no first day.
        typed, since = f"{typed} {since}", None
    scope = scope_of(hearing, place, USAGE)
    if planned := _PLANNED.match(typed):
        return _take_back(scope, typed[planned.end() :] or since or "", bool(applying))
    if not typed:
        if since is not None:
            raise Refusal("missing_piece", missing=["the hours, or “usual”"], usage=USAGE)
        return _shown(scope)
    if since == "":
        raise Refusal("missing_piece", missing=["the first day: from DAY"], usage=USAGE)
    return _planned(scope, typed, since, bool(applying))


def _planned(scope: Scope, typed: str, since: str | None, applying: bool) -> Reply:
    hearing = scope.hearing
    first = day(hearing, since) if since else hearing.today
    if first < hearing.today:
        raise Refusal("hours_passed", first=str(first), usage=USAGE)
    week = None if _USUAL.fullmatch(typed) else week_typed(typed, USAGE)
    said = spoken_week(week) if week else "usual"
    row = WeeklyHours(
        department_id=scope.id,
        first=first,
        week=write_week(week) if week else None,
        set_at=hearing.now,
        set_by_id=hearing.speaker.id,
    )
    own = hours_of(hearing.db, scope.id)
    if week is None and not any(one.week for one in own if one.first <= first):
        _refuse_what_is_usual(scope, [one for one in own if one.first > first])
    same_day = [one for one in own if one.first == first]
    change = Change(
        template="hours",
        facts=_facts(scope, "hours", row),
        said=f"office hours from {first}: {said}",
        words=f"desk hours apply {said} from {first}{scope.suffix}",
        button="Set these hours",
        usage=USAGE,
        alter=lambda: _alter(scope, same_day, row),
    )
    return made(scope, change, applying)


def _refuse_what_is_usual(scope: Scope, planned: Iterable[WeeklyHours]) -> None:
    """Who says `usual` before a planned week has begun may mean to take the plan back."""
    begins = [str(one.first) for one in planned if one.week]
    if begins:
        raise Refusal(
            "hours_still_usual",
            _take_back_buttons(scope, begins),
            where=scope.name,
            first=begins[0],
            usage=USAGE,
        )


def _take_back_buttons(scope: Scope, begins: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"Take back {first}", f"desk hours take back {first}{scope.suffix}") for first in begins
    )[:5]


def _take_back(scope: Scope, typed: str, applying: bool) -> Reply:
    """Takes a week back that is planned and has not begun."""
    usage = "/desk hours take back 2026-03-09"
    if not typed:
        raise Refusal("missing_piece", missing=["the day that the planned hours begin"], usage=usage)
    hearing = scope.hearing
    first = day(hearing, re.sub(r"^from\s+", "", typed))
    rows = [one for one in hours_of(hearing.db, scope.id) if one.first == first > hearing.today]
    if not rows:
        raise Refusal("hours_not_planned", first=str(first), where=scope.name, usage=usage)
    change = Change(
        template="hours",
        facts=_facts(scope, "hours back", rows[-1]),
        said=f"planned office hours from {first} taken back",
        words=f"desk hours apply take back {first}{scope.suffix}",
        button="Take them back",
        usage=usage,
        alter=lambda: _alter(scope, rows, None),
    )
    return made(scope, change, applying)


def _alter(scope: Scope, over: Iterable[WeeklyHours], new: WeeklyHours | None) -> None:
    for row in over:
        row.ended_at = scope.hearing.now
        scope.hearing.db.add(row)
    if new is not None:
        scope.hearing.db.add(new)


def _facts(scope: Scope, what: str, row: WeeklyHours) -> Facts:
    """What is planned: {"what", "where", "whole_agency", "week", "first"}; `week` None is the usual one."""
    return {
        "what": what,
        "where": scope.name,
        "whole_agency": scope.department is None,
        "week": spoken_week(week_of(row.week)) if row.week else None,
        "first": str(row.first),
        "today": row.first == scope.hearing.today,
        "past": False,
    }


def _shown(scope: Scope) -> Reply:
    hearing = scope.hearing
    calendar, today = hearing.calendar, hearing.today
    mine = {str(row.first) for row in hours_of(hearing.db, scope.id)}
    planned = [
        {"first": str(first), "week": spoken_week(week), "mine": str(first) in mine}
        for first, week in calendar.changes
        if first > today
    ]
    facts: Facts = {
        "where": scope.name,
        "week": spoken_week(calendar.week_on(today)),
        "planned": planned,
        "agencys": scope.department is not None and not mine,
    }
    begins = [str(one["first"]) for one in planned if one["mine"]]
    return Reply("hours_shown", facts, _take_back_buttons(scope, begins))
