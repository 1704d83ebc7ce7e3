"""What of an ask goes into the audit: changes, what supervisors were refused, first sign-ins."""

from sqlmodel import Session

from handlers.asking import Ask, Reply
from handlers.command import Audience, Command
from models import audit
from models.changed import Changed
from models.staff import Staff


def note_command(
    db: Session, ask: Ask, speaker: Staff, command: Command, reply: Reply, changed: Changed | None
) -> None:
    """Appends what the command did. `changed`: what it wrote; None when it was refused.

    A refusal is kept for the commands that supervisors have; there alone it says something of a person.
    """
    if changed is None and command.audience is not Audience.SUPERVISORS:
        return
    if changed is not None and not changed:
        return
    about = changed.about() if changed is not None else None
    if about is None and str(reply.facts.get("number", "")).startswith("INQ-"):
        about = audit.inquiry(reply.facts["number"])
    audit.append(
        db,
        ask.now,
        audit.staff(speaker.id),
        command.words,
        reply.template,
        about=about,
        platform=ask.speaker.platform,
        words=ask.words,
    )


def note_sign_in(db: Session, ask: Ask, speaker: Staff) -> None:
    """Appends that the member was known by the e-mail address that the platform vouched for, at first."""
    who = audit.staff(speaker.id)
    audit.append(db, ask.now, who, "sign in", "known_by_email", about=who, platform=ask.speaker.platform)
