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
    """

    kind: str
    aim: datetime
    due: datetime
    rule: str
    citation: str
    because: tuple[str, ...]
    in_short: str
    met_by: tuple[str, ...]


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
    )


def reckon_all(
    received: datetime, standard: Standard, channel: str, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> tuple[Reckoning, ...]:
    """The deadlines that a standard sets on a channel.

    Raises as `reckon` does, and ValueError for an unknown channel.
    """
    return tuple(reckon(received, rule, calendar, pauses) for rule in standard.rules_for(channel))


def promise(due: datetime, said_at: datetime, calendar: Calendar) -> Reckoning:
    """A time given to the customer, as a deadline of its own (R2, R12); a newer promise takes its place.

    Raises ValueError when an instant is naive or the promise does not lie ahead, UnknownDay as `reckon` does.
    """
    said_at, due = (calendar.local(one).astimezone(UTC) for one in (said_at, due))
    calendar.check_known(said_at)
    calendar.check_known(due)
    if due <= said_at:
        raise ValueError(f"A promise lies ahead; {moment(due, calendar)} does not.")
    return Reckoning(
        kind="promise",
        aim=due,
        due=due,
        rule="R2",
        citation="MAD Communication, e-mail; SJ dept. 6a",
        because=(
            f"On {moment(said_at, calendar)} the customer was promised an answer by "
            f"{moment_zone(due, calendar)}.",
            "A promised time is a deadline of its own.",
        ),
        in_short=f"promised {short_moment(said_at, calendar)}, due {short_moment(due, calendar)}",
        met_by=("answer", "promise"),
    )
