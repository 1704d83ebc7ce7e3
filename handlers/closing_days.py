"""Closing the office for a day or a part of one, and opening it again."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.calendar_changes import Change, Scope, made, scope_of
from handlers.closing_words import (
    Part,
    Words,
    days_named,
    hours_apart,
    hours_on,
    name_apart,
    named_again,
    take_apart,
)
from handlers.closure_told import TELL, tell
from handlers.hours_typed import HoursUnreadable
from models.calendar import Calendar, Span
from models.calendars import ClosureDay, closures_of
from models.recurring import Every

CLOSED = '/desk closed 2026-02-17 13:00-17:00 "snow"'
PAST = timedelta(days=31)  # what was longer ago has been met or missed


def applies(rest: str) -> bool:
    """Whether the words change the calendar, and not only show what they would do."""
    return take_apart(rest).apply


def closed(hearing: Hearing, rest: str) -> Reply:
    """`DAY [HOURS] "NAME"`: shows what would move; with `apply`, closes the office then."""
    words = take_apart(rest)
    scope = scope_of(hearing, words.place, CLOSED)
    if telling := TELL.match(words.rest):
        return tell(scope, replace(words, rest=words.rest[telling.end() :]))
    if not words.name:
        days_typed, name = name_apart(words.rest, lambda text: _readable(scope.hearing, text))
        words = replace(words, rest=days_typed, name=name)
    typed, part = _hours_apart(words)
    missing = [
        what
        for what, there in (
            ("the day, or the first and the last: DAY to DAY", typed),
            ("its name, in quotes", words.name),
        )
        if not there
    ]
    if missing:
        raise Refusal("missing_piece", missing=missing, usage=CLOSED)
    days, every = days_named(scope.hearing, typed, CLOSED)
    check(scope.hearing, days)
    there = scope.calendars()
    rows = _rows(scope, words, days, part, every, there)
    if not any(_shortens(row, there) for row in rows):
        calendar = next((one for one in there if not one.is_open_day(days[0])), None) if days else None
        because = calendar.why_closed(days[0]) if calendar and len(days) == 1 else None
        raise Refusal("closed_already", because=because, usage=CLOSED)
    again = named_again(days, every)
    name = f' "{words.name}"{scope.suffix}'
    hours = f" {part.typed}" if part else ""
    change = Change(
        template="closure",
        facts={**facts_of(scope, "closed", words.name, rows, every), "no_hours": False},
        said=spoken(words.name, rows, every),
        words=f"desk closed apply {again}{hours}{name}",
        button="Close the office then",
        usage=CLOSED,
        alter=lambda: scope.hearing.db.add_all(rows),
    )
    if words.apply:
        back = Choice("Take it back", f"desk open {again}{name}")
        whom = "Tell the department" if scope.department else "Tell everyone"
        return made(scope, change, True, (back, Choice(whom, f"desk closed tell {again}{name}")))
    less = (Choice("The whole day instead", f"desk closed {again}{name}"),) if part else ()
    return made(scope, change, False, less)


def _readable(hearing: Hearing, text: str) -> bool:
    """Whether the words are days, or days and hours."""
    try:
        typed, _ = hours_apart(text)
        return bool(typed and days_named(hearing, typed, CLOSED)[0])
    except (HoursUnreadable, Refusal):
        return False


def _hours_apart(words: Words) -> tuple[str, Part | None]:
    try:
        return hours_apart(words.rest)
    except HoursUnreadable as error:
        raise Refusal("closure_unreadable", reason=str(error), usage=CLOSED) from error


def check(hearing: Hearing, days: Sequence[date]) -> None:
    """Refuses days that are long over: what fell due then has been met or missed."""
    if days and days[0] < hearing.today - PAST:
        raise Refusal("closure_days", fault="passed", first=str(days[0]), last=str(days[-1]), usage=CLOSED)


def _rows(
    scope: Scope,
    words: Words,
    days: Iterable[date],
    part: Part | None,
    every: Every | None,
    there: list[Calendar],
) -> list[ClosureDay]:
    """The rows of a closure, on open and closed days alike: office hours may change; none twice."""
    known = {
        (row.day, row.start, row.end, row.name.casefold())
        for row in closures_of(scope.hearing.db, scope.id)
        if row.department_id == scope.id
    }
    wanted: list[tuple[date, Span | tuple[None, None]]] = []
    for one in days:
        spans = part.of(one, there) if part else ()
        wanted += [(one, span) for span in spans] if part else [(one, (None, None))]
    return [
        ClosureDay(
            day=one,
            name=words.name,
            start=start,
            end=end,
            department_id=scope.id,
            every=str(every) if every else None,
            put_at=scope.hearing.now,
            put_by_id=scope.hearing.speaker.id,
        )
        for one, (start, end) in wanted
        if (one, start, end, words.name.casefold()) not in known
    ]


def _shortens(row: ClosureDay, calendars: Iterable[Calendar]) -> bool:
    """Whether the office is open at a time that the row closes."""
    return any(_closes(row, calendar) for calendar in calendars)


def _closes(row: ClosureDay, calendar: Calendar) -> bool:
    if row.start is None or row.end is None:
        return calendar.is_open_day(row.day)
    midnight = datetime(row.day.year, row.day.month, row.day.day, tzinfo=calendar.tz)
    begin, over = (midnight + timedelta(minutes=minute) for minute in (row.start, row.end))
    # A night desk's hours begin on the day before.
    near = (row.day + timedelta(days=step) for step in (-1, 0, 1))
    spans = [span for day in near if calendar.first <= day <= calendar.last for span in calendar.spans(day)]
    return any(start < over and begin < end for start, end in spans)


def facts_of(scope: Scope, what: str, name: str, rows: Sequence[ClosureDay], every: Every | None) -> Facts:
    """What is closed or opened: {"what", "where", "name", "every", "first", "last", "hours", "past", …}

    hours: of a part of a day; None for whole days.
    """
    days = sorted({row.day for row in rows})
    return {
        "what": what,
        "where": scope.name,
        "whole_agency": scope.department is None,
        "name": name,
        "every": str(every) if every else None,
        "first": str(days[0]),
        "last": str(days[-1]),
        "hours": hours_on(rows, days[0]),
        "past": days[0] < scope.hearing.today,
    }


def spoken(name: str, rows: Sequence[ClosureDay], every: Every | None) -> str:
    """As a history tells it: "snow, 2026-02-17 13:00-17:00"."""
    days = sorted({row.day for row in rows})
    when = str(every) if every else f"{days[0]} to {days[-1]}" if days[1:] else str(days[0])
    hours = hours_on(rows, days[0])
    return f"{f'{name}, ' if name else ''}{when}{f' {hours}' if hours else ''}"
