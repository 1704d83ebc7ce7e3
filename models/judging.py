"""One inquiry judged: by the clocks that it had, and by those that another rule would have set."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from models.anew import agreed_again
from models.calendar import Calendar, UnknownDay
from models.deadline import Reckoning, reckon
from models.excuse import ABSENCE, Away, absences_in
from models.inquiry import Deadline, Event, Happening, Inquiry
from models.pause import Pause
from models.pausing import pauses_in
from models.standard import Rule, Standard
from models.telling import standing
from models.verdict import UNRECKONED, Side, Verdict

COMPARED = ("respond", "answer")
_WEIGHT = {one: weight for weight, one in enumerate(Verdict)}
_STANDING = {
    "met": Verdict.ON_TIME,
    "excused": Verdict.EXCUSED,
    "running": Verdict.OPEN,
    "paused": Verdict.OPEN,
    "missed": Verdict.MISSED,
    "overdue": Verdict.MISSED,
}


@dataclass(frozen=True)
class Judged:
    """One clock: what it says, and how it fared."""

    verdict: Verdict
    due: datetime
    rule: str
    in_short: str


@dataclass(frozen=True)
class _Wanted:
    """A clock that another rule would have set; `reckon` makes it from the pauses that moved it."""

    met_by: Sequence[str]
    excused_by: Sequence[str]
    reckon: Callable[[Sequence[Pause]], Reckoning]


class History:
    """What an inquiry went through up to its first reopening, with the clocks that it got on receipt.

    `rows` and `happened` are all its clocks and events, in the order they came about; `away` has the absences
    of each who may have owned it.
    """

    def __init__(
        self,
        inquiry: Inquiry,
        rows: Sequence[Deadline],
        happened: Sequence[Event],
        away: Away,
        now: datetime,
    ) -> None:
        reopened = next(
            (number for number, one in enumerate(happened) if one.what is Happening.REOPENED), None
        )
        anew = happened[reopened].at if reopened is not None else None
        self.inquiry, self.away, self.now = inquiry, away, now
        self.happened, self.events = happened, list(happened[:reopened])
        self.clocks = [
            one
            for one in rows
            if one.kind in COMPARED
            and (anew is None or one.set_at <= inquiry.logged_at or one.set_at < anew)
            and standing(one, now) != "replaced"
        ]
        self.stopped_at = inquiry.paused_at if reopened is None else None

    def as_it_was(self) -> Side:
        """By the clocks as they are stored."""
        return _side(
            Judged(_STANDING[standing(one, self.now)], one.due, one.rule, one.in_short) for one in self.clocks
        )

    def by(self, standard: Standard, calendar: Calendar) -> Side:
        """As the rules of a standard would have had it; with more time (R5) where it was given."""
        received, rules = self.inquiry.received_at, standard.rules_for(self.inquiry.channel)
        return self._judged(
            (
                _Wanted(one.met_by, one.excused_by, partial(reckon, received, self._longer(one), calendar))
                for one in rules
                if one.kind in COMPARED
            ),
            calendar,
        )

    def by_rules_kept(self, rule_of: Callable[[Deadline], Rule | None], calendar: Calendar) -> Side:
        """As the rules that its clocks were counted by would have had it, by another calendar."""
        wanted = []
        for one in self.clocks:
            rule = rule_of(one)
            if one.agreed_due is not None and one.agreed_at is not None:
                again = partial(agreed_again, one, calendar)
            elif rule is not None:
                again = partial(reckon, one.counted_from or self.inquiry.received_at, rule, calendar)
            else:
                return UNRECKONED
            wanted.append(_Wanted(one.met_by, rule.excused_by if rule else (), again))
        return self._judged(wanted, calendar)

    @property
    def extended(self) -> bool:
        return any(one.what is Happening.EXTENDED for one in self.events)

    def _longer(self, rule: Rule) -> Rule:
        if rule.extension is None or not self.extended:
            return rule
        return rule.model_copy(update={"count": rule.extension})

    def _judged(self, wanted: Iterable[_Wanted], calendar: Calendar) -> Side:
        try:
            return _side(self._judge(one, calendar) for one in wanted)
        except UnknownDay:
            return UNRECKONED

    def _judge(self, wanted: _Wanted, calendar: Calendar) -> Judged:
        """Raises UnknownDay."""
        met_at = self._met_at(wanted.met_by)
        until = met_at or self.stopped_at or self.now
        # A pause that began after the end no longer moves it; one that is on has not moved it yet.
        pauses = [one for one in pauses_in(self.events, until) if one.start < until]
        found = wanted.reckon(pauses)
        late = found.due < until
        if late and self._is_excused(wanted, pauses, until, calendar):
            verdict = Verdict.EXCUSED
        elif late:
            verdict = Verdict.MISSED
        else:
            verdict = Verdict.ON_TIME if met_at else Verdict.OPEN
        return Judged(verdict, found.due, found.rule, found.in_short)

    def _met_at(self, met_by: Sequence[str]) -> datetime | None:
        """When it was met: by an answer, or by an acknowledgement that gave a time, if that meets it."""
        for one in self.events:
            if one.what in (Happening.ANSWERED, Happening.CLOSED):
                return one.at
            if one.what is Happening.ACKNOWLEDGED and "acknowledgement" in met_by and one.detail.get("until"):
                return one.at
        return None

    def _is_excused(
        self, wanted: _Wanted, pauses: Sequence[Pause], until: datetime, calendar: Calendar
    ) -> bool:
        """R1: past due, but not so late that the owner's absences do not explain it (models/excuse.py)."""
        absences = self._absences(calendar) if ABSENCE in wanted.excused_by else []
        try:
            return bool(absences) and until <= wanted.reckon([*pauses, *absences]).due
        except UnknownDay:
            return False

    def _absences(self, calendar: Calendar) -> list[Pause]:
        return absences_in(self.inquiry, self.happened, self.away, calendar)


def _side(clocks: Iterable[Judged]) -> Side:
    """The worst of the clocks; of equal ones the nearest due."""
    all_ = list(clocks)
    if not all_:
        return UNRECKONED
    worst = min(all_, key=lambda one: (-_WEIGHT[one.verdict], one.due))
    return Side(worst.verdict, worst.due, worst.rule, worst.in_short, min(one.due for one in all_))
