"""Recording what became of letters: what comes in during one write goes into the next one together."""

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from models.leasing import finish_all
from models.outbox import Owed, Sending
from models.store import Store

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 900.0
SHORTEST_WAIT, LONGEST_WAIT = 1.0, 3600.0  # whatever a platform asks for
# Seconds between attempts to record: a database that starts anew is back within them, the lease still ours.
RECORDING_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)
AT_ONCE = 100  # letters in one transaction
UNCOUNTED = "uncounted"  # in a change: it was no attempt

Change = Mapping[str, Any]


class Recorder:
    """Writes outcomes of letters, each letter's rows in one transaction, many letters in one if they meet."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Sequence[Owed], Change, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def record(self, rows: Sequence[Owed], change: Change) -> bool:
        """Writes a letter's outcome, again when it fails: what is not recorded may have to be said again.

        False when it was not written, or the lease was lost to another process meanwhile.
        """
        for pause in (*RECORDING_PAUSES, None):
            try:
                return await self._write(rows, change)
            except Exception:
                if pause is None:
                    for row in rows:
                        log.exception(
                            "an outcome was not recorded", extra={"action": "record", "row": row.id}
                        )
                else:
                    await asyncio.sleep(pause)
        return False

    async def _write(self, rows: Sequence[Owed], change: Change) -> bool:
        written: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, change, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await written

    async def _write_all(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            outcomes = [(rows, change) for rows, change, _ in some]
            found = await asyncio.to_thread(self._together, outcomes)
            for (_, _, written), result in zip(some, found, strict=True):
                if written.done():
                    continue
                if isinstance(result, Exception):
                    written.set_exception(result)
                else:
                    written.set_result(result)

    def _together(self, outcomes: Sequence[tuple[Sequence[Owed], Change]]) -> Sequence[bool | Exception]:
        """Of each letter, whether its outcome was recorded, or the error."""
        try:
            return write(self._store, outcomes)
        except Exception as error:  # noqa: BLE001  # whoever waits for it tries again, and tells of it
            if len(outcomes) == 1:
                return [error]
        # One letter's trouble is its own.
        return [found for one in outcomes for found in self._together([one])]


def write(store: Store, outcomes: Sequence[tuple[Sequence[Owed], Change]]) -> list[bool]:
    """Writes outcomes in one transaction; of each letter, whether its lease was still held."""
    with store.transaction() as db:
        held = finish_all(db, [(row, counted(row, change)) for rows, change in outcomes for row in rows])
    return [all(row.id in held for row in rows) for rows, _ in outcomes]


def counted(row: Owed, change: Change) -> Change:
    """What a letter's outcome is for one row: an attempt that does not count is taken back from its own."""
    rest = {name: value for name, value in change.items() if name != UNCOUNTED}
    return {**rest, "attempts": row.attempts - 1} if change.get(UNCOUNTED) else rest


def again(now: datetime, attempts: int, reason: str, seconds: float | None) -> dict[str, Any]:
    """Full jitter, doubling; or as long as the platform asks, which does not count as an attempt.

    A change of the rows of one letter, for `Recorder.record`.
    """
    change: dict[str, Any] = {"state": Sending.OWED, "reason": reason}
    if seconds is None:
        widest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 20))
        pause = random.uniform(SHORTEST_WAIT, widest)  # noqa: S311  # jitter, no secret
    else:
        pause = min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)
        change[UNCOUNTED] = True
    return {**change, "not_before": now + timedelta(seconds=pause)}
