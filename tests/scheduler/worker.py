"""One process that runs the rounds of a timetable, for the tests of several on one database.

    python -m tests.scheduler.worker ADDRESS LEDGER NOW [before|after COUNT]

It says "ready", waits for a line, and runs rounds until nothing is left to say. Each word said is a line of
the ledger, which stands for the platform: a doubtful letter is looked for there. With `before` or `after` it
stops for good around the writing of the letter of that number, says "hanging", and waits to be killed.
"""

import asyncio
import os
import sys
from datetime import datetime

from models.store import Store
from scheduler.delivery import Letter, Receipt
from scheduler.timetable import tick


class Ledger:
    looks = True

    def __init__(self, path: str, hang: str, count: int) -> None:
        self.path, self.hang, self.left = path, hang, count

    async def send(self, letter: Letter) -> Receipt:
        if letter.doubtful and self.has(letter.says):
            return Receipt("found", "said before")
        await asyncio.sleep(0)  # the others of this process come between
        self.left -= 1
        if self.left == 0 and self.hang == "before":
            await self.hang_up()
        self.write("".join(f"{key} {letter.to.user}\n" for key in letter.says))
        if self.left == 0 and self.hang == "after":
            await self.hang_up()
        return Receipt("written", letter.template)

    def has(self, keys: tuple[str, ...]) -> bool:
        with open(self.path) as lines:
            return {line.split()[0] for line in lines}.issuperset(keys)

    def write(self, lines: str) -> None:
        file = os.open(self.path, os.O_APPEND | os.O_WRONLY)
        os.write(file, lines.encode())
        os.close(file)

    async def hang_up(self) -> None:
        tell("hanging")
        await asyncio.Event().wait()


def tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def work(store: Store, ledger: Ledger, now: datetime) -> None:
    while await tick(store, {"terminal": ledger}, now):
        pass


def main() -> None:
    address, path, now, *hang = sys.argv[1:]
    store = Store(address)
    ledger = Ledger(path, hang[0] if hang else "", int(hang[1]) if hang else 0)
    tell("ready")
    sys.stdin.readline()
    asyncio.run(work(store, ledger, datetime.fromisoformat(now)))
    store.close()


if __name__ == "__main__":
    main()
