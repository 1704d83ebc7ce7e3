"""Asking something that may hang: the answer is waited for, never longer than a moment."""

import asyncio
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Probe(Generic[Found]):
    """A question that is asked in a thread of its own.

    While it hangs it is not asked again beside itself, so that a hanging database costs one thread and no
    more; the thread does not keep the process from ending.
    """

    def __init__(self, question: Callable[[], Found], seconds: float = 2.0) -> None:
        self._question = question
        self._seconds = seconds
        self._asked: asyncio.Future[Found] | None = None

    async def __call__(self) -> Found:
        """Raises what the question raises, and TimeoutError when there is no answer in time."""
        if self._asked is None or self._asked.done():
            self._asked = self._ask()
        async with asyncio.timeout(self._seconds):
            # Others may be waiting for the same answer, and a late one is still taken note of.
            return await asyncio.shield(self._asked)

    def _ask(self) -> "asyncio.Future[Found]":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Found] = loop.create_future()
        # An answer that comes when nobody waits any more is no fault.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())

        def settle(found: Found | None, fault: Exception | None) -> None:
            if future.done():
                return
            if fault is not None:
                future.set_exception(fault)
            else:
                future.set_result(found)  # type: ignore[arg-type]  # None only where Found may be None

        def run() -> None:
            found, fault = None, None
            try:
                found = self._question()
            except Exception as error:  # noqa: BLE001  # handed on to whoever asked
                fault = error
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, found, fault)

        threading.Thread(target=run, name="probe", daemon=True).start()
        return future
