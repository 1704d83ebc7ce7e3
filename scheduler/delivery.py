"""Keeping our word: claim, look again, send with no transaction open, record what was said.

Nothing is lost: a row stays owed until it is sent, withdrawn or dead. Nothing is said twice: one process
leases a row, a sender that finds it `doubtful` looks for it before it speaks. One row's trouble is its own:
it waits and is tried again, while the others are sent.
"""

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models import audit
from models.claiming import claim, finish, perhaps_said_twice
from models.outbox import Owed, Sending
from models.staff import Address, Staff, addresses, email_address, reference_of
from models.store import Store
from scheduler.letter import SENDING_SECONDS, InDoubt, Letter, NotNow, Receipt, Sender, Unreachable
from scheduler.looking_again import look_again
from scheduler.undelivered import NO_ADDRESS, owe_word
from scheduler.watch import Outcome

__all__ = [
    "SENDING_SECONDS",
    "Delivered",
    "InDoubt",
    "Letter",
    "NotNow",
    "Receipt",
    "Sender",
    "Unreachable",
    "carry",
]

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 12  # at one address; then the next one has its turn
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 900.0
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 3600.0  # whatever a platform asks for
# Seconds between attempts to record: a database that starts anew is back within them, the lease still ours.
RECORDING_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Delivered:
    """What `carry` did with one row.

    `state` is None when it was put right and not sent: withdrawn, moved, left waiting. It is SENDING when the
    outcome could not be recorded: another process holds the row, or will when the lease has run out.
    """

    key: str
    state: Sending | None
    to: Address | None = None
    outcome: Outcome | None = field(default=None, compare=False)


async def carry(store: Store, senders: Mapping[str, Sender], now: datetime) -> list[Delivered]:
    """Sends what is owed by now, at most one message a recipient, and what became of each row claimed.

    Without a door out nothing is claimed: what is owed waits until there is one.
    """
    if not senders:
        return []
    parcels, done = await asyncio.to_thread(_claim, store, senders, now)
    return done + await asyncio.gather(*(_send(store, senders, row, letter, now) for row, letter in parcels))


def _claim(
    store: Store, senders: Mapping[str, Sender], now: datetime
) -> tuple[list[tuple[Owed, Letter]], list[Delivered]]:
    """One transaction: lease, look again, find the address. What may be sent, and what was put right."""
    parcels, done = [], []
    with store.transaction() as db:
        for row in claim(db, now):
            key = row.key
            try:
                ready = look_again(db, row, now)
                letter = _address(db, row, senders) if ready else None
            except Exception as error:
                # A calendar that has run out, a recipient that cannot be read: the others are still sent.
                log.exception("a row cannot be looked at", extra={"action": "look_again", "row": row.id})
                finish(db, row, **_again(row, now, type(error).__name__, LONGEST_PAUSE))
                ready, letter = False, None
            if letter is not None:
                parcels.append((row, letter))
            elif ready and row.staff_id is not None and not row.unreachable:
                # No address at all is not that every address failed: the first one is still to come.
                _wait(db, row, now)
                done.append(Delivered(key, None, outcome=Outcome(row.kind, "waits")))
            elif ready:
                _dead(db, row, now)
                done.append(Delivered(key, Sending.DEAD, outcome=Outcome(row.kind, "dead")))
            else:
                done.append(Delivered(key, None, outcome=Outcome(row.kind, "put_right")))
    return parcels, done


def _address(db: Session, row: Owed, senders: Mapping[str, Sender]) -> Letter | None:
    """The letter to the best address that has not failed: chat, the one seen last first; then e-mail."""
    places: list[tuple[Address, Mapping[str, Any] | None]]
    member = db.get(Staff, row.staff_id) if row.staff_id is not None else None
    if member is not None:
        places = [(one.address, one.reference) for one in addresses(db, row.staff_id or 0)]
        places.append((email_address(member.email), None))
    else:
        address = Address.read(row.recipient)
        places = [(address, reference_of(db, address))]
    twice = perhaps_said_twice(row)
    for address, reference in places:
        if address.platform not in senders or str(address) in row.unreachable:
            continue
        if twice and not getattr(senders[address.platform], "looks", False):
            # One repeat at most: the next address has it, or the supervisor.
            row.unreachable, row.doubtful, twice = [*row.unreachable, str(address)], False, False
            row.reason = "it may have arrived twice"
            continue
        if row.attempts > MOST_ATTEMPTS * (len(row.unreachable) + 1):
            row.unreachable, row.doubtful = [*row.unreachable, str(address)], False
            continue
        choices = tuple(row.choices)
        return Letter(row.key, address, row.template, row.facts, choices, row.doubtful, reference)
    return None


