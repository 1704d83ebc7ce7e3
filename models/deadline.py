"""When an answer is due, and why: a rule's count, reckoned by the office's calendar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from models.because import moment, moment_zone, short_moment
from models.calendar import Calendar
from models.count import Count, Unit
from models.counts import Counted, business_days, clock_hours, weeks
from models.hour_counts import business_hours, elapsed_hours
from models.pause import Pause, Pauses
from models.standard import DEFAULT, Rule, Standard


@dataclass(frozen=True)
class Reckoning:
    """One deadline with its reasons.

    `aim` and `due` are UTC instants, the same when the rule gives no range; only `due` can be missed.
    `because` tells the steps in order, `in_short` all of them in one line; `met_by` is what ends the clock.
    Counted from `counted_from` on by the rule `counted_by`, or agreed at `agreed_at` to be due `agreed_due`,
    before pauses; `notes` are the sentences of the agreement.
    """

    kind: str
    aim: datetime
    due: datetime
    rule: str
    citation: str
    because: tuple[str, ...]
    in_short: str
    met_by: tuple[str, ...]
    counted_from: datetime | None = None
    counted_by: Rule | None = None
    agreed_due: datetime | None = None
    agreed_at: datetime | None = None
    notes: tuple[str, ...] = ()


_WAYS: dict[Unit, Callable[[datetime, Count, Calendar, Pauses], Counted]] = {
    "business_days": business_days,
    "clock_hours": clock_hours,
    "weeks": weeks,
    "business_hours": business_hours,
    "elapsed_hours": elapsed_hours,
}


def reckon(received: datetime, rule: Rule, calendar: Calendar, pauses: Sequence[Pause] = ()) -> Reckoning:
    """The deadline that a rule sets for what was received then, while the clock stood still in the pauses.

    Days whose last closing falls inside a pause are not counted by a rule in days, clock hours or weeks; a
    rule in business hours loses the working minutes that were paused, one in elapsed hours all of them.
    Pauses may overlap and come in any order; none ever makes a deadline earlier.

    Raises ValueError for a naive instant, UnknownDay when the calendar does not know all the days it needs.
    """
    # In UTC, because adding hours to a local time moves the wall clock instead.
    at = calendar.local(received).astimezone(UTC)
    counted = _WAYS[rule.count.unit](at, rule.count, calendar, Pauses(calendar, tuple(pauses)))
    # Nobody should take our default for the policy's word.
    because = (rule.says, *counted.because) if rule.id == DEFAULT else counted.because
    return Reckoning(
        kind=rule.kind,
        aim=counted.aim,
        due=counted.due,
        rule=rule.id,
        citation=rule.citation,
        because=because,
        in_short=counted.in_short,
        met_by=rule.met_by,
        counted_from=at,
        counted_by=rule,
    )


def reckon_all(
    received: datetime, standard: Standard, channel: str, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> tuple[Reckoning, ...]:
    """The deadlines that a standard sets on a channel.

    Raises as `reckon` does, and ValueError for an unknown channel.
    """
    return tuple(reckon(received, rule, calendar, pauses) for rule in standard.rules_for(channel))


@dataclass(frozen=True)
class Agreement:
    """What was agreed, with whom, by which rule. `because`: it in sentences; `in_short`: as a line begins.

    `moves`: whether a pause moves it.
    """

    kind: str
    rule: str
    citation: str
    because: tuple[str, ...]
    in_short: str
    met_by: tuple[str, ...]
    moves: bool = True


def agreed(
    due: datetime, at: datetime, calendar: Calendar, agreement: Agreement, pauses: Sequence[Pause] = ()
) -> Reckoning:
    """An instant that was agreed at `at`, as a deadline of its own.

    What was paused since is given back: as many working minutes as were left when a pause began are left when
    it ends, unless the agreement is of those that a pause does not move. Raises ValueError when an instant is
    naive or what is agreed does not lie ahead, UnknownDay as `reckon` does.
    """
    at, due = (calendar.local(one).astimezone(UTC) for one in (at, due))
    calendar.check_known(at)
    calendar.check_known(due)
    if due <= at:
        raise ValueError(f"A promise lies ahead; {moment(due, calendar)} does not.")
    found, told = due, []
    merged = Pauses(calendar, tuple(pauses)).merged if agreement.moves else ()
    for start, end in ((max(start, at), end) for start, end in merged if end > at):
        if start >= found:
            break
        left = calendar.minutes_between(start, found)
        calendar.check_known(end)
        found = max(found, calendar.add_minutes(end, left) if left else end)
        told.append(
            f"Paused from {moment(start, calendar)} to {moment(end, calendar)}: "
            f"what was left of the working time then counts from there, to {moment_zone(found, calendar)}."
        )
    said = f"{agreement.in_short} {short_moment(at, calendar)}, due {short_moment(found, calendar)}"
    return Reckoning(
        kind=agreement.kind,
        aim=found,
        due=found,
        rule=agreement.rule,
        citation=agreement.citation,
        because=(*agreement.because, *told),
        in_short=said + (", less pauses" if told else ""),
        met_by=agreement.met_by,
        agreed_due=due,
        agreed_at=at,
        notes=agreement.because,
    )


def promise(due: datetime, said_at: datetime, calendar: Calendar) -> Reckoning:
    """A time given to the customer, as a deadline of its own (R2, R12); a newer promise takes its place.

    Raises ValueError when an instant is naive or the promise does not lie ahead, UnknownDay as `reckon` does.
    """
    told = (
        f"On {moment(said_at, calendar)} the customer was promised an answer by "
        f"{moment_zone(due, calendar)}.",
        "A promised time is a deadline of its own.",
    )
    citation = "MAD Communication, e-mail; SJ dept. 6a"
    return agreed(
        due,
        said_at,
        calendar,
        Agreement("promise", "R2", citation, told, "promised", ("answer", "promise")),
    )


def needed(due: datetime, told_at: datetime, calendar: Calendar) -> Reckoning:
    """The customer's own deadline, as one more clock (R13). No pause moves it. Raises as `promise` does."""
    told = (
        f"On {moment(told_at, calendar)} the customer needed the answer by {moment_zone(due, calendar)}.",
        "It is the customer’s own deadline, so no pause moves it.",
    )
    return agreed(
        due,
        told_at,
        calendar,
        Agreement("needed", "R13", "MAR 3.1.2", told, "needed, as told", ("answer", "needed"), moves=False),
    )
