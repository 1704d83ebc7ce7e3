"""How much a caller may send, and how long that may take."""

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_SECONDS = 10.0
"""For a whole body to come: whoever sends it a byte at a time keeps no connection, and no memory, of ours."""


def limited(scope: Scope, receive: Receive, most: int) -> Receive:
    """`receive`, for a body of at most `most` bytes; a longer one raises HTTPException(413) when it is read.

    One that takes longer than BODY_SECONDS raises HTTPException(408). The length that the caller announces is
    believed only when it is too long.
    """
    announced = Headers(scope=scope).get("content-length", "")
    taken = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 20 else 0
    if taken <= most:
        taken = 0
    until: float | None = None
    complete = False

    async def receive_within() -> Message:
        nonlocal taken, until, complete
        if taken > most:
            raise HTTPException(413)
        if complete:
            # Who waits for the caller to hang up may wait for long.
            return await receive()
        if until is None:
            until = asyncio.get_running_loop().time() + BODY_SECONDS
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408) from None
        complete = not message.get("more_body", False)
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413)
        return message

    return receive_within


class Limit:
    """ASGI middleware: no body of more than `most` bytes reaches the app, whatever length was announced."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive = limited(scope, receive, self.most)
        await self.app(scope, receive, send)
