"""Writing what a change of the calendar moves: clocks, their histories, and the word that owners are owed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, func, select

from models import outbox, telling
from models.absence import who_covers
from models.anew import write
from models.calendar import UnknownDay
from models.calendars import calendar_for, calendar_of
from models.excuse import excuse, excuse_again
from models.inquiry import Event, Happening, Inquiry, ident
from models.instant import iso
from models.moving import Move, Moves, instants, listed, staying, told
from models.outbox import Owed, Sending
from models.staff import Staff
from models.staff import ident as staff_id


def carry_out(
    db: Session,
    found: Moves,
    *,
    by: Staff,
    now: datetime,
    said: str,
    change: Mapping[str, Any],
    told_by: str | None,
) -> int:
    """Writes what moves, with an event in each history, and owes each owner one word; how many are told.

    by: in whose name it is noted, who is not told. said: the change in short, for the history. change: facts
    for the owner's message, as templates/deadlines_moved.j2 has them. told_by: the name that it gives; None
    when nobody in chat did it: then `by` is told as well.
    """
    for one in found.moved:
        write(one.clock, one.reckoning, one.calendar)
        db.add(one.clock)
        excuse(db, one.clock, one.inquiry, one.calendar, now)
    for clock, inquiry in found.excused:
        excuse_again(db, clock, inquiry, now)
    shifted = found.shifted
    outbox.withdraw(db, [one.clock for one in shifted if one.clock.due != one.was], now, "deadline moved")
    by_inquiry: dict[int, list[Move]] = {}
    for one in shifted:
        by_inquiry.setdefault(ident(one.inquiry), []).append(one)
    for number, ones in by_inquiry.items():
        detail = [{"kind": one.clock.kind, "rule": one.clock.rule, **instants(one)} for one in ones]
        event = {"said": said, "moved": detail}
        db.add(Event(inquiry_id=number, at=now, what=Happening.MOVED, by_id=staff_id(by), detail=event))
    db.flush()
    _correct_hand_overs(db, [moved[0].inquiry for moved in by_inquiry.values()], now)
    return _tell_owners(db, found, by if told_by else None, now, {"change": dict(change), "by": told_by})


def _correct_hand_overs(db: Session, inquiries: Sequence[Inquiry], now: datetime) -> None:
    """Who has not heard yet of an inquiry that is theirs now shall hear of its deadline as it is."""
    numbers = {one.number: one for one in inquiries}
    waiting = select(Owed).where(Owed.template == "inquiry_handed_over", Owed.state == Sending.OWED)
    for row in db.exec(waiting) if numbers else ():
        inquiry = numbers.get(str(row.facts.get("number")))
        if inquiry is not None:
            (line,) = telling.of_lines(db, [inquiry], now)
            row.facts = {**row.facts, "next": line["next"]}
            db.add(row)


def _tell_owners(
    db: Session, found: Moves, speaker: Staff | None, now: datetime, facts: dict[str, Any]
) -> int:
    """One message an owner, or to who covers; never to the speaker."""
    (lines, agreed), stays = told(db, found), staying(db, found)
    # Two changes may come at one instant, when a clock stands still.
    last, told_to = db.exec(select(func.max(Event.id))).one(), 0
    for owner_id in sorted({one["owner"]["id"] for one in (*lines, *agreed, *stays)}):
        owner = db.get_one(Staff, owner_id)
        calendar = calendar_of(db, owner.department_id)
        recipient = who_covers(db, owner, calendar.today(now)) or owner
        if speaker is not None and speaker.id in (owner.id, recipient.id):
            continue
        kinds = {"lines": lines, "promises": agreed, "staying": stays}
        theirs = {
            kind: [one for one in every if one["owner"]["id"] == owner_id] for kind, every in kinds.items()
        }
        told_to += outbox.put(
            db,
            f"moved:{owner_id}:{calendar.version}:{last}:{iso(now)}",
            outbox.to_staff(recipient),
            "deadlines_moved",
            {
                **facts,
                **{name: fact for kind, ones in theirs.items() for name, fact in listed(kind, ones).items()},
                "covering_for": owner.name if recipient is not owner else None,
            },
            now=now,
            not_before=_when_open(db, recipient, now),
            choices=[{"label": "My inquiries", "words": "inquiry mine"}],
        )
    return told_to


def _when_open(db: Session, recipient: Staff, now: datetime) -> datetime:
    """When the recipient's department is at work next; now, where the calendar ends before that."""
    try:
        return calendar_for(db, recipient.id).next_open(now)
    except UnknownDay:
        return now
