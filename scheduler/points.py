"""What is owed about a page of clocks: the words of the points of their plans whose time has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models import outbox
from models.calendar import Calendar, UnknownDay
from models.calendars import calendar_for
from models.inquiry import Deadline
from models.missed import key as digest_key
from models.outbox import Owed, Sending
from models.plan import Kind, Point
from models.planned import GRACE_MINUTES, Planned, next_word, overtaken, owed
from models.point_keys import PAST, about_point, template_of
from models.preference import Wishes
from models.staff import Address, Staff, ident
from models.store import update_all
from scheduler.courses import Courses
from scheduler.desks import Desks
from scheduler.due import Due
from scheduler.recipients import Recipients

RETRY = timedelta(minutes=15)  # working time; when nobody is there, somebody may be soon


class Points:
    """Puts the words of one page of clocks."""

    def __init__(self, db: Session, now: datetime, mail: bool, page: Sequence[Due]) -> None:
        self._db, self._now, self._page = db, now, page
        self._desks = Desks.now(db)
        today = self._desks.today(now)
        self._wishes = Wishes.on(db, today)
        self._recipients = Recipients(db, today, mail=mail)
        new = [one for one in page if one.is_new and one.ended_at is None]
        self._courses = Courses(db, self._desks, self._wishes, new)
        self._rows: list[dict[str, Any]] = []
        self._open: dict[int, bool] = {}

    def put(self) -> int:
        """Owes what is owed about the page's clocks, and writes when to look at each next; how many words."""
        self._recipients.read({one.owner_id for one in self._page})
        update_all(self._db, Deadline, [self._look_at(one) for one in self._page])
        if self._rows:
            # Of what was taken back, perhaps too late, the sender finds out whether it was said.
            doubts = outbox.in_doubt(self._db, {row["deadline_id"] for row in self._rows})
            for row in self._rows:
                row["doubtful"] = row["key"] in doubts
        return outbox.put_all(self._db, self._rows)

    def _look_at(self, clock: Due) -> dict[str, Any]:
        """Puts the clock's words; what to write of it."""
        if clock.ended_at is not None or clock.stopped_at is not None:
            return {"id": clock.id, "next_at": None, "told": clock.told}
        new = clock.is_new
        points = self._courses.of(clock) if new else [Planned.read(one) for one in clock.points]
        calendar = self._desks.calendar(clock.department_id)
        told, again = clock.told, None
        if new:
            # By this plan it is still to come: the word there was came earlier, perhaps to another.
            coming = {one.point.name for one in points if one.at > self._now and not one.point.kind.past}
            told = [one for one in overtaken(points, told, self._now) if one not in coming]
        waiting = owed(points, told, self._now)
        if waiting and not self._at_work(clock):
            again = self._now
        elif waiting:
            told, left = self._say_all(waiting, clock, told)
            again = self._now + RETRY if left else None
        found = (next_word(points, told, self._now), _or_none(calendar, again) if again else None)
        next_at = min((one for one in found if one is not None), default=None)
        kept = {"points": [one.kept() for one in points]} if new else {}
        return {"id": clock.id, "next_at": next_at, "told": told, **kept}

    def _say_all(self, waiting: Sequence[Planned], clock: Due, told: list[str]) -> tuple[list[str], int]:
        """Owes the words of these points: which are told now, and how many are left."""
        left = len(waiting)
        for one in waiting:
            if one.point.kind is Kind.ABOVE and not any(name.startswith(Kind.SUPERVISOR) for name in told):
                continue
            said = self._say(one.point, clock, told)
            if said is None:
                continue
            told, left = [*told, one.point.name], left - 1
            if said and one.point.kind.past:
                # Those up the chain have their turn after this one.
                break
        return told, left

    def _at_work(self, clock: Due) -> bool:
        """Whether the office is open, or its owner works at other hours."""
        if clock.department_id not in self._open:
            calendar = self._desks.calendar(clock.department_id)
            self._open[clock.department_id] = calendar.in_hours(self._now, GRACE_MINUTES)
        return self._open[clock.department_id] or calendar_for(self._db, clock.owner_id).in_hours(
            self._now, GRACE_MINUTES
        )

    def _say(self, point: Point, clock: Due, told: Sequence[str]) -> bool | None:
        """Owes the word to who is to be told. False when they know already; None when nobody is there."""
        kind = point.kind
        owner = self._recipients.member(clock.owner_id)
        wanted, recipient = self._recipients.of(kind, owner)
        if wanted is None:
            return False
        template = template_of(kind)
        if kind is Kind.LATE and clock.excused_until is not None:
            # It is theirs alone, as the excuse was; delivery hands it on to who covers.
            template, recipient = "excuse_over", owner
        if recipient is None:
            return None
        if kind is Kind.HALF and recipient is not owner:
            # It is for later, when the owner may be back; whoever covers hears when it comes near.
            return False
        if isinstance(recipient, Staff):
            quiet = kind.ahead and kind is not Kind.LEAVING
            if quiet and recipient.id in self._wishes.quiet:
                return None
        to = outbox.to(recipient)
        if kind is Kind.LATE and template == "late" and self._in_digest(clock, recipient):
            return False
        if kind.past and any(Point.named(name).kind.past for name in told) and self._has_heard(clock, to):
            return False
        self._rows.append(
            outbox.row(
                # Of ids and the due instant: said once, and anew when the deadline is moved.
                about_point(clock.id, clock.due, point.name, to),
                to,
                template,
                # The rest is written when it is said.
                {"number": f"INQ-{clock.inquiry_id}", "point": kind.value},
                now=self._now,
                kind="leaving" if kind is Kind.LEAVING else template,
                about=(clock.id, clock.due),
            )
        )
        return True

    def _has_heard(self, clock: Due, to: str) -> bool:
        """Whether they have been told already that it is past due, in another's place."""
        said = select(Owed.id).where(
            Owed.deadline_id == clock.id,
            Owed.deadline_due == clock.due,
            Owed.recipient == to,
            Owed.state != Sending.WITHDRAWN,
            col(Owed.kind).in_(PAST),
        )
        return self._db.exec(said.limit(1)).first() is not None

    def _in_digest(self, clock: Due, recipient: Staff | Address) -> bool:
        """Whether this morning's digest has told them that it is past due."""
        if not isinstance(recipient, Staff):
            return False
        key = digest_key(ident(recipient), self._desks.today(self._now))
        said = select(Owed.id).where(Owed.key == key, Owed.state == Sending.SENT, Owed.put_at > clock.due)
        return self._db.exec(said).first() is not None


def _or_none(calendar: Calendar, instant: datetime) -> datetime | None:
    """The instant, or when the office opens next; None beyond the calendar."""
    try:
        return calendar.next_open(instant)
    except UnknownDay:
        return None
