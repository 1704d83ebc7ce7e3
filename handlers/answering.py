"""The one way from an Ask to a Reply, and the one place that commits an ask."""

from unicodedata import category

from sqlmodel import Session

from handlers.asking import Ask, Hearing, House, Refusal, Reply
from handlers.audited import note_command, note_sign_in
from handlers.commands import find, misunderstood, not_for_you
from models import inbox, outbox
from models.agency import agency_held
from models.calendars import calendar_of
from models.changed import Changed
from models.staff import Department, Staff, by_address, by_email, remember_address


def answer(ask: Ask, house: House) -> Reply:
    """Hears the ask once, in one transaction, and says what to reply.

    A second delivery of the same ask gets the first reply and changes nothing. A refusal keeps nothing of
    what the command had begun.
    """
    with house.store.transaction() as db:
        if ask.key is not None:
            before = inbox.hear(db, ask.key, ask.now)
            if before is not None:
                return Reply.read(before)
        reply = _hear(ask, house, db)
        if ask.key is not None:
            inbox.answered(db, ask.key, reply.kept())
        if ask.by_message:
            kept = reply.kept()
            outbox.put(
                db,
                f"answer:{ask.key}",
                ask.speaker,
                kept["template"],
                kept["facts"],
                choices=kept["choices"],
                now=ask.now,
                any_hour=True,
                kind="answer",
            )
        return reply


def _hear(ask: Ask, house: House, db: Session) -> Reply:
    words = _readable(ask.words)
    found = find(words)
    agency = agency_held(db, alone=found is not None and found[0].alone(found[1]))
    if agency is None:
        return Reply("not_set_up")
    speaker = _identify(ask, db)
    if speaker is None:
        return Reply("stranger")
    if found is None:
        return misunderstood(words).reply
    command, rest = found
    if not command.audience.admits(speaker):
        reply = not_for_you(db, speaker, command).reply
        note_command(db, ask, speaker, command, reply, None)
        return reply
    department = db.get_one(Department, speaker.department_id)
    calendar = calendar_of(db, speaker.department_id)
    hearing = Hearing(db, house, speaker, ask.speaker, department, calendar, ask.now, agency)
    changed: Changed | None = Changed(db)
    try:
        with db.begin_nested():
            reply = command.function(hearing, rest)
    except Refusal as refusal:
        reply, changed = refusal.reply, None
    note_command(db, ask, speaker, command, reply, changed)
    return reply


def _readable(words: str) -> str:
    """The words without what nobody types and PostgreSQL refuses: control characters and half characters."""
    return "".join(one for one in words if one.isspace() or category(one) not in ("Cc", "Cs"))


def _identify(ask: Ask, db: Session) -> Staff | None:
    """The member at this address; else the one with the e-mail address that the platform vouches for."""
    speaker = by_address(db, ask.speaker)
    if speaker is None and ask.email:
        speaker = by_email(db, ask.email)
        if speaker is not None:
            note_sign_in(db, ask, speaker)
    if speaker is not None:
        remember_address(db, speaker, ask.speaker, ask.now, ask.reference)
    return speaker
