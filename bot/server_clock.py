"""The clock of the database's server: the same for every replica, whatever their own machines show.

Leases count by it: of two replicas whose machines differ by minutes, one would take what the other holds.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.doors import Clock
from models.store import Store

log = logging.getLogger(__name__)


class ServerClock:
    """Called, it shows the present; `ask()` sets it by the server, and shows it.

    Between two askings the seconds that have run are added (`running`, monotonic): a machine's clock that is
    moved moves nothing here. SQLite has no server: there it is the machine's clock.
    """

    def __init__(self, store: Store, machine: Clock, running: Callable[[], float] = time.monotonic) -> None:
        self._store, self._machine, self._running = store, machine, running
        self._shown: tuple[datetime, float] | None = None
        self._answered = True

    def __call__(self) -> datetime:
        if self._shown is None:
            return self._machine()
        shown, at = self._shown
        return shown + timedelta(seconds=self._running() - at)

    def ask(self) -> datetime:
        """Asks the server; waits for it. Where it does not answer, the clock goes on as it went."""
        try:
            shown = self._store.server_time()
        except Exception as error:  # noqa: BLE001  # whatever it is, what comes next fails of it and says so
            if self._answered:
                fault = type(error).__name__
                log.warning("the database's clock was not read: %s", fault, extra={"action": "clock"})
            self._answered = False
        else:
            self._answered = True
            # From when the answer is there: a slow one makes the clock late, and never early.
            self._shown = (shown.astimezone(UTC), self._running()) if shown is not None else None
        return self()