async def _send(
    store: Store, senders: Mapping[str, Sender], row: Owed, letter: Letter, now: datetime
) -> Delivered:
    """Speaks, then records the outcome in a transaction of its own."""
    word = "in_doubt"
    late: float | None = None
    try:
        async with asyncio.timeout(SENDING_SECONDS):
            receipt = await senders[letter.to.platform].send(letter)
        change: dict[str, Any] = {
            "state": Sending.SENT,
            "sent_to": str(letter.to),
            "provider_id": receipt.provider_id,
            "said": receipt.said,
            "finished_at": now,
            "doubtful": False,
        }
        word, late = "sent", max(0.0, (now - row.not_before).total_seconds())
    except NotNow as outcome:
        word = "not_now"
        change = _again(row, now, str(outcome), outcome.seconds)
    except Unreachable as outcome:
        word = "unreachable"
        change = {
            "state": Sending.OWED,
            "unreachable": [*row.unreachable, str(letter.to)],
            "reason": str(outcome),
            "doubtful": False,
        }
    except Exception as error:  # a fault of a door must not stop the other letters
        if not isinstance(error, InDoubt | TimeoutError):
            log.exception("sending failed", extra={"action": "send", "row": row.id})
        change = {**_again(row, now, type(error).__name__, None), "doubtful": True}
    told = Outcome(row.kind, word, letter.to.platform, late)
    return await _record(store, row, letter, change, told)


def _again(row: Owed, now: datetime, reason: str, seconds: float | None) -> dict[str, Any]:
    """Full jitter, doubling; or as long as the platform asks, which does not count as an attempt."""
    change: dict[str, Any] = {"state": Sending.OWED, "reason": reason}
    if seconds is None:
        widest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(row.attempts, 20))
        pause = random.uniform(SHORTEST_WAIT, widest)  # noqa: S311  # jitter, no secret
    else:
        pause = min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)
        change["attempts"] = row.attempts - 1
    return {**change, "not_before": now + timedelta(seconds=pause)}


async def _record(
    store: Store, row: Owed, letter: Letter, change: dict[str, Any], outcome: Outcome
) -> Delivered:
    """Writes the outcome, again when it fails: what is not recorded may have to be said again."""
    for pause in (*RECORDING_PAUSES, None):
        try:
            recorded = await asyncio.to_thread(_write, store, row, change)
            break
        except Exception:
            if pause is None:
                log.exception("an outcome was not recorded", extra={"action": "record", "row": row.id})
                recorded = False
            else:
                await asyncio.sleep(pause)
    return Delivered(row.key, change["state"] if recorded else Sending.SENDING, letter.to, outcome)


def _write(store: Store, row: Owed, change: dict[str, Any]) -> bool:
    with store.transaction() as db:
        return finish(db, row, **change)


def _wait(db: Session, row: Owed, now: datetime) -> None:
    """Leaves a row owed whose recipient has no address yet, and owes a word about it, once."""
    finish(db, row, **_again(row, now, NO_ADDRESS, LONGEST_WAIT))
    log.info("no address yet", extra={"action": "wait", "row": row.id})
    owe_word(db, row, now, NO_ADDRESS, 0, waits=True)


def _dead(db: Session, row: Owed, now: datetime) -> None:
    """Gives up on a row that no address took, and owes a word about it, once."""
    reason, tried = row.reason or NO_ADDRESS, row.attempts - 1
    finish(db, row, state=Sending.DEAD, reason=reason, finished_at=now, attempts=tried)
    about = audit.inquiry(row.facts["number"]) if row.facts.get("number") else f"word:{row.id}"
    audit.append(db, now, audit.REPLYBY, "give up", row.template, about=about)
    log.error("undelivered", extra={"action": "undelivered", "row": row.id})
    owe_word(db, row, now, reason, tried, waits=False)
