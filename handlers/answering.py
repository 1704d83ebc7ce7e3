"""The one way from an Ask to a Reply, and the one place that commits an ask."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from unicodedata import category

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from handlers import talking
from handlers.asking import Ask, Hearing, House, Refusal, Reply
from handlers.audited import note_command, note_sign_in
from handlers.clarifying import clarified
from handlers.commands import find, misunderstood, not_for_you
from handlers.form import Filling, Step
from handlers.forms import doing, fill
from models import inbox, outbox
from models.agency import agency_held
from models.calendars import calendar_of
from models.changed import Changed
from models.staff import Department, Staff, by_email, known_at, remember_address


def answer(ask: Ask, house: House) -> Reply:
    """Hears the ask once, in one transaction, and says what to reply.

    A second delivery of the same ask gets the first reply and changes nothing. A refusal keeps nothing of
    what the command had begun.
    """
    with house.store.transaction() as db:
        return _answer(ask, house, db)


def answer_together(asks: Sequence[Ask], house: House, over: Callable[[], bool]) -> list[Reply | Exception]:
    """As `answer`, for several asks with one commit: of each the reply, or the exception that it failed with.

    A crash takes back its own ask alone. What the database itself refuses is raised, and nothing is stored of
    any of them. over: asked before each, once the database is ours; when it says so, the rest is left, and
    fewer replies come back than there were asks.
    """
    found: list[Reply | Exception] = []
    with house.store.together() as part:
        for ask in asks:
            try:
                with part() as db:
                    if over():
                        break
                    found.append(_answer(ask, house, db))
            except (SQLAlchemyError, OSError, MemoryError):
                # SQLite may have taken back all of them.
                raise
            except Exception as error:  # noqa: BLE001  # it is this ask's own, and whoever asked is told
                found.append(error)
    return found


def _answer(ask: Ask, house: House, db: Session) -> Reply:
    if ask.key is not None:
        before = inbox.hear(db, ask.key, ask.now)
        if before is not None:
            return Reply.read(before)
    reply = _hear(ask, house, db)
    if reply.form is not None:
        # Nothing is stored of a form that is shown: the same one may be sent once more.
        if ask.key is not None:
            inbox.forget(db, ask.key)
        return reply
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
    filling = _clean(ask.filling) if ask.filling else None
    found = doing(filling) if filling else find(words)
    agency = agency_held(db, alone=found is not None and found[0].alone(found[1]))
    if agency is None:
        return Reply("not_set_up")
    known = None if ask.barred else _identify(ask, db)
    if known is None:
        return Reply("stranger")
    speaker, department = known
    calendar = calendar_of(db, speaker.department_id)
    hearing = Hearing(db, house, speaker, ask.speaker, department, calendar, ask.now, agency)
    yes = talking.confirmed(hearing, words) if found is None else None
    if isinstance(yes, Filling):
        filling, found = yes, doing(yes)
    elif yes:
        found = find(yes)
    if found is None or (filling is None and not yes and talking.waits_for(hearing, words)):
        said = talking.talk(hearing, words) or misunderstood(words).reply
        return replace(said, zone=speaker.zone)
    command, rest = found
    if not command.audience.admits(speaker):
        reply = not_for_you(db, speaker, command).reply
        note_command(db, ask, speaker, command, reply, None)
        return reply
    changed: Changed | None = Changed(db)
    try:
        with db.begin_nested():
            reply = fill(hearing, filling) if filling else command.function(hearing, rest)
    except Refusal as refusal:
        reply, changed = clarified(refusal.reply, words, calendar), None
    if reply.errors:
        changed = None
    if yes:
        reply = talking.settled(hearing, reply, refused=changed is None)
    elif filling and filling.step is Step.SUBMIT and reply.form is None and changed is not None:
        talking.done(hearing, filling)
    elif changed is None and filling is None:
        reply = talking.rather(hearing, command.words, words, reply) or reply
    elif filling is None and (ask.by_message or ask.speaker.platform == "terminal"):
        talking.interrupted(hearing)
    note_command(db, replace(ask, words=rest) if filling else ask, speaker, command, reply, changed)
    return replace(reply, zone=speaker.zone)


def _clean(filling: Filling) -> Filling:
    """What was filled in, as `_readable` has words."""
    values = {_readable(name): _readable(value) for name, value in filling.values.items()}
    return replace(filling, about=_readable(filling.about), values=values)


def _readable(words: str) -> str:
    """The words without what nobody types and PostgreSQL refuses: control characters and half characters."""
    return "".join(one for one in words if one.isspace() or category(one) not in ("Cc", "Cs"))


def _identify(ask: Ask, db: Session) -> tuple[Staff, Department] | None:
    """The member at this address; else the one with the e-mail address that the platform vouches for."""
    known = known_at(db, ask.speaker)
    if known is not None:
        row, speaker, department = known
        remember_address(db, speaker, ask.speaker, ask.now, ask.reference, row)
        return speaker, department
    member = by_email(db, ask.email) if ask.email else None
    if member is None:
        return None
    note_sign_in(db, ask, member)
    remember_address(db, member, ask.speaker, ask.now, ask.reference)
    return member, db.get_one(Department, member.department_id)
