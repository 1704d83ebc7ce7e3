"""What a new deadline and a new owner bring with them: a stored clock, a word, buttons."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import col, select

from handlers.asking import Choice, Facts, Hearing, Refusal
from models import outbox, telling
from models.absence import who_covers
from models.adopting import standard_for
from models.anew import write
from models.calendars import calendar_of
from models.deadline import Reckoning, reckon_all
from models.excuse import excuse
from models.inquiry import Deadline, Inquiry, deadlines, ident, running
from models.instant import iso
from models.outbox import Owed, Sending
from models.staff import Department, Staff
from models.standard import Standard


@dataclass(frozen=True)
class Versioned:
    """A standard as a clock names it."""

    name: str
    digest: str


def at_its_desk(hearing: Hearing, inquiry: Inquiry) -> Hearing:
    """The hearing as it is at the inquiry's department: times are read by that one's calendar."""
    return replace(hearing, calendar=hearing.calendar_for(inquiry))


def standard_on(hearing: Hearing, department: Department, day: date) -> Standard:
    """The department's standard of that day; refuses a file that cannot be read any more."""
    try:
        return standard_for(hearing.db, department, day)
    except ValueError as error:
        raise Refusal("standard_unreadable", reason=str(error)) from error


def reckoned(
    hearing: Hearing, owner: Staff, channel: str, received: datetime
) -> tuple[Standard, tuple[Reckoning, ...]]:
    """What is due of an inquiry that this owner gets, by the standard of their department on that day.

    Refuses what the calendar does not reach, and a standard whose file cannot be read any more.
    """
    department = hearing.db.get_one(Department, owner.department_id)
    calendar = calendar_of(hearing.db, owner.department_id)
    standard = standard_on(hearing, department, calendar.today(received))
    try:
        return standard, reckon_all(received, standard, channel, calendar)
    except ValueError as error:
        raise Refusal("beyond_calendar", given=iso(received), reason=str(error)) from error


def versioned(hearing: Hearing, inquiry: Inquiry, day: date) -> Standard | Versioned:
    """The standard of that day, to be named by a time that was agreed upon.

    While its file cannot be read, the one that the inquiry's newest clock names: no agreed time counts by it.
    """
    try:
        return standard_for(hearing.db, hearing.db.get_one(Department, inquiry.department_id), day)
    except ValueError:
        last = deadlines(hearing.db, inquiry)[-1]
        return Versioned(last.standard, last.standard_version)


def set_deadline(
    hearing: Hearing, inquiry: Inquiry, reckoning: Reckoning, standard: Standard | Versioned
) -> Deadline:
    """Stores one clock of the inquiry with the versions that it was reckoned by."""
    rule = reckoning.counted_by
    clock = Deadline(
        inquiry_id=ident(inquiry),
        kind=reckoning.kind,
        rule=reckoning.rule,
        citation=reckoning.citation,
        aim=reckoning.aim,
        due=reckoning.due,
        set_at=hearing.now,
        because=list(reckoning.because),
        in_short=reckoning.in_short,
        standard=standard.name,
        standard_version=standard.digest,
        calendar_version=hearing.calendar_for(inquiry).version,
        met_by=list(reckoning.met_by),
        counted_from=reckoning.counted_from,
        counted_by=rule.model_dump(mode="json", exclude_none=True) if rule else None,
        agreed_due=reckoning.agreed_due,
        agreed_at=reckoning.agreed_at,
        notes=list(reckoning.notes),
        # As they are by themselves; said here, because finding that out takes longer than all the rest.
        told=[],
        points=[],
    )
    hearing.db.add(clock)
    excuse(hearing.db, clock, inquiry, hearing.calendar_for(inquiry), hearing.now)
    return clock


def move_deadline(hearing: Hearing, inquiry: Inquiry, clock: Deadline, reckoning: Reckoning) -> Facts:
    """Writes a clock as it was reckoned anew; what was still to be said of it as it was is taken back.

    The clock's facts, and "was": when it was due before.
    """
    was = clock.due
    write(clock, reckoning, hearing.calendar_for(inquiry))
    hearing.db.add(clock)
    excuse(hearing.db, clock, inquiry, hearing.calendar_for(inquiry), hearing.now)
    if clock.due != was:
        outbox.withdraw(hearing.db, [clock], hearing.now, "deadline moved")
    return {**telling.of_deadline(clock, hearing.now), "was": iso(was)}


