"""Work that may outlast the request that began it."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

Result = TypeVar("Result")

LEAVING_SECONDS = 5.0


class Running:
    """What has begun and is not done."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def __iter__(self) -> Iterator[asyncio.Task[Any]]:
        return iter(tuple(self._tasks))

    def spawn(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def finish(self) -> None:
        """Waits a moment for what is running, then leaves it."""
        left = set(self._tasks)
        if left:
            _, left = await asyncio.wait(left, timeout=LEAVING_SECONDS)
        for task in left:
            task.cancel()
