"""Where the soak's workers are born: a process that has loaded everything once, and forks.

    python -m tests.soak.nursery DOOR

Each line of standard input, `["name", "database", "http://…"]`, starts a worker. It says
`born NAME PID`, and `died PID STATUS` once a process is gone for good. When its input ends, the whole family
is killed.
"""

import json
import os
import signal
import sys
from types import FrameType

from tests.soak import worker

CHILD = {signal.SIGCHLD}


def tell(words: str) -> None:
    # Not through sys.stdout: a signal handler may come in the middle of another line.
    os.write(1, f"{words}\n".encode())


def bury(number: int, frame: FrameType | None) -> None:
    """Says who is gone."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        tell(f"died {pid} {os.waitstatus_to_exitcode(status)}")


def bear(door: str, name: str, database: str, url: str) -> None:
    # Nobody dies before it is said that he was born.
    signal.pthread_sigmask(signal.SIG_BLOCK, CHILD)
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, CHILD)
        worker.main(name, database, door, url)
        sys.stderr.flush()
        os._exit(0)
    tell(f"born {name} {pid}")
    signal.pthread_sigmask(signal.SIG_UNBLOCK, CHILD)


def main(door: str) -> None:
    worker.load(door)
    signal.signal(signal.SIGCHLD, bury)
    tell("ready")
    try:
        for line in sys.stdin:
            bear(door, *json.loads(line))
    finally:
        # A group of its own: `start_new_session` made it so.
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
