"""The Teams app package: manifest.json (schema 1.19) and two icons, the same byte for byte each time."""

import json
import re
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.manifests.picture import ACCENT, full_colour, outline
from bot.manifests.reaching import why_unreachable
from bot.manifests.slack import SHORTCUT
from handlers.commands import find

if TYPE_CHECKING:
    from bot.settings import Settings

SCHEMA = "1.19"
SCOPES = ("personal", "team", "groupChat")
LONGEST_NAME, LONGEST_PUBLISHER, LONGEST_TITLE, LONGEST_SAYS, MOST_COMMANDS = 30, 32, 32, 128, 10

PERSONAL = (
    "home", "inquiry log", "inquiry mine", "inquiry show", "inquiry ack", "inquiry answer", "inquiry close",
    "away", "desk team", "help",
)  # fmt: skip
"""The ten that Teams offers in the own chat: what a day is made of, and the way to all others."""
TOGETHER = ("inquiry log", "inquiry mine", "away", "desk team", "desk overdue", "help")
"""What it offers after the bot's name among colleagues, where the answer still comes into the own chat."""

_SHORT = "Helps the staff of a public agency to answer in time."
_FULL = (
    "Replyby logs inquiries, says when a response is due and which written rule says so, reminds whoever is "
    "there to be reminded, plans absences with an alternate, and sends the customer a survey link when a "
    "request is closed. Write to it as to a colleague, or say “help”. It is run by your own agency: what you "
    "write to it is kept in the agency’s database. In teams and group chats it hears only what is said to it "
    "by name, and it answers you alone, in your own chat."
)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_VERSION = re.compile(r"(0|[1-9]\d{0,4})(\.(0|[1-9]\d{0,4})){2}", re.ASCII)


@dataclass(frozen=True)
class Label:
    """What an agency may choose of its app; None for what is ours to say.

    publisher: who answers for it. privacy and terms: the agency's own pages. version: N.N.N.
    """

    name: str = "Replyby"
    publisher: str | None = None
    privacy: str | None = None
    terms: str | None = None
    version: str | None = None


def teams_manifest(settings: "Settings", label: Label, version: str) -> dict[str, Any]:
    """manifest.json; `version` is Replyby's own. Raises ValueError, in a sentence."""
    bot, site = _bot(settings), _site(settings)
    publisher = label.publisher or urlsplit(site).hostname or ""
    _fits(label.name, "--name", LONGEST_NAME)
    _fits(publisher, "--publisher", LONGEST_PUBLISHER)
    version = label.version or version
    if not _VERSION.fullmatch(version):
        raise ValueError(f"“{version}” is no version that Teams takes. Write three numbers: --version 1.0.1.")
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": version,
        # Of its own, so that the bot may be offered by another app too; the same whenever it is made.
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"replyby teams app {bot}")),
        "developer": {
            "name": publisher,
            "websiteUrl": site,
            "privacyUrl": _page(label.privacy, "--privacy") or site,
            "termsOfUseUrl": _page(label.terms, "--terms") or site,
        },
        "name": {"short": label.name, "full": label.name},
        "description": {"short": _SHORT, "full": _FULL},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": bot,
                "scopes": list(SCOPES),
                "isNotificationOnly": False,
                "supportsFiles": False,
                "commandLists": [
                    {"scopes": ["personal"], "commands": offered(PERSONAL)},
                    {"scopes": ["team", "groupChat"], "commands": offered(TOGETHER)},
                ],
            }
        ],
        "composeExtensions": [
            {
                "botId": bot,
                "commands": [
                    {
                        "id": SHORTCUT,
                        "type": "action",
                        "title": "Log as inquiry",
                        "description": "Log this message as an inquiry; its number is said in the thread.",
                        "context": ["message"],
                        "fetchTask": True,
                    }
                ],
            }
        ],
        # Who speaks, and leave to write to them first: reminders.
        "permissions": ["identity", "messageTeamMembers"],
        # No page of ours is opened within Teams.
        "validDomains": [],
        "defaultInstallScope": "personal",
    }


def offered(words: tuple[str, ...]) -> list[dict[str, str]]:
    """The commands that these words begin, as Teams offers them. Raises ValueError for other words."""
    return [{"title": one, "description": _says(one)} for one in words]


def package(manifest: Mapping[str, Any]) -> bytes:
    """The zip that is uploaded."""
    said = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    files = {"manifest.json": said.encode(), "color.png": full_colour(192), "outline.png": outline(32)}
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as folder:
        for name, content in files.items():
            # Stored as it is, under the oldest date that a zip can have: nothing differs from day to day.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            folder.writestr(entry, content, zipfile.ZIP_STORED)
    return whole.getvalue()


def _says(words: str) -> str:
    found = find(words)
    if found is None or found[1]:
        raise ValueError(f"“{words}” is no command.")
    return found[0].says


def _bot(settings: "Settings") -> str:
    if settings.microsoft_app_id is None:
        raise ValueError("MicrosoftAppId is not set: create the bot in Azure first (docs/install-teams.md).")
    if not _GUID.fullmatch(settings.microsoft_app_id):
        raise ValueError(
            "MicrosoftAppId is no application (client) id: 8-4-4-4-12 digits and letters a to f."
        )
    return settings.microsoft_app_id.lower()


def _site(settings: "Settings") -> str:
    unreachable = why_unreachable(settings.public_url)
    if unreachable:
        raise ValueError(
            f"Teams cannot call {settings.public_url}, which {unreachable}. "
            "Set REPLYBY_PUBLIC_URL to the https:// address of your proxy."
        )
    return f"{settings.public_url}/"


def _page(address: str | None, option: str) -> str | None:
    if address is not None and not re.fullmatch(r"https://[!-~]+", address):
        raise ValueError(f"{option} must be the https:// address of a page that your staff can open.")
    return address


def _fits(text: str, option: str, longest: int) -> None:
    if not 0 < len(text.strip()) <= longest:
        raise ValueError(
            f"Teams takes 1 to {longest} characters for {option}; “{text}” has {len(text.strip())}."
        )
