"""Slack, as the soak has it: the suite's own, on days that are not its best."""

from typing import Any

from aiohttp import web

from tests.doors.fake_slack import FakeSlack
from tests.soak.platform import Platform

ANSWERS = {"crowded": (429, "ratelimited"), "broken": (500, "internal_error"), "cut": (500, "cut")}


class Slack(Platform):
    """Its web API is at `/WORKER/api/`."""

    def open_to(self, router: web.UrlDispatcher) -> None:
        self._well = FakeSlack()
        router.add_route("*", "/{worker}/api/{method}", self._api)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method, words = request.match_info["method"], ""
        if request.content_type == "application/json":
            told: dict[str, Any] = await request.json()
        else:
            told = {**request.query, **await request.post()}
        if method == "chat.postMessage":
            words = told["text"]
        do = self._well._do
        return await self.call(request, request.match_info["worker"], words, lambda: do(method, told))

    def refusal(self, fault: str) -> web.Response:
        status, error = ANSWERS[fault]
        headers = {"Retry-After": "1"} if status == 429 else {}
        return web.json_response({"ok": False, "error": error}, status=status, headers=headers)
