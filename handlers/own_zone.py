"""The time zone that a member of staff works in, as it is typed, kept and told."""

import re

from handlers.asking import Facts, Hearing, Refusal
from models import outbox
from models.staff import Staff
from models.zones import zone_named

USAGE = "/desk hours of dana zone America/Denver"
_USUAL = re.compile(
    r"(?:the )?(?:usual|office(?:[’']?s)?|none|same)(?: (?:zone|time))?(?: again)?", re.IGNORECASE
)


def put(hearing: Hearing, member: Staff, typed: str) -> bool:
    """Stores the zone that was typed; "usual", or the office's own by its name, is none of their own.

    Whether that changes anything. It holds from now on; an unsaid word about an earlier one is taken back.
    """
    typed = typed.strip(" .,“”\"'")
    if not typed:
        raise Refusal("missing_piece", missing=["the time zone, or “usual”"], usage=USAGE)
    named = None if _USUAL.fullmatch(typed) else zone_named(typed)
    if named is None and not _USUAL.fullmatch(typed):
        raise Refusal("zone_unknown", given=typed[:60], usage=USAGE)
    own = named if named != hearing.agency.zone else None
    if own == member.zone:
        return False
    member.zone = own
    hearing.db.add(member)
    hearing.db.flush()
    outbox.take_back(hearing.db, key_of(member), hearing.now, "set anew")
    return True


def fact(hearing: Hearing, member: Staff) -> Facts:
    """{"name": where the member works, "own": whether it is not the office's}"""
    return {"name": member.zone or hearing.agency.zone, "own": member.zone is not None}


def key_of(member: Staff) -> str:
    """How the key of the word about a zone begins; the instant follows."""
    return f"schedule:zone:{member.id}:"
