"""Writing what a change of the calendar moves: clocks, their histories, and the words that are owed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, func, select, update

from models import edits, outbox, telling
from models.absence import who_covers
from models.anew import write
from models.calendar import Calendar, UnknownDay
from models.calendars import calendar_of
from models.excuse import excuse_again
from models.inquiry import Deadline, Event, Happening, Inquiry, ident
from models.instant import iso
from models.moved_lines import instants
from models.moved_words import TEMPLATE, Word, heard_as_closed, key_of, put_right, unsaid
from models.moving import Move, Moves
from models.outbox import Owed, Sending
from models.reaching import when_reached
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

    The calendars are in force already. by: in whose name it is noted, who is not told. said: the change in
    short, for the history. change: facts for the owner's message, as templates/deadlines_moved.j2 has them.
    told_by: the name that it gives; None when nobody in chat did it: then `by` is told as well.
    """
    for one in found.moved:
        write(one.clock, one.reckoning, one.calendar)
        db.add(one.clock)
    for clock, inquiry in found.excusable:
        excuse_again(db, clock, inquiry, now)
    shifted = found.shifted
    outbox.withdraw(db, [one.clock for one in shifted if one.clock.due != one.was], now, "deadline moved")
    by_inquiry: dict[int, list[Move]] = {}
    for one in shifted:
        by_inquiry.setdefault(ident(one.inquiry), []).append(one)
    db.flush()
    happened = [
        {
            "inquiry_id": number,
            "at": now,
            "what": Happening.MOVED,
            "by_id": staff_id(by),
            "detail": {
                "said": said,
                "moved": [{"kind": one.clock.kind, "rule": one.clock.rule, **instants(one)} for one in ones],
            },
        }
        for number, ones in by_inquiry.items()
    ]
    if happened:
        db.execute(insert(Event), happened)
        edits.moved(db, list(by_inquiry), now)
    untold = _correct_hand_overs(db, [moved[0].inquiry for moved in by_inquiry.values()], now)
    _say_sooner(db, found, now)
    words = _words(db, found, untold, {"by": told_by, "change": dict(change)})
    return _tell_owners(db, words, by if told_by else None, now)


def _correct_hand_overs(db: Session, inquiries: Sequence[Inquiry], now: datetime) -> set[str]:
    """Who has not heard yet of an inquiry that is theirs now shall hear of its deadline as it is.

    The numbers of those inquiries.
    """
    numbers, corrected = {one.number: one for one in inquiries}, set()
    waiting = select(Owed).where(Owed.template == "inquiry_handed_over", Owed.state == Sending.OWED)
    for row in db.exec(waiting) if numbers else ():
        inquiry = numbers.get(str(row.facts.get("number")))
        if inquiry is not None:
            row.facts = {**row.facts, "next": telling.of_line(db, inquiry, now)["next"]}
            db.add(row)
            corrected.add(inquiry.number)
    return corrected


def _say_sooner(db: Session, found: Moves, now: datetime) -> None:
    """Words that wait for an opening are said at the new one, where the office opens earlier than thought."""
    earlier = {
        number
        for number, old in found.before.items()
        if _openings(old, now) != _openings(found.after.get(number, old), now)
    }
    if not earlier:
        return
    waiting = select(Owed).where(
        Owed.state == Sending.OWED,
        Owed.attempts == 0,
        col(Owed.any_hour).is_(False),
        col(Owed.not_before) > now,
        col(Owed.recipient).startswith("staff:"),
    )
    for row in db.exec(waiting).all():
        member = db.get(Staff, row.staff_id)
        if member is None or member.department_id not in earlier:
            continue
        department = member.department_id
        pairs = zip(
            _openings(found.before[department], now), _openings(found.after[department], now), strict=True
        )
        sooner = [new for old, new in pairs if old == row.not_before and new is not None and new < old]
        if sooner:
            # Delivery may have taken it meanwhile.
            there = (col(Owed.id) == row.id, col(Owed.state) == Sending.OWED)
            db.execute(update(Owed).where(*there).values(not_before=min(sooner)))


def _openings(calendar: Calendar, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When the office is open next, and when it opens on the next day: what words wait for."""
    return (
        _known(lambda: calendar.next_open(now)),
        _known(lambda: calendar.opening(calendar.next_open_day(calendar.today(now)))),
    )


def _known(opening: Callable[[], datetime]) -> datetime | None:
    try:
        return opening()
    except UnknownDay:
        return None


def _words(db: Session, found: Moves, untold: set[str], said: dict[str, Any]) -> dict[int, Word]:
    """What this change makes news of, by owner."""
    words: dict[int, Word] = {}

    def word(inquiry: Inquiry) -> Word:
        return words.setdefault(inquiry.owner_id, Word(inquiry.owner_id, said=[said]))

    for one in found.shifted:
        if one.inquiry.number not in untold:
            word(one.inquiry).was[ident(one.clock)] = (one.was, one.was_aim)
    for clock, inquiry in found.agreed:
        word(inquiry).promises.add(ident(clock))
    for clock, inquiry in found.staying:
        word(inquiry).staying.add(ident(clock))
    standing: dict[int, list[tuple[Deadline, Inquiry]]] = {}
    for clock, inquiry in found.standing:
        standing.setdefault(inquiry.owner_id, []).append((clock, inquiry))
    for owner_id, ones in standing.items():
        heard = heard_as_closed(db, owner_id, [ident(clock) for clock, _ in ones])
        for clock, inquiry in ones:
            if ident(clock) in heard:
                word(inquiry).stands.add(ident(clock))
    return words


def _tell_owners(db: Session, words: Mapping[int, Word], speaker: Staff | None, now: datetime) -> int:
    """One message an owner, or to who covers; never to the speaker. What waits is said with it, or put right.

    How many are told.
    """
    # Two changes may come at one instant, when a clock stands still.
    last, told_to = db.exec(select(func.max(Event.id))).one(), 0
    waiting = unsaid(db)
    for owner_id in sorted({*words, *waiting}):
        owner = db.get_one(Staff, owner_id)
        calendar = calendar_of(db, owner.department_id)
        recipient = who_covers(db, owner, calendar.today(now)) or owner
        word, rows = words.get(owner_id), waiting.get(owner_id, [])
        if word is None or (speaker is not None and speaker.id in (owner.id, recipient.id)):
            _put_right(db, rows, now)
            continue
        for row in reversed(rows):
            word.after(Word.of(row))
            outbox.take_back(db, row.key, now, "said with another")
        facts = word.facts(db, now)
        if facts is None:
            continue
        told_to += outbox.put(
            db,
            f"{key_of(owner_id)}{calendar.version}:{last}:{iso(now)}",
            outbox.to_staff(recipient),
            TEMPLATE,
            {**facts, "covering_for": owner.name if recipient is not owner else None},
            now=now,
            not_before=_reached(db, recipient, now),
            choices=[{"label": "My inquiries", "words": "inquiry mine"}],
        )
    return told_to


def _reached(db: Session, member: Staff, now: datetime) -> datetime | None:
    return _known(lambda: when_reached(db, staff_id(member), now))


def _put_right(db: Session, rows: Sequence[Owed], now: datetime) -> None:
    for row in rows:
        if not put_right(db, row, now):
            outbox.take_back(db, row.key, now, "nothing moved")
