"""Teams, as the soak has it: a Bot Connector that cannot be asked what it has taken."""

from aiohttp import web

from tests.doors.fake_teams import refusal
from tests.soak.platform import Platform


class Teams(Platform):
    """Its service address is `url`; a worker's token is its name."""

    def open_to(self, router: web.UrlDispatcher) -> None:
        router.add_post("/v3/conversations/{conversation}/activities", self._post)
        router.add_get("/v3/conversations/{conversation}/members/{member}", self._member)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        words = (await request.json())["summary"]
        return await self.call(request, _worker(request), words, lambda: {"id": f"m{len(self.kept)}"})

    async def _member(self, request: web.Request) -> web.StreamResponse:
        return await self.call(request, _worker(request), "", lambda: {"id": request.match_info["member"]})

    def refusal(self, fault: str) -> web.Response:
        return refusal(429, Retry_After="1") if fault == "crowded" else refusal(500)


def _worker(request: web.Request) -> str:
    return request.headers["Authorization"].removeprefix("Bearer ")
