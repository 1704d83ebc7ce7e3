"""Front doors behind uvicorn, a process each: ours as `replyby serve` has it, and peers that do nothing."""

import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

Build = Callable[..., Any]


@contextmanager
def served(build: Build, *given: Any) -> Iterator[int]:
    """The port on 127.0.0.1 where the ASGI app that `build(*given)` makes is served, by one process."""
    processes = get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_serve, args=(theirs, build, given), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        # It ends by itself when nobody holds the other end, whatever became of us.
        ours.close()
        process.join()


def _serve(other_end: Connection, build: Build, given: tuple[Any, ...]) -> None:
    import uvicorn

    # As `replyby serve`: of each request nothing is logged.
    logging.basicConfig(level=logging.ERROR)
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        build(*given), log_config=None, log_level="warning", access_log=False, server_header=False
    )
    server = uvicorn.Server(config)

    def until_left() -> None:
        other_end.poll(None)
        server.should_exit = True

    async def run() -> None:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        other_end.send(listening.getsockname()[1])
        threading.Thread(target=until_left, daemon=True).start()
        await serving

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(run())


def replyby(environ: Mapping[str, str], address: str) -> Any:
    """The whole app, with the timetable beside it."""
    from bot import assemble
    from bot.settings import read_settings

    return assemble.serving(read_settings(environ), assemble.open_store(address))


def bolt(token: str, secret: str, api_url: str, before_response: bool) -> Any:
    """Bolt with a command that does nothing, by Bolt's own adapter for Starlette."""
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from slack_bolt.app.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    app = AsyncApp(
        client=AsyncWebClient(token=token, base_url=api_url),
        signing_secret=secret,
        process_before_response=before_response,
    )

    @app.command("/inquiry")
    async def nothing(ack: Any) -> None:
        await ack()

    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


def replyby_teams(teams: Mapping[str, str], address: str) -> Any:
    """The Teams door, the turnstile, the ear, the database; what is owed is stored, and not carried out."""
    import time
    from contextlib import asynccontextmanager

    from bot import assemble
    from bot.ear import MOST_TOGETHER, Ear, Tasks
    from bot.settings import read_settings
    from bot.survey_page import SurveyPage
    from bot.teams import TeamsDoor
    from bot.turnstile import Turnstile
    from bot.web import create_app
    from handlers.asking import House

    store, tasks, settings = assemble.open_store(address), Tasks(), read_settings(teams)
    # Without a door out nothing is claimed: the answers stay owed.
    ear = Turnstile(
        Ear(House(store), {}, assemble.now, tasks.spawn),
        time.monotonic,
        assemble.department_of(store),
        tasks.spawn,
        places=MOST_TOGETHER,
    )
    voice = assemble.voice("teams", assemble.agency_in(store), settings)
    door = TeamsDoor(settings, voice, ear, assemble.now, assemble.knows(store))

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        yield
        await tasks.finish()
        await door.stop()
        store.close()

    return create_app(survey=SurveyPage(store, None, assemble.now), teams=door, lifespan=lifespan)


def cloud_adapter(app_id: str, password: str, openid_url: str, issuer: str) -> Any:
    """botbuilder's CloudAdapter as it comes, with its own check of the token, and a bot that does nothing.

    Its own web integration only reads the JSON and hands it on, as is done here.
    """
    from botbuilder.core import CloudAdapterBase, TurnContext
    from botbuilder.schema import Activity
    from botframework.connector.auth import (
        BotFrameworkAuthenticationFactory,
        PasswordServiceClientCredentialFactory,
    )
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    credentials = PasswordServiceClientCredentialFactory(app_id, password)
    adapter = CloudAdapterBase(
        BotFrameworkAuthenticationFactory.create(
            to_channel_from_bot_login_url="https://login.microsoftonline.com/botframework.com",
            to_channel_from_bot_oauth_scope="https://api.botframework.com",
            to_bot_from_channel_token_issuer=issuer,
            oauth_url="https://api.botframework.com",
            to_bot_from_channel_open_id_metadata_url=openid_url,
            to_bot_from_emulator_open_id_metadata_url=openid_url,
            caller_id="",
            validate_authority=True,
            credential_factory=credentials,
        )
    )

    async def nothing(_context: TurnContext) -> None:
        pass

    async def messages(request: Request) -> Response:
        activity = Activity().deserialize(await request.json())
        await adapter.process_activity(request.headers["authorization"], activity, nothing)
        return Response()

    return Starlette(routes=[Route("/api/messages", messages, methods=["POST"])])


def key_server(keys: Mapping[str, Any]) -> Any:
    """Microsoft's signing keys on 127.0.0.1."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def openid(request: Request) -> JSONResponse:
        return JSONResponse({"jwks_uri": str(request.url_for("keys")), "issuer": "made up"})

    async def keys_(_request: Request) -> JSONResponse:
        return JSONResponse(dict(keys))

    return Starlette(routes=[Route("/openid", openid), Route("/keys", keys_, name="keys")])
