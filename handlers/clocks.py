"""What a new deadline and a new owner bring with them: a stored clock, a word, buttons."""

from handlers.asking import Choice, Facts, Hearing
from models import outbox, telling
from models.absence import who_covers
from models.anew import write
from models.deadline import Reckoning
from models.excuse import excuse
from models.inquiry import Deadline, Inquiry, ident, running
from models.instant import iso
from models.staff import Staff
from models.standard import Standard


def set_deadline(hearing: Hearing, inquiry: Inquiry, reckoning: Reckoning, standard: Standard) -> Deadline:
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
    """A new owner who has not heard of the hand-over yet shall hear of the deadlines as they are now.

    Whether there was such an owner.
    """
    untold = outbox.take_back(hearing.db, handing_over(inquiry), hearing.now, "deadline moved")
    if untold and inquiry.owner_id != hearing.speaker.id:
        owner = hearing.db.get_one(Staff, inquiry.owner_id)
        tell_new_owner(hearing, inquiry, owner, running(hearing.db, inquiry))
    return bool(untold)


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
        choices=telling.buttons(inquiry),
    )
    return recipient


def tell_owner(hearing: Hearing, inquiry: Inquiry, template: str, facts: Facts) -> str | None:
    """Owes the owner, or who covers, the word of what somebody else did to the inquiry; the name of whom.

    It takes the place of such words that are not said yet. The facts get "by", "told" and "covering_for".
    """
    owner = hearing.db.get_one(Staff, inquiry.owner_id)
    recipient = who_covers(hearing.db, owner, hearing.today) or owner
    outbox.take_back(hearing.db, changing(inquiry), hearing.now, "overtaken")
    if hearing.speaker.id in (owner.id, recipient.id):
        return None
    covering_for = owner.name if recipient.id != owner.id else None
    hearing.owe(
        f"{changing(inquiry)}{template}:{recipient.id}:{iso(hearing.now)}",
        outbox.to_staff(recipient),
        template,
        {**facts, "by": hearing.speaker.name, "told": None, "covering_for": covering_for},
        choices=telling.buttons(inquiry),
    )
    return recipient.name


def changing(inquiry: Inquiry) -> str:
    """How the keys of words about what somebody else did to it begin."""
    return f"changed:{inquiry.id}:"


def handing_over(inquiry: Inquiry) -> str:
    """How the keys of words about a hand-over begin."""
    return f"assigned:{inquiry.id}:"


def asking_for_time(inquiry: Inquiry) -> str:
    """How the keys of words to a supervisor who is asked for more time begin."""
    return f"more-time:{inquiry.id}:"


def buttons(inquiry: Inquiry) -> tuple[Choice, ...]:
    """What one press can do about an inquiry."""
    return tuple(Choice(**one) for one in telling.buttons(inquiry))
