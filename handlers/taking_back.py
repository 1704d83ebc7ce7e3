"""Opening the office again: taking closures back, by their day or by their name."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from handlers.asking import Choice, Hearing, Refusal, Reply
from handlers.calendar_changes import Change, Scope, made, scope_of
from handlers.closing_days import check, facts_of, spoken
from handlers.closing_words import Words, days_named, named_again, take_apart
from handlers.reading import one_line
from models.agency_file import Role
from models.calendars import ClosureDay, closures_of
from models.recurring import Every

OPEN = "/desk open 2026-02-17"


def open_(hearing: Hearing, rest: str) -> Reply:
    """`DAY ["NAME"]`: shows what would move; with `apply`, takes the closures of that day back."""
    words = take_apart(rest)
    scope = scope_of(hearing, words.place, OPEN)
    if not words.rest:
        # The name alone, in quotes.
        words = replace(words, rest=words.name)
    if not words.rest:
        raise Refusal("missing_piece", missing=["the day"], usage=OPEN)
    words, days, every = _days_to_open(scope, words)
    check(scope.hearing, days)
    found = _standing(scope, days, words.name, every)
    if not found:
        raise _not_closed(scope, days, every, words.name)
    names = " and ".join(dict.fromkeys(row.name for row in found))
    name = f' "{words.name}"' if words.name else ""
    change = Change(
        template="closure",
        facts={**facts_of(scope, "open", names, found, every), "no_hours": _without_hours(scope, found)},
        said=f"{names} taken back: {spoken('', found, every)}",
        words=f"desk open apply {named_again(days, every)}{name}{scope.suffix}",
        button="Open the office then",
        usage=OPEN,
        alter=lambda: _take_back(scope, found),
    )
    return made(scope, change, words.apply)


def _days_to_open(scope: Scope, words: Words) -> tuple[Words, list[date], Every | None]:
    """The words with the days that they mean; a closure's name alone means the next one of that name."""
    try:
        return words, *days_named(scope.hearing, words.rest, OPEN)
    except Refusal:
        name, today = one_line(words.rest), scope.hearing.today
        rows = closures_of(scope.hearing.db, scope.id)
        coming = [row for row in rows if row.day >= today and row.name.casefold() == name.casefold()]
        if not coming:
            raise
        days = [coming[0].day]
        for row in coming[1:]:
            if row.day - days[-1] == timedelta(days=1):
                days.append(row.day)
        return replace(words, rest=named_again(days, None), name=coming[0].name), days, None


def _not_closed(scope: Scope, days: Sequence[date], every: Every | None, name: str) -> Refusal:
    """Why there is nothing to take back: another's closure, no hours on that weekday, or none at all."""
    agencys = _standing(scope, days, name, every, None) if scope.id is not None else []
    everywhere = None
    if agencys and scope.hearing.speaker.role is Role.ADMIN:
        everywhere = f"desk open {named_again(days, every)}"
    day = days[0] if len(days) == 1 else None
    no_hours = day is not None and not any(one.usual_hours(day) for one in scope.calendars())
    return Refusal(
        "not_closed",
        (Choice("Open everywhere", everywhere),) if everywhere else (),
        day=str(day) if day else None,
        because=agencys[0].name if agencys else None,
        everywhere=f"/{everywhere}" if everywhere else None,
        no_hours=no_hours,
        where=scope.name,
        usage=OPEN,
    )


def _standing(
    scope: Scope, days: Sequence[date], name: str, every: Every | None, *whose: int | None
) -> list[ClosureDay]:
    """The closures of these days that are the scope's own, or of `whose`; with `every`, only that rule's."""
    wanted = whose[0] if whose else scope.id
    there, rule = set(days), str(every) if every else None
    return [
        row
        for row in closures_of(scope.hearing.db, wanted)
        if row.department_id == wanted
        and row.day in there
        and (not name or row.name.casefold() == name.casefold())
        and (rule is None or row.every == rule)
    ]


def _without_hours(scope: Scope, rows: Iterable[ClosureDay]) -> bool:
    """Whether nobody has hours on any of the days, so that to take the closures back opens nothing."""
    days = {row.day for row in rows}
    return not any(calendar.usual_hours(day) for calendar in scope.calendars() for day in days)


def _take_back(scope: Scope, rows: Iterable[ClosureDay]) -> None:
    for row in rows:
        row.ended_at = scope.hearing.now
        scope.hearing.db.add(row)
