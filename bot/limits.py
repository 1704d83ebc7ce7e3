"""How much a caller may send."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def limited(scope: Scope, receive: Receive, most: int) -> Receive:
    """`receive`, for a body of at most `most` bytes; a longer one raises HTTPException(413) when it is read.

    The length that the caller announces is believed only when it is too long.
    """
    announced = Headers(scope=scope).get("content-length", "")
    taken = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 20 else 0
    if taken <= most:
        taken = 0

    async def receive_within() -> Message:
        nonlocal taken
        if taken > most:
            raise HTTPException(413)
        message = await receive()
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
