"""What a word about a deadline says: its facts and buttons, as they are when it is said."""

from models import telling
from models.absence import who_covers
from models.outbox import Owed, to, to_staff
from models.plan import Kind, Point
from models.point_keys import point_of
from models.staff import Staff
from scheduler.seen import Seen


def point_about(row: Owed) -> Point:
    """The point of a plan that the word is about."""
    return Point.named(point_of(row.key) or Kind.DUE)


def write(row: Owed, seen: Seen) -> None:
    """Writes into the word what it says now."""
    db, now = seen.db, seen.now
    clock, inquiry = seen.clock(row), seen.inquiry(row)
    owner = db.get_one(Staff, inquiry.owner_id)
    calendar = seen.desk(inquiry.department_id)
    kind, recipients = point_about(row).kind, seen.recipients(mail=row.staff_id is None)
    wanted, _ = recipients.of(Kind.LATE if row.kind == "excuse_over" else kind, owner)
    _, cover = recipients.of(Kind.DUE, owner)
    covered_by = cover.name if isinstance(cover, Staff) and cover.id != owner.id else None
    early = kind is Kind.DUE and now < clock.due
    facts = {
        **telling.of_inquiry(db, inquiry),
        "next": telling.of_deadline(clock, now),
        "point": kind.value,
        "covering_for": wanted.name if wanted and row.recipient != to_staff(wanted) else None,
        "owner_away": cover is None or to(cover) != to_staff(owner),
        "covered_by": covered_by,
        "early": early and not calendar.in_hours(clock.due),
        # The office is open then, and its owner is not there any more.
        "gone_by_then": early and calendar.in_hours(clock.due),
        "mailbox": row.staff_id is None,
    }
    if kind is Kind.LEAVING:
        then = who_covers(db, owner, calendar.today(clock.due))
        facts["covers_then"] = then.name if then and then.id != owner.id else None
    row.facts = facts
    # Whoever opens a shared mailbox is nobody yet, and has nothing to press.
    buttons = telling.reminder_buttons(inquiry, [clock], row.template, now, calendar)
    row.choices = buttons if row.staff_id is not None else []
    db.add(row)
