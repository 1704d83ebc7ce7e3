"""The audit's chain: each sealed row holds the hash of the row before it, and its own over that and itself.

Rows are appended unsealed, by any number of transactions at once. One sealer at a time gives them numbers
and hashes in one transaction, so a seal is there whole or not at all. A row that commits late gets a later
number.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, Table, bindparam, func, or_, select, text, update
from sqlmodel import Session

from models.audit import Audited, salted
from models.instant import aware
from models.store import Store

BATCH = 500
MOST = 20_000  # sealed in one round; what is left over waits for the next
LOCK = 7_426_292  # of PostgreSQL, beside the one that migrations take
PAGE = 2_000

_TABLE: Table = Audited.__table__  # type: ignore[attr-defined]  # SQLModel sets it
_CONTENT = ("who", "what", "about", "outcome", "platform", "salt_digest", "digest")
_written = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


@dataclass(frozen=True)
class Head:
    """The last number of a chain and its hash: kept elsewhere, it proves that nothing was cut off."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"

    @classmethod
    def read(cls, words: str) -> "Head":
        """Raises ValueError, in a sentence, for anything but a number and a hash."""
        number, _, rest = words.strip().partition(" ")
        found = rest.strip().lower()
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise ValueError("A head is a number and a hash, as `replyby audit head` prints them.")
        if not int(number) and found != START.hash:
            raise ValueError("The head of an empty chain is 0 and 64 zeros.")
        if len(found) != len(START.hash) or set(found) - set("0123456789abcdef"):
            raise ValueError("A head’s hash has 64 letters and digits; this one is not whole.")
        return cls(int(number), found)


START = Head(0, "0" * 64)


@dataclass(frozen=True)
class Broken:
    """The first row that is not as it was sealed: its number, and what is wrong, in a sentence.

    `row`: what stands there now; None when nothing does.
    """

    number: int
    wrong: str
    row: Row[Any] | None = None


@dataclass(frozen=True)
class Verified:
    """`rows` were looked at, up to `head`, the last of which happened `at`. `waiting`: not sealed yet."""

    rows: int
    head: Head
    at: datetime | None
    waiting: int
    waiting_since: datetime | None
    broken: Broken | None = None


def seal(store: Store, _now: datetime) -> int:
    """Seals what is not sealed yet; how many rows. Nothing, when another process is at it.

    A sweep among sweeps, it is handed the time; seals hold none but that of the row.
    """
    done = 0
    while done < MOST:
        with store.transaction() as db:
            sealed = _seal_some(db) if _alone(db) else 0
        done += sealed
        if sealed < BATCH:
            break
    return done


def _alone(db: Session) -> bool:
    """SQLite's only writer is alone already."""
    if db.get_bind().dialect.name != "postgresql":
        return True
    # Held until the commit: the next sealer sees what this one wrote.
    return bool(db.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}).scalar_one())


def _seal_some(db: Session) -> int:
    unsealed = select(_TABLE).where(_TABLE.c.number.is_(None)).order_by(_TABLE.c.id).limit(BATCH)
    rows = db.execute(unsealed).all()
    if not rows:
        return 0
    last = head(db)
    seals = []
    for row in rows:
        last, before = Head(last.number + 1, hash_of(row, last.hash)), last.hash
        seals.append({"this": row.id, "number": last.number, "before": before, "hash": last.hash})
    this = _TABLE.c.id == bindparam("this")
    db.connection().execute(update(_TABLE).where(this, _TABLE.c.number.is_(None)), seals)
    return len(rows)


def head(db: Session) -> Head:
    """The last number and its hash; START before anything is sealed."""
    last = select(_TABLE.c.number, _TABLE.c.hash).where(_TABLE.c.number.is_not(None))
    found = db.execute(last.order_by(_TABLE.c.number.desc()).limit(1)).first()
    return Head(found.number, found.hash or "") if found else START


def hash_of(row: Row[Any], before: str) -> str:
    """The hash of a row's content and of the hash before it; the same on both databases."""
    content = [
        row.id,
        aware(row.at).isoformat(timespec="microseconds"),
        *(getattr(row, name) for name in _CONTENT),
    ]
    return sha256(f"{before}\n{_written(content)}".encode()).hexdigest()


def verify(db: Session, known: Head = START) -> Verified:
    """Walks the whole chain, in bounded memory. `known`: a head from elsewhere, which must be on it."""
    last, at, broken = START, None, None
    for row in _sealed(db):
        broken = _wrong(db, row, last) or _unlike(row, known)
        if broken is not None:
            break
        last, at = Head(row.number, row.hash), row.at
    if broken is None:
        broken = _cut_off(last, known) or _half_sealed(db)
    waiting, since = db.execute(
        select(func.count(), func.min(_TABLE.c.at)).where(_TABLE.c.number.is_(None))
    ).one()
    return Verified(last.number, last, at, waiting, since, broken)


def _sealed(db: Session) -> Iterator[Row[Any]]:
    query = select(_TABLE).where(_TABLE.c.number.is_not(None)).order_by(_TABLE.c.number)
    with db.execute(query, execution_options={"yield_per": PAGE}) as rows:
        yield from rows


def _wrong(db: Session, row: Row[Any], last: Head) -> Broken | None:
    """What is wrong with the row that comes after `last`; None when nothing is."""
    number = last.number + 1
    if row.number < number:
        return Broken(row.number, "order changed: no row has this number, they begin at 1", row)
    if row.number > number:
        until = f" to {row.number - 1}" if row.number > number + 1 else ""
        return Broken(number, f"row missing: number {number}{until} is not there")
    if row.before is None or hash_of(row, row.before) != row.hash:
        return Broken(number, "content changed: it is not what was sealed", row)
    if row.salt is not None and salted(row.salt) != row.salt_digest:
        return Broken(number, "content changed: its salt is not the one that was sealed", row)
    if row.before != last.hash:
        elsewhere = db.execute(select(_TABLE.c.number).where(_TABLE.c.hash == row.before).limit(1)).scalar()
        if elsewhere is not None or row.before == START.hash:
            after = f"number {elsewhere}" if elsewhere is not None else "the beginning"
            return Broken(number, f"order changed: it was sealed next after what is {after} now", row)
        return Broken(number, "row missing: the one that it was sealed after is not there", row)
    return None


def _unlike(row: Row[Any], known: Head) -> Broken | None:
    if row.number != known.number or row.hash == known.hash:
        return None
    return Broken(row.number, "content changed: the chain up to here is not the one of the known head", row)


def _cut_off(last: Head, known: Head) -> Broken | None:
    if last.number >= known.number:
        return None
    number = last.number + 1
    return Broken(number, f"row missing: the known head has number {known.number}, the chain ends before it")


def _half_sealed(db: Session) -> Broken | None:
    """A row whose number was taken away, and that has the rest of its seal."""
    query = select(_TABLE).where(
        _TABLE.c.number.is_(None), or_(_TABLE.c.hash.is_not(None), _TABLE.c.before.is_not(None))
    )
    row = db.execute(query.order_by(_TABLE.c.id).limit(1)).first()
    if row is None:
        return None
    number = head(db).number + 1
    return Broken(number, "order changed: the number of its seal is gone", row)
