"""Teams, as the soak has it: a Bot Connector that cannot be asked what it has taken."""

import re

from aiohttp import web

from tests.doors.fake_teams import refusal
from tests.soak.platform import Platform

REMINDER = re.compile(r"Reminder (INQ-\d+)")


class Teams(Platform):
    """Its service address is `url`; a worker's token is its name. A message's mark is the number in it."""

    def open_to(self, router: web.UrlDispatcher) -> None:
        router.add_post("/v3/conversations/{conversation}/activities", self._post)
        router.add_get("/v3/conversations/{conversation}/members/{member}", self._member)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        words = (await request.json())["summary"]
        named = REMINDER.search(words)
        mark = named[1] if named else words
        return await self.call(request, _worker(request), mark, lambda: {"id": f"m{len(self.kept)}"})

    async def _member(self, request: web.Request) -> web.StreamResponse:
        return await self.call(request, _worker(request), None, lambda: {"id": request.match_info["member"]})

    def refusal(self, fault: str) -> web.Response:
        return refusal(429, Retry_After="1") if fault == "crowded" else refusal(500)


def _worker(request: web.Request) -> str:
    return request.headers["Authorization"].removeprefix("Bearer ")
