"""`replyby migrate`, struck by SIGKILL just before the given statement of the migration (python -m …)."""

import os
import signal
import sys
from itertools import count
from typing import Any

from sqlalchemy import Engine, event

from bot import assemble


def main(address: str, strike: int) -> None:
    numbers = count(1)

    def killed(*_: Any) -> None:
        if next(numbers) == strike:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", killed)
    event.listen(Engine, "commit", killed)
    assemble.open_store(address).close()
    sys.stdout.write(f"{next(numbers) - 1}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
