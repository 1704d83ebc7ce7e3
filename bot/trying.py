"""`replyby try`: another standard or calendar on what was stored. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.due import read_calendar
from handlers.counting import read_count, read_wish
from handlers.periods import Backwards, Period, StillToCome, read_period
from handlers.trial_facts import of_trial
from models.adopting import over_own, own_rules
from models.agency import agency_of
from models.calendar import Calendar
from models.calendars import calendar_of
from models.read_only import read_only
from models.staff import Department, called, departments, ident
from models.standard import CHANNELS, Rule, load_standard
from models.tried import Tried
from models.trying import began, replay

USUAL = "last quarter"
SHOWN = 50  # changed inquiries that the plain text lists; JSON has them all


@dataclass(frozen=True)
class Asked:
    """What the command line asks for; empty where it says nothing."""

    standard: str | None = None
    rules: Sequence[str] = ()
    calendar: Path | None = None
    begin: str | None = None
    end: str | None = None
    period: str | None = None
    department: str | None = None


def trial(address: str, asked: Asked, now: datetime) -> dict[str, Any]:
    """{"department", "period", "standard", "rules", "calendar", "began"} and what
    handlers/trial_facts.py tells.

    Instants are ISO 8601 in the office's zone. Raises ValueError, in a sentence.
    """
    if not (asked.standard or asked.rules or asked.calendar):
        raise ValueError(
            "Say what to try: --standard NAME, --rule “email 4 business hours”, --calendar FILE."
        )
    with read_only(address) as db:
        if agency_of(db) is None:
            raise ValueError("This database has no agency yet. Run `replyby seed`.")
        calendar = calendar_of(db)
        period = _period(asked, calendar.today(now), calendar)
        departments = _departments(db, asked.department)
        tried = _tried(asked, calendar.today(now))
        ids = [ident(one) for one in departments] if asked.department else None
        found = replay(
            db,
            ids,
            period.first,
            period.last,
            now,
            standards=tried.standards(db, departments, calendar.today(now)),
            calendars=tried.calendars(db, departments),
        )
        facts = of_trial(found)
        first = began(db, ids)
        facts["began"] = first.isoformat() if first else None
        facts["changed"] = [_local(one, calendar) for one in facts["changed"]]
        return {
            "department": departments[0].name if asked.department else None,
            "period": period.words,
            "standard": tried.base.name if tried.base else None,
            "rules": [one.says for one in tried.rules],
            "calendar": tried.calendar.version if tried.calendar else None,
            **facts,
        }


def _local(change: dict[str, Any], calendar: Calendar) -> dict[str, Any]:
    """A change with its instants in the office's zone."""

    def local(instant: str) -> str:
        return calendar.local(datetime.fromisoformat(instant)).isoformat(timespec="seconds")

    sides = {key: {**change[key], "due": local(change[key]["due"])} for _, key in _SIDES}
    return {**change, "received": local(change["received"]), **sides}


def _period(asked: Asked, today: date, calendar: Calendar) -> Period:
    if asked.period and (asked.begin or asked.end):
        raise ValueError("Give either --period, or --from and --to.")
    if asked.end and not asked.begin:
        raise ValueError("--to needs --from too.")
    words = asked.period or USUAL
    if asked.begin:
        words = f"from {asked.begin}" + (f" to {asked.end}" if asked.end else "")
    try:
        return read_period(words, today, calendar)
    except StillToCome as error:
        raise ValueError(f"“{words}” begins on {error.args[0]}, which is still to come.") from error
    except Backwards as error:
        raise ValueError(f"“{words}” ends on {error.args[1]}, before it begins.") from error
    except ValueError as error:
        raise ValueError(
            f"“{words}” is no period that can be read. Write --period “last quarter”, “Q3 2025” or "
            "“March 2026”, or --from 2026-01-05 --to 2026-01-30."
        ) from error


def _departments(db: Session, named: str | None) -> list[Department]:
    every = departments(db)
    if named is None:
        return every
    found = called(every, named)
    if found is None:
        raise ValueError(
            f"There is no department called “{named}”. There are {', '.join(one.name for one in every)}."
        )
    return [found]


def _tried(asked: Asked, today: date) -> Tried:
    rules: tuple[Rule, ...] = ()
    for words in asked.rules:
        for one in words.split(";"):
            rules = over_own(rules, _rule(one, today))
    return Tried(
        base=load_standard(asked.standard) if asked.standard else None,
        rules=rules,
        calendar=read_calendar(asked.calendar) if asked.calendar else None,
    )


def _rule(words: str, today: date) -> tuple[Rule, ...]:
    wish = read_wish(words)
    if not wish.channels:
        raise ValueError(f"“{words.strip()}” names no channel. The channels: {', '.join(CHANNELS)}.")
    return own_rules("A trial", wish.channels, read_count(wish.count), wish.kind, "the command line", today)


def spoken(found: dict[str, Any]) -> str:
    """The same for a person to read."""
    whose = found["department"] or "the whole agency"
    lines = [
        f"{found['period']} ({found['first']} to {found['last']}), {whose}: {found['inquiries']} received"
    ]
    if not found["inquiries"]:
        lines.append(
            f"the first inquiry was received on {found['began']}: try --from {found['began']}"
            if found["began"]
            else "no inquiry is stored at all yet"
        )
    if found["standard"]:
        lines.append(f"tried: the standard {found['standard']}")
    lines += [f"tried: {one}" for one in found["rules"]]
    if found["calendar"]:
        lines.append(f"tried: the calendar {found['calendar']}")
    lines += ["", _counts("as it is", found["today"]), _counts("as tried", found["tried"])]
    lines.append(f"due dates: {found['earlier']} earlier, {found['later']} later, {found['same']} the same")
    for title, parts in (("by channel", found["channels"]), ("by weekday of receipt", found["weekdays"])):
        lines += ["", title] if parts else []
        for one in parts:
            lines.append(f"  {one['name']}, {one['inquiries']}")
            lines += [f"    {_counts(name, one[key])}" for name, key in _SIDES]
    lines += ["", f"{found['changed_in_all']} would have come out differently"]
    for one in found["changed"][:SHOWN]:
        lines.append(f"  {one['number']} {one['customer']}, {one['channel']} received {one['received']}")
        for name, key in _SIDES:
            side = one[key]
            lines.append(
                f"    {name}: {side['verdict']}, due {side['due']}, {side['rule']}: {side['in_short']}"
            )
    if len(found["changed"]) > SHOWN:
        lines.append(f"  and {len(found['changed']) - SHOWN} more; --json has them all")
    lines += ["", "A trial compares due dates with what happened; under another rule people might have acted"]
    return "\n".join([*lines, "otherwise. Nothing was written."])


_SIDES = (("as it is", "today"), ("as tried", "tried"))


def _counts(title: str, counted: dict[str, int]) -> str:
    said = [f"{number} {name.replace('_', ' ')}" for name, number in counted.items() if number]
    return f"{title}: {', '.join(said) or 'nothing'}"
