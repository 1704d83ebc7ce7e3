"""`replyby audit`: is the audit whole, how far does it go, and were these words typed?"""

from sqlmodel import Session, col, select

from models.audit import Audited, proves
from models.audit_chain import START, Broken, Head, Verified, head, verify
from models.read_only import read_only


def verified(address: str, known: str | None) -> tuple[str, bool]:
    """Walks the chain: sentences, and whether it is whole. `known`: a head, "N HASH".

    Raises ValueError, in a sentence, for a head or a database that cannot be read.
    """
    until = Head.read(known) if known else START
    with read_only(address) as db:
        found = verify(db, until)
    lines = [_broken(found, found.broken)] if found.broken else [_whole(found)]
    if found.waiting:
        since = f"{found.waiting_since:%Y-%m-%d %H:%M:%S} UTC"
        lines.append(f"{_rows(found.waiting)} not sealed yet, since {since}. A round seals every 15 seconds.")
    return "\n".join(lines), found.broken is None


def last(address: str) -> str:
    """The head, to be kept elsewhere."""
    with read_only(address) as db:
        return str(head(db))


def typed(address: str, number: int, words: str) -> tuple[str, bool]:
    """Whether the row with this number came of these very words: a sentence, and whether it is proven.

    Raises ValueError, in a sentence, when there is no such row.
    """
    with read_only(address) as db:
        row = _row(db, number)
    found = proves(row, words)
    if found is None:
        return f"Number {number} cannot tell: no words belong to it, or they were redacted.", False
    if found:
        return f"Number {number} came of these words.", True
    return f"Number {number} came of other words.", False


def _row(db: Session, number: int) -> Audited:
    row = db.exec(select(Audited).where(col(Audited.number) == number)).first()
    if row is None:
        raise ValueError(f"The audit has no row with the number {number}.")
    return row


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _whole(found: Verified) -> str:
    if found.at is None:
        return "0 rows, unbroken; nothing is sealed yet."
    return (
        f"{_rows(found.rows)}, unbroken, sealed up to number {found.head.number} "
        f"({found.at:%Y-%m-%d %H:%M:%S} UTC)."
    )


def _broken(found: Verified, broken: Broken) -> str:
    """The first broken row, a line each: its number, what is wrong, when, who, what."""
    row = broken.row
    lines = [f"Broken at number {broken.number}. {_rows(found.rows)} before it are whole."]
    lines += [f"  wrong: {broken.wrong}"]
    if row is not None:
        lines += [
            f"  when: {row.at:%Y-%m-%d %H:%M:%S} UTC",
            f"  who: {row.who}",
            f"  what: {row.what}" + (f", about {row.about}" if row.about else ""),
            f"  outcome: {row.outcome}",
        ]
    elif found.at is not None:
        lines += [f"  the row before it: {found.at:%Y-%m-%d %H:%M:%S} UTC"]
    return "\n".join(lines)
