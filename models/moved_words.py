"""The word that owners are owed when deadlines move: one an owner, and true when it is said.

A change may come before the word of the last one was said. Then the two are said as one: when it was due as
the owner last heard of it, and when it is due now. What is in the word is kept with it by the clocks' ids
(facts["clocks"]), so that its lines can be written again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.anew import anew
from models.calendar import Calendar
from models.calendars import calendar_of
from models.inquiry import Deadline, Inquiry, State, ident
from models.instant import iso
from models.moved_lines import line, listed, moved_line, owners
from models.moving import is_open
from models.outbox import Owed, Sending

TEMPLATE = "deadlines_moved"
KINDS = ("lines", "promises", "staying", "stands")
_OPPOSITE = {"open": "closed", "hours back": "hours"}


def key_of(owner_id: int) -> str:
    """How the keys of these words to one owner, or to who covers, begin."""
    return f"moved:{owner_id}:"


@dataclass
class Word:
    """What one owner is to hear, by the clocks' ids; `was`: due and aim as they last heard of them.

    said: the changes, {"by", "change"}, the latest last.
    """

    owner_id: int
    was: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    promises: set[int] = field(default_factory=set)
    staying: set[int] = field(default_factory=set)
    stands: set[int] = field(default_factory=set)
    said: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, row: Owed) -> "Word":
        """What a row of the outbox says."""
        clocks = row.facts["clocks"]
        was = {int(one): (_read(due), _read(aim)) for one, (due, aim) in clocks["was"].items()}
        promises, staying, stands = (set(clocks[name]) for name in ("promises", "staying", "stands"))
        last = {"by": row.facts["by"], "change": row.facts["change"]}
        owner_id = int(row.key.split(":")[1])
        return cls(owner_id, was, promises, staying, stands, [*row.facts["earlier"], last])

    @property
    def clocks(self) -> set[int]:
        return {*self.was, *self.promises, *self.staying, *self.stands}

    def after(self, earlier: "Word") -> None:
        """Takes in what was to be said earlier, and has not been."""
        self.was.update(earlier.was)
        self.promises |= earlier.promises
        self.staying |= earlier.staying
        self.stands |= earlier.stands
        self.said = [*earlier.said, *self.said]

    def facts(self, db: Session, now: datetime) -> dict[str, Any] | None:
        """The word as templates/deadlines_moved.j2 has it, of the clocks as they are now.

        None when nothing is left to be said: each is due as the owner last heard, is met, or is another's.
        """
        found: dict[str, list[tuple[Deadline, Inquiry]]] = {kind: [] for kind in KINDS}
        theirs, calendars = _theirs(db, self.owner_id, self.clocks), dict[int, Calendar]()
        for clock, inquiry in theirs:
            if inquiry.department_id not in calendars:
                calendars[inquiry.department_id] = calendar_of(db, inquiry.department_id)
            kind = self._kind(db, clock, inquiry, calendars[inquiry.department_id], now)
            if kind:
                found[kind].append((clock, inquiry))
        if not any(found.values()):
            return None
        _people = owners(db, [inquiry for _, inquiry in theirs])
        lines = {kind: [line(db, *one) for one in ones] for kind, ones in found.items()}
        lines["lines"] = [
            moved_line(db, clock, inquiry, self.was[ident(clock)], (clock.due, clock.aim))
            for clock, inquiry in found["lines"]
        ]
        ids = {kind: [ident(clock) for clock, _ in ones] for kind, ones in found.items()}
        was = {str(one): [iso(instant) for instant in self.was[one]] for one in ids.pop("lines")}
        said = _without_what_was_undone(self.said)
        return {
            **said[-1],
            "earlier": said[:-1],
            **{name: fact for kind, ones in lines.items() for name, fact in listed(kind, ones).items()},
            "clocks": {"was": was, **ids},
        }

    def _kind(
        self, db: Session, clock: Deadline, inquiry: Inquiry, calendar: Calendar, now: datetime
    ) -> str | None:
        """In which list the clock belongs now; None when it is no news any more."""
        number = ident(clock)
        if number in self.was and self.was[number] != (clock.due, clock.aim):
            return "lines"
        if number in self.promises | self.stands:
            there = is_open(calendar, clock.due)
            return "stands" if there and number in self.stands else None if there else "promises"
        if number in self.staying:
            try:
                reckoning = anew(db, clock, inquiry, calendar, clock.stopped_at or now)
            except ValueError:
                return None
            return "staying" if reckoning is not None and reckoning.due < clock.due else None
        return None


def put_right(db: Session, row: Owed, now: datetime) -> bool:
    """Writes the lines of an unsaid word again, as the clocks are now; False when nothing is left to say."""
    facts = Word.of(row).facts(db, now)
    if facts is not None:
        row.facts = {**row.facts, **facts}
        db.add(row)
    return facts is not None


def unsaid(db: Session) -> dict[int, list[Owed]]:
    """The words that nobody can have heard yet, by owner, the earliest first."""
    query = select(Owed).where(
        Owed.template == TEMPLATE, Owed.state == Sending.OWED, col(Owed.doubtful).is_(False)
    )
    found: dict[int, list[Owed]] = {}
    for row in db.exec(query.order_by(col(Owed.id)).execution_options(populate_existing=True)):
        found.setdefault(Word.of(row).owner_id, []).append(row)
    return found


def heard_as_closed(db: Session, owner_id: int, clocks: Iterable[int]) -> set[int]:
    """Those of the clocks of which the owner has heard last that the office is closed at their time."""
    wanted, found = set(clocks), set()
    query = select(Owed).where(
        col(Owed.key).startswith(key_of(owner_id), autoescape=True),
        col(Owed.state).in_((Sending.SENT, Sending.SENDING)),
    )
    for row in db.exec(query.order_by(col(Owed.id).desc())) if wanted else ():
        word = Word.of(row)
        found |= wanted & word.promises
        wanted -= word.promises | word.stands
    return found


def _theirs(db: Session, owner_id: int, clocks: Iterable[int]) -> Sequence[tuple[Deadline, Inquiry]]:
    """Those of the clocks that run and are the owner's, the nearest due first."""
    query = (
        select(Deadline, Inquiry)
        .join(Inquiry, col(Inquiry.id) == col(Deadline.inquiry_id))
        .where(
            col(Deadline.id).in_(set(clocks)),
            col(Deadline.ended_at).is_(None),
            Inquiry.owner_id == owner_id,
            col(Inquiry.state).in_((State.OPEN, State.ACKNOWLEDGED)),
        )
    )
    return db.exec(query.order_by(col(Deadline.due), col(Deadline.id))).all()


def _without_what_was_undone(said: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without a change and the one that took it back; the last of all is there in any case."""
    found: list[dict[str, Any]] = []
    for one in said:
        undone = next((made for made in reversed(found) if _undoes(one["change"], made["change"])), None)
        if undone is not None:
            found.remove(undone)
        else:
            found.append(one)
    return found or [said[-1]]


def _undoes(change: Mapping[str, Any], made: Mapping[str, Any]) -> bool:
    if _OPPOSITE.get(str(change.get("what"))) != made.get("what"):
        return False
    same = ("where", "name", "every", "first", "last", "hours", "week")
    return all(change.get(one) == made.get(one) for one in same)


def _read(instant: str) -> datetime:
    return datetime.fromisoformat(instant)
