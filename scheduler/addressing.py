"""Where a letter goes: the best address that has not failed; chat first, the one seen last; then e-mail."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.claiming import TOGETHER, left_over
from models.leasing import perhaps_said_twice
from models.outbox import Owed
from models.readers import USUAL, readers
from models.staff import Address, Staff, StaffAddress, email_address, reference_of
from scheduler.bundling import letter_of
from scheduler.letter import Letter, Sender

MOST_ATTEMPTS = 12  # at one address; then the next one has its turn
Place = tuple[Address, Mapping[str, Any] | None]


class Places:
    """Where the recipients of these rows can be reached; all of it is read at once."""

    def __init__(self, db: Session, now: datetime, rows: Sequence[Owed]) -> None:
        self._db = db
        members = {row.staff_id for row in rows if row.staff_id is not None}
        full = Counter(row.recipient for row in rows)
        self._left = left_over(db, now, [one for one, words in full.items() if words >= TOGETHER])
        self._chat: dict[int, list[StaffAddress]] = {}
        chat = select(StaffAddress).where(col(StaffAddress.staff_id).in_(members))
        for one in db.exec(chat.order_by(col(StaffAddress.seen_at).desc(), col(StaffAddress.id).desc())):
            self._chat.setdefault(one.staff_id, []).append(one)
        # Answers and edits go to an address, whoever's it is.
        direct = {row.recipient for row in rows if row.staff_id is None}
        known = readers(db, members, direct)
        self._readers = {row.id: known.get(row.staff_id or row.recipient, USUAL) for row in rows}

    def of(self, row: Owed) -> list[Place]:
        member = self._db.get(Staff, row.staff_id) if row.staff_id is not None else None
        if member is None:
            address = Address.read(row.recipient)
            return [(address, reference_of(self._db, address))]
        chat: list[Place] = [(one.address, one.reference) for one in self._chat.get(row.staff_id or 0, ())]
        return [*chat, (email_address(member.email), None)]

    def address(self, rows: Sequence[Owed], senders: Mapping[str, Sender]) -> Letter | None:
        """The letter that says these rows, to the best address; what has failed is noted in them."""
        first = rows[0]
        attempts = max(row.attempts for row in rows)
        doubtful, unreachable = first.doubtful, list(first.unreachable)
        twice = perhaps_said_twice(first)
        letter, reason = None, None
        for address, reference in self.of(first):
            if address.platform not in senders or str(address) in unreachable:
                continue
            if twice and not getattr(senders[address.platform], "looks", False):
                # One repeat at most: the next address has it, or the supervisor.
                unreachable, doubtful, twice = [*unreachable, str(address)], False, False
                reason = "it may have arrived twice"
                continue
            if attempts > MOST_ATTEMPTS * (len(unreachable) + 1):
                unreachable, doubtful = [*unreachable, str(address)], False
                continue
            template, facts, choices = letter_of(rows, self._left.get(first.recipient, ()))
            says = tuple(row.key for row in rows)
            key = first.bundle or first.key
            edits = first.provider_id if first.edits is not None else None
            reader = self._readers[first.id]
            letter = Letter(
                key,
                address,
                template,
                facts,
                choices,
                doubtful,
                reference,
                says,
                edits,
                reader.language,
                reader.zone,
            )
            break
        if unreachable != first.unreachable:
            for row in rows:
                row.unreachable, row.doubtful = list(unreachable), doubtful
                row.reason = reason or row.reason
        return letter
