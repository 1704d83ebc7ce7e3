"""`/desk try`: another standard or calendar on what was received, beside what was. Nothing is stored."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.asking import Choice, Facts, Hearing, Refusal, Reply
from handlers.periods import Backwards, Period, StillToCome, ends_with_period, read_period
from handlers.reading import QUOTES, clauses, nothing_more, one_line
from handlers.standard_facts import in_department, starting, unreadable
from handlers.trial_facts import of_trial
from handlers.what_to_try import USAGE, Asked, read_what
from models.agency_file import Role
from models.calendar import UnknownDay
from models.staff import departments, ident
from models.trying import began, replay, size

USUAL = "last quarter"
MOST = 5000  # inquiries that a conversation waits for, about a second; `replyby try` has no such bound
CHANGED = 10  # that a reply lists
_QUOTED = re.compile("|".join(f"{opens}([^{closes}]*){closes}" for opens, closes in QUOTES.items()))


@dataclass(frozen=True)
class _Typed:
    """What was typed, taken apart: what to try, the period, the department; "" where nothing was said."""

    what: str
    period: str
    department: str


def try_(hearing: Hearing, rest: str) -> Reply:
    """Replays what the department received, or for an admin the whole agency, and compares."""
    said = _taken_apart(hearing, rest)
    if not said.what:
        missing = ["what to try: a rule such as “email 4 business hours”, a standard, hours, or a closed day"]
        raise Refusal("missing_piece", missing=missing, usage=USAGE)
    whole = not said.department and hearing.speaker.role is Role.ADMIN
    hearing = in_department(hearing, said.department or None, USAGE)
    period = _period(hearing, said.period)
    period = replace(period, last=min(period.last, hearing.today))
    ends = f"{period.words}{f' for {said.department}' if said.department else ''}"
    asked = read_what(hearing, said.what, f'desk try "{{}}" {ends}', period)
    tried = departments(hearing.db) if whole else [hearing.department]
    ids = None if whole else [ident(hearing.department)]
    scope: Facts = {
        "department": hearing.agency.name if whole else hearing.department.name,
        "whole": whole,
        "period": period.words,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "says": list(asked.says),
        "another_standard": bool(asked.tried.base or asked.tried.rules),
        "own_over": bool(asked.tried.rules and asked.tried.base is None),
    }
    number = size(hearing.db, ids, period.first, period.last)
    if not number:
        day = began(hearing.db, ids)
        return Reply("trial_nothing", {**scope, "began": day.isoformat() if day else None})
    if number > MOST:
        raise Refusal("trial_too_many", **scope, number=number, most=MOST)
    try:
        standards = asked.tried.standards(hearing.db, tried, hearing.today)
        calendars = asked.tried.calendars(hearing.db, tried)
    except ValueError as error:
        raise unreadable(error) from error
    trial = replay(
        hearing.db,
        ids,
        period.first,
        period.last,
        hearing.now,
        standards=standards,
        calendars=calendars,
        keep=CHANGED,
    )
    return Reply("trial", {**scope, **of_trial(trial)}, () if len(tried) > 1 else _adopt(hearing, asked))


def _adopt(hearing: Hearing, asked: Asked) -> tuple[Choice, ...]:
    """The button that makes it the department's, when one command does."""
    if asked.adopt is None:
        return ()
    tomorrow = hearing.today + timedelta(days=1)
    return (Choice("Use it from tomorrow", f"desk standard {asked.adopt}{starting(hearing, tomorrow)}"),)


def _taken_apart(hearing: Hearing, rest: str) -> _Typed:
    """What stands in quotes at the beginning is tried; without quotes, what stands before the period."""
    parts = clauses(one_line(rest), first=("for",), last=())
    head, quoted = parts[""], []
    while match := _QUOTED.match(head):
        quoted.append(next(one for one in match.groups() if one is not None))
        head = head[match.end() :].strip(" ,;")
    if quoted:
        what, period = "; ".join(quoted), head
    else:
        what, period = ends_with_period(head, hearing.today, hearing.calendar)
    department, other = ends_with_period(parts.get("for", ""), hearing.today, hearing.calendar)
    if other and period:
        nothing_more(other, USAGE)
    return _Typed(what, period or other, department)


def _period(hearing: Hearing, said: str) -> Period:
    try:
        return read_period(said or USUAL, hearing.today, hearing.calendar)
    except StillToCome as error:
        fault, day = "ahead", error.args[0]
    except Backwards as error:
        fault, day = "backwards", error.args[1]
    except UnknownDay as error:
        raise Refusal("beyond_calendar", given=said[:60], reason=str(error)) from error
    except ValueError:
        fault, day = "unreadable", None
    raise Refusal(
        "trial_period", given=said[:60], fault=fault, day=day.isoformat() if day else None, usage=USAGE
    )
