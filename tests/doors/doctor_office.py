"""What the doctor's tests examine: a small server on 127.0.0.1 that answers what it is told, and settings."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import web

from bot.doctor.calling import Caller
from bot.doctor.finding import Level
from bot.settings import read_settings

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # Monday, 9:00 in Chicago


class Server:
    """`answers`: by path, (status, headers, body), or "cut"; `asked`: what came, with its token."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.url = ""

    def says(self, path, body, status=200, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, named, body)

    async def _any(self, request):
        self.asked.append((request.method, request.path, request.headers.get("Authorization")))
        answer = self.answers.get(request.path, (404, {}, {"error": "nothing here"}))
        if answer == "cut":
            request.transport.abort()
            return web.Response()
        status, headers, body = answer
        shown = {"Date": format_datetime(NOW, usegmt=True), **headers}
        if isinstance(body, str):
            return web.Response(text=body, status=status, headers=shown)
        return web.json_response(body, status=status, headers=shown)


@asynccontextmanager
async def serving():
    server, app = Server(), web.Application()
    app.router.add_route("*", "/{path:.*}", server._any)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def calling(clock=lambda: NOW, seconds=6.0):
    async with Caller(clock, seconds) as caller:
        yield caller


def given(**environ):
    return read_settings(environ)


def worst(findings):
    """The findings that are not OK, as "FAULT about: says do"."""
    return [
        f"{one.level} {one.about}: {one.says} {one.do}".strip()
        for one in findings
        if one.level is not Level.OK
    ]


def fine(findings):
    return [one.says for one in findings if one.level is Level.OK]
