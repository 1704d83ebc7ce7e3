"""The app served on 127.0.0.1, with somebody before it who signs as Microsoft does, or as no one should."""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from tests.doors.fake_teams import NOW, Microsoft
from tests.security.agency import TEAMS, Agency, agency

T = int(NOW.timestamp())
SECRETS = ("Quillfeather", "heliotrope", "608-555-0133")
LOG = f"inquiry log call from Jane {SECRETS[0]} {SECRETS[2]} about {SECRETS[1]} permits"


@dataclass
class Town:
    """The app, served on 127.0.0.1, and somebody before it who signs as Microsoft does."""

    agency: Agency
    client: httpx.AsyncClient
    port: int
    ticks: list[float]

    @property
    def microsoft(self) -> Microsoft:
        return self.agency.microsoft

    def activity(self, **changes: Any) -> dict[str, Any]:
        sender = {"id": "29:1dana", "name": "Dana", "aadObjectId": TEAMS["dana"]}
        return self.microsoft.message(**{"text": LOG, "from": sender, **changes})

    async def post(self, body: Any, token: str | None = None, **headers: str) -> httpx.Response:
        """Posts an activity, or bytes as they are; signed unless a token is given."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = self.microsoft.token() if token is None else token
        sent = {"content-type": "application/json", "authorization": f"Bearer {signed}", **headers}
        return await self.client.post("/api/messages", content=content, headers=sent)

    async def raw(self, head: str, body: bytes = b"") -> bytes:
        """What is answered to a request written by hand."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n" + body)
        answer = await reader.readline()
        writer.close()
        return answer


@asynccontextmanager
async def teams_town(path: Any) -> AsyncIterator[Town]:
    """The served app over a new store."""
    async with agency(path) as one:
        ticks = [1000.0]
        one.teams_door._keys._ticks = lambda: ticks[0]
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            config = uvicorn.Config(one.app, lifespan="off", log_config=None, access_log=False)
            server = uvicorn.Server(config)
            server.install_signal_handlers = lambda: None
            serving = asyncio.create_task(server.serve([listening]))
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                yield Town(one, client, port, ticks)
            server.should_exit = True
            await serving


def segment(value: Any) -> str:
    """A part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
