"""The web app: where Slack, Teams and customers knock. It knows who lives where, and hears nothing itself."""

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.front_page import FRONT_PAGE
from bot.limits import Limit

log = logging.getLogger(__name__)

Answer = Callable[[Request], Awaitable[Response]]


class Door(Protocol):
    """Answers the requests that come to one address."""

    async def handle(self, request: Request) -> Response: ...


MOST = 1_000_000
_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_REFUSED = {
    400: "This request cannot be read.",
    404: "There is nothing at this address.",
    405: "This address cannot be used in this way.",
    408: "This took too long to come.",
    413: "This is more than can be taken at once.",
    415: "What was sent is of a kind that is not taken here.",
}


def create_app(
    *,
    survey: Door,
    slack: Door | None = None,
    teams: Door | None = None,
    ready: Callable[[], Awaitable[tuple[bool, Mapping[str, Any]]]] | None = None,
    metrics: Door | None = None,
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[Any]] | None = None,
) -> Starlette:
    """The app; a door that is None answers 404.

    /health says that the process is alive and which doors are set up, and asks nobody. ready tells whether
    it is fit to serve (200 or 503), and why. metrics answers 404 by itself to whoever may not read it.
    """

    async def alive(_request: Request) -> Response:
        words = {
            "status": "ok",
            "slack": "set up" if slack else "not set up",
            "teams": "set up" if teams else "not set up",
        }
        return JSONResponse(words, headers=_PRIVATE)

    async def fit(_request: Request) -> Response:
        if ready is None:
            raise HTTPException(404)
        well, page = await ready()
        return JSONResponse(page, 200 if well else 503, headers=_PRIVATE)

    async def measured(request: Request) -> Response:
        if metrics is None:
            raise HTTPException(404)
        return await metrics.handle(request)

    app = Starlette(
        routes=[
            Route("/", _front, methods=["GET"]),
            Route("/health", alive, methods=["GET"]),
            Route("/ready", fit, methods=["GET"]),
            Route("/metrics", measured, methods=["GET"]),
            Route("/slack/events", _door("Slack", slack), methods=["POST"]),
            Route("/api/messages", _door("Teams", teams), methods=["POST"]),
            Route("/survey/{token}", _door("The survey", survey), methods=["GET", "POST"]),
        ],
        middleware=[Middleware(Faults), Middleware(Limit, most=MOST)],
        exception_handlers={HTTPException: _refused},
        lifespan=lifespan,
    )
    # A redirect would be built from the Host header, which anybody can write.
    app.router.redirect_slashes = False
    return app


def masked(path: str) -> str:
    """A path as it may be logged: the token of a survey's link is a secret."""
    return re.sub(r"(/survey/)[^/]+", r"\1…", path)


class Faults:
    """ASGI middleware: a fault is logged under a reference, and the reference is all that the caller sees."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except ClientDisconnect:
            log.info("the caller hung up", extra={"action": "web"})
        except Exception:
            if scope["type"] != "http":
                raise
            reference = secrets.token_hex(4)
            log.exception(
                "a request failed: %s %s, reference %s",
                scope["method"],
                masked(scope["path"]),
                reference,
                extra={"action": "web", "reference": reference},
            )
            if begun:
                raise
            await _plain(f"Something went wrong on our side. Our reference is {reference}.", 500)(
                scope, receive, send
            )


def _plain(words: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(words + "\n", status, {**_PRIVATE, **(headers or {})})


def _door(name: str, door: Door | None) -> Answer:
    """What answers at an address, whether or not its door is set up."""

    async def answer(request: Request) -> Response:
        if door is None:
            return _plain(f"{name} is not set up in this Replyby.", 404)
        return await door.handle(request)

    return answer


async def _front(_request: Request) -> Response:
    return PlainTextResponse(FRONT_PAGE, headers=_PRIVATE)


async def _refused(_request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, HTTPException)
    words = _REFUSED.get(refusal.status_code, "This cannot be done.")
    return _plain(words, refusal.status_code, refusal.headers)
