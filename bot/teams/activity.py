"""An activity's JSON, piece by piece: every piece is a stranger's until it has been looked at."""

import re
from collections.abc import Mapping
from typing import Any

from bot.teams.token import Refused

Json = Mapping[str, Any]

IDENT = re.compile(r"[!-~]{1,512}")


def inner(within: Json, *path: str) -> Any:
    """What stands at the path, or None."""
    found: Any = within
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def piece(within: Json, name: str) -> Json:
    """An object within. Raises Refused (400)."""
    found = within.get(name)
    if not isinstance(found, dict):
        raise Refused(400, f"an activity without {name}")
    return found


def ident(within: Json, name: str) -> str:
    """An id of Teams'. Raises Refused (400)."""
    found = within.get(name)
    if not isinstance(found, str) or not IDENT.fullmatch(found):
        raise Refused(400, "an activity without its ids")
    return found
