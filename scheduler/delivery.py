"""Keeping our word: claim, look again, send with no transaction open, record what was said.

Nothing is lost: a row stays owed until it is sent, withdrawn or dead. Nothing is said twice: one process
leases a row, a sender that finds it `doubtful` looks for it before it speaks. One row's trouble is its own:
it waits and is tried again, while the others are sent. What is due to one person together is one letter.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models import audit, outbox
from models.claiming import claim, letters
from models.leasing import finish
from models.outbox import Owed, Sending
from models.staff import Address
from models.store import Store
from scheduler.addressing import Places
from scheduler.bundling import settle
from scheduler.letter import SENDING_SECONDS, InDoubt, Letter, NotNow, Receipt, Sender, Unreachable
from scheduler.looking_again import look_again
from scheduler.recording import LONGEST_PAUSE, LONGEST_WAIT, Recorder, again, counted
from scheduler.seen import Seen
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


Parcel = tuple[list[Owed], Letter]


async def carry(store: Store, senders: Mapping[str, Sender], now: datetime) -> list[Delivered]:
    """Sends what is owed by now, at most one message a recipient, and what became of each row claimed.

    Without a door out nothing is claimed: what is owed waits until there is one.
    """
    if not senders:
        return []
    parcels, done = await asyncio.to_thread(_claim, store, senders, now)
    recorder = Recorder(store)
    sent = await asyncio.gather(*(_send(recorder, senders, rows, letter, now) for rows, letter in parcels))
    return [*done, *(one for rows in sent for one in rows)]


def _claim(
    store: Store, senders: Mapping[str, Sender], now: datetime
) -> tuple[list[Parcel], list[Delivered]]:
    """One transaction: lease, look again, find the address. What may be sent, and what was put right."""
    parcels: list[Parcel] = []
    done: list[Delivered] = []
    with store.transaction() as db:
        claimed = claim(db, now)
        seen, places = Seen(db, now, claimed), Places(db, now, claimed)
        for rows in letters(claimed):
            keys = {row.id: row.key for row in rows}
            true = settle(db, rows, [row for row in rows if _is_true(row, seen)], now)
            letter = None
            if true:
                try:
                    letter = places.address(true, senders)
                except Exception as error:  # noqa: BLE001  # it is logged, and the others are still sent
                    _put_off(db, true, now, error)
                    true = []
            if letter is not None:
                parcels.append((true, letter))
                word, state = "", None
            elif true and (true[0].edits is not None or true[0].kind == outbox.THREAD):
                # The message stays as it was sent, or we are not in that thread. Nobody is told of it.
                reason = "cannot-be-edited" if true[0].edits is not None else "not-in-the-thread"
                finish(db, true[0], **outbox.withdrawal(reason, now))
                word, state = "put_right", None
            elif true and true[0].staff_id is not None and not true[0].unreachable:
                # No address at all is not that every address failed: the first one is still to come.
                _wait(db, true, now)
                word, state = "waits", None
            elif true:
                _dead(db, true, now)
                word, state = "dead", Sending.DEAD
            carried = {row.id for row in true}
            for row in rows:
                if row.id not in carried:
                    done.append(Delivered(keys[row.id], None, outcome=Outcome(row.kind, "put_right")))
                elif letter is None:
                    done.append(Delivered(keys[row.id], state, outcome=Outcome(row.kind, word)))
    return parcels, done


def _is_true(row: Owed, seen: Seen) -> bool:
    """Whether the row is to be said now; otherwise it is put right, or waits."""
    try:
        return look_again(row, seen)
    except Exception as error:  # noqa: BLE001  # it is logged: a calendar that has run out, say
        _put_off(seen.db, [row], seen.now, error)
        return False


def _put_off(db: Session, rows: Sequence[Owed], now: datetime, error: Exception) -> None:
    """Leaves rows for later that cannot be looked at; the others are still sent."""
    change = again(now, 0, type(error).__name__, LONGEST_PAUSE)
    for row in rows:
        log.error("a row cannot be looked at", exc_info=error, extra={"action": "look_again", "row": row.id})
        finish(db, row, **counted(row, change))


async def _send(
    recorder: Recorder, senders: Mapping[str, Sender], rows: Sequence[Owed], letter: Letter, now: datetime
) -> list[Delivered]:
    """Speaks, then records the outcome, of all the letter's rows at once."""
    word, sent = "in_doubt", False
    attempts = max(row.attempts for row in rows)
    # What was certainly not said may be said with more, the next time.
    apart = {"doubtful": False, "bundle": None}
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
        word, sent = "sent", True
    except NotNow as outcome:
        word = "not_now"
        change = again(now, attempts, str(outcome), outcome.seconds)
        if not letter.doubtful:
            change |= apart
    except Unreachable as outcome:
        word = "unreachable"
        gone = [*rows[0].unreachable, str(letter.to)]
        change = {"state": Sending.OWED, "unreachable": gone, "reason": str(outcome), **apart}
    except Exception as error:  # a fault of a door must not stop the other letters
        if not isinstance(error, InDoubt | TimeoutError):
            log.exception("sending failed", extra={"action": "send", "row": rows[0].id})
        change = {**again(now, attempts, type(error).__name__, None), "doubtful": True}
    state = change["state"] if await recorder.record(rows, change) else Sending.SENDING
    return [
        Delivered(
            row.key,
            state,
            letter.to,
            Outcome(
                row.kind,
                word,
                letter.to.platform,
                max(0.0, (now - row.not_before).total_seconds()) if sent else None,
            ),
        )
        for row in rows
    ]


def _wait(db: Session, rows: Sequence[Owed], now: datetime) -> None:
    """Leaves rows owed whose recipient has no address yet, and owes a word about them, once."""
    for row in rows:
        finish(db, row, **counted(row, again(now, row.attempts, NO_ADDRESS, LONGEST_WAIT)))
        log.info("no address yet", extra={"action": "wait", "row": row.id})
        owe_word(db, row, now, NO_ADDRESS, 0, waits=True)


def _dead(db: Session, rows: Sequence[Owed], now: datetime) -> None:
    """Gives up on rows that no address took, and owes a word about each, once."""
    for row in rows:
        reason, tried = row.reason or NO_ADDRESS, row.attempts - 1
        finish(db, row, state=Sending.DEAD, reason=reason, finished_at=now, attempts=tried)
        about = audit.inquiry(row.facts["number"]) if row.facts.get("number") else f"word:{row.id}"
        audit.append(db, now, audit.REPLYBY, "give up", row.template, about=about)
        log.error("undelivered", extra={"action": "undelivered", "row": row.id})
        owe_word(db, row, now, reason, tried, waits=False)