def tell_anew(hearing: Hearing, inquiry: Inquiry) -> bool:
    """Who has not heard of the hand-over or the reopening yet shall hear of the deadlines as they are now.

    Whether there was a new owner who had not.
    """
    _reopened_as_it_is(hearing, inquiry)
    untold = outbox.take_back(hearing.db, handing_over(inquiry), hearing.now, "deadline moved")
    if untold and inquiry.owner_id != hearing.speaker.id:
        owner = hearing.db.get_one(Staff, inquiry.owner_id)
        tell_new_owner(hearing, inquiry, owner, running(hearing.db, inquiry))
    return bool(untold)


def _reopened_as_it_is(hearing: Hearing, inquiry: Inquiry) -> None:
    waiting = select(Owed).where(
        col(Owed.key).startswith(reopening(inquiry), autoescape=True), Owed.state == Sending.OWED
    )
    for row in hearing.db.exec(waiting):
        clocks = [telling.of_deadline(one, hearing.now) for one in running(hearing.db, inquiry)]
        row.facts = {**row.facts, **telling.of_inquiry(hearing.db, inquiry), "clocks": clocks}
        hearing.db.add(row)


def tell_new_owner(hearing: Hearing, inquiry: Inquiry, owner: Staff, clocks: list[Deadline]) -> Staff:
    """Owes the new owner, or who covers, a word in working time; returns whom."""
    recipient = who_covers(hearing.db, owner, hearing.today) or owner
    hearing.owe(
        f"{handing_over(inquiry)}{owner.id}:{iso(hearing.now)}",
        outbox.to_staff(recipient),
        "inquiry_handed_over",
        {
            **telling.of_inquiry(hearing.db, inquiry),
            "by": hearing.speaker.name,
            "covering_for": owner.name if recipient is not owner else None,
            "next": telling.of_deadline(clocks[0], hearing.now) if clocks else None,
        },
        choices=telling.buttons(inquiry, running(hearing.db, inquiry)),
    )
    return recipient


def tell_owner(
    hearing: Hearing, inquiry: Inquiry, template: str, facts: Facts, begins: str | None = None
) -> str | None:
    """Owes the owner, or who covers, the word of what somebody else did to the inquiry; the name of whom.

    It takes the place of such words that are not said yet: those whose keys begin as its own, with `begins`.
    The facts get "by", "told" and "covering_for", and "signed": who is to write to the customer.
    """
    owner = hearing.db.get_one(Staff, inquiry.owner_id)
    recipient = who_covers(hearing.db, owner, hearing.today) or owner
    begins = begins or changing(inquiry)
    outbox.take_back(hearing.db, begins, hearing.now, "overtaken")
    if hearing.speaker.id in (owner.id, recipient.id):
        return None
    told = {
        "by": hearing.speaker.name,
        "told": None,
        "covering_for": owner.name if recipient.id != owner.id else None,
        "signed": recipient.name,
    }
    hearing.owe(
        f"{begins}{template}:{recipient.id}:{iso(hearing.now)}",
        outbox.to_staff(recipient),
        template,
        {**facts, **told},
        choices=telling.buttons(inquiry, running(hearing.db, inquiry)),
    )
    return recipient.name


def changing(inquiry: Inquiry) -> str:
    """How the keys of words about what somebody else did to it begin."""
    return f"changed:{inquiry.id}:"


def handing_over(inquiry: Inquiry) -> str:
    """How the keys of words about a hand-over begin."""
    return f"assigned:{inquiry.id}:"


def reopening(inquiry: Inquiry) -> str:
    """How the keys of words about a reopening begin: an answer, a closing, a hand-over takes them back."""
    return f"reopened:{inquiry.id}:"


def buttons(hearing: Hearing, inquiry: Inquiry) -> tuple[Choice, ...]:
    """What one press can do about an inquiry."""
    return tuple(Choice(**one) for one in telling.buttons(inquiry, running(hearing.db, inquiry)))
