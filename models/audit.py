"""Who did what, when: rows that are only ever appended, and that hold no names and no words.

A row is appended in the transaction of the fact that it tells of, and is sealed a little later, in order:
see models/audit_chain.py. Of the words typed a digest is kept, which proves them to whoever has them. The
digest is made with a salt of the row's own; forgetting the salt makes the digest mute, and breaks no seal.
"""

import hmac
import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Index, Table, insert, text, update
from sqlmodel import Field, Session, SQLModel, col

from models.columns import Instant
from models.inquiry import Inquiry
from models.instant import aware

COMMAND_LINE = "command line"
REPLYBY = "replyby"  # what it did by itself
_UNSEALED = text("number IS NULL")


class Audited(SQLModel, table=True):
    """`who`: "staff:3", COMMAND_LINE or REPLYBY. `what`: a command, or another act. `about`: "inquiry:7".

    `outcome`: the template of the reply. `digest`: of the words typed, by `salt`; `salt_digest` is what the
    seal holds of the salt. A sealed row has its `number` (from 1 on, without a gap), the `hash` of the row
    `before` it, and its own.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_unsealed", "id", sqlite_where=_UNSEALED, postgresql_where=_UNSEALED),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant)
    who: str
    what: str
    about: str | None = Field(default=None, index=True)
    outcome: str
    platform: str | None = None
    salt: str | None = None
    salt_digest: str | None = None
    digest: str | None = None
    number: int | None = Field(default=None, unique=True)
    before: str | None = None
    hash: str | None = None


_TABLE: Table = Audited.__table__  # type: ignore[attr-defined]  # SQLModel sets it
_INSERT = insert(_TABLE).inline()


def entry(
    at: datetime,
    who: str,
    what: str,
    outcome: str,
    *,
    about: str | None = None,
    platform: str | None = None,
    words: str | None = None,
) -> dict[str, Any]:
    """The values of a new row. `words`: as they were typed; their digest is kept. Raises ValueError."""
    row = {"at": aware(at), "who": who, "what": what, "outcome": outcome}
    row |= {"about": about, "platform": platform}
    if words is None:
        return row
    salt = secrets.token_hex(16)
    return {**row, "salt": salt, "salt_digest": salted(salt), "digest": digest_of(salt, words)}


def append(db: Session, *given: Any, **more: Any) -> None:
    """Appends the row that `entry` makes of the same; it stays or goes with the transaction."""
    # Past the session, which would make an object of it: an ask waits for this.
    db.connection().execute(_INSERT, entry(*given, **more))


def staff(member_id: int | None) -> str:
    """A member of staff as `who` and `about` write it."""
    return f"staff:{member_id}"


def inquiry(number: int | str | None) -> str:
    """An inquiry as `about` writes it, by its id or its number."""
    return f"inquiry:{str(number).removeprefix('INQ-')}"


def digest_of(salt: str, words: str) -> str:
    """The digest of words, whatever their spacing, and with or without a slash before them."""
    said = " ".join(words.strip().removeprefix("/").split())
    return hmac.new(bytes.fromhex(salt), said.encode(errors="surrogatepass"), sha256).hexdigest()


def salted(salt: str) -> str:
    """What the seal holds of a salt: enough to see it changed, too little to find it."""
    return sha256(salt.encode()).hexdigest()


def proves(row: Audited, words: str) -> bool | None:
    """Whether these very words were typed; None when the row cannot tell any more, or never could."""
    if row.salt is None or row.digest is None:
        return None
    return hmac.compare_digest(row.digest, digest_of(row.salt, words))


def forget_words(db: Session, about: Inquiry) -> int:
    """Forgets the salts of what was typed about an inquiry: nobody can try guesses on it any more.

    Returns how many there were. For redaction: the seals stay whole.
    """
    theirs = col(Audited.about) == inquiry(about.id), col(Audited.salt).is_not(None)
    done = db.execute(update(Audited).where(*theirs).values(salt=None))
    return int(done.rowcount)  # type: ignore[attr-defined]  # Result of an UPDATE is a CursorResult
