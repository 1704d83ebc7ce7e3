"""What makes a setting usable.

Each check gives the value as it is used, or raises ValueError with the end of a sentence that begins with the
variable's name ("must …"). Secrets are never repeated.
"""

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, SecretStr

from bot.mail_server import read_mail_server, sender_of

SHORTEST_SECRET = 32
# Where Teams answers from: the commercial cloud, GCC, GCC High, DoD.
TEAMS_HOSTS = (
    "smba.trafficmanager.net",
    "*.botframework.com",
    "smba.infra.gcc.teams.microsoft.com",
    "smba.infra.gov.teams.microsoft.us",
    "smba.infra.dod.teams.microsoft.us",
)
_HOST = re.compile(r"(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")
_WORKSPACE = re.compile(r"[TE][A-Z0-9]+")
_SAMPLE = "America/Chicago"


def one_word(value: str) -> str:
    if "…" in value or value.endswith("..."):
        raise ValueError("still holds the “…” of the instructions; put the real one there")
    if not re.fullmatch(r"[!-~]+", value):
        raise ValueError("must be one word, without spaces")
    return value


def secret_word(value: SecretStr) -> SecretStr:
    one_word(value.get_secret_value())
    return value


def long_secret(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(
            f"must have at least {SHORTEST_SECRET} characters; `openssl rand -hex 32` makes a good one"
        )
    return value


def begins_with(start: str) -> Callable[[SecretStr], SecretStr]:
    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(start) or value.get_secret_value() == start:
            raise ValueError(f"must be a token that begins with {start}")
        return value

    return check


def database(value: str) -> str:
    # SQLAlchemy is heavy, and not every command needs the settings' database.
    from models.store import database_url

    try:
        database_url(value)
    except ValueError:
        pass
    else:
        return value
    if re.match(r"sqlite(\+pysqlite)?://[^/]", value):
        raise ValueError(
            "lacks a slash: write sqlite:///var/replyby.db, or sqlite:////srv/… for a whole path"
        )
    raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")


def _split(value: str) -> SplitResult:
    """The parts of an http(s) address without user, query and fragment."""
    try:
        url = urlsplit(value)
        sound = bool(url.hostname) and url.port != 0
    except ValueError:
        sound = False
    if not sound or url.scheme not in ("http", "https") or not re.fullmatch(r"[!-~]+", value):
        raise ValueError("must be an address that begins with https:// or http://")
    if "@" in url.netloc or url.query or url.fragment or "\\" in value:
        raise ValueError("must be a plain address, without a user, ? or #")
    return url


def web_address(value: str) -> str:
    _split(value)
    return value


def public_address(value: str) -> str:
    return web_address(value).rstrip("/")


def folder_address(value: str) -> str:
    return web_address(value).rstrip("/") + "/"


def zone(value: str) -> str:
    known = available_timezones()
    if value in known:
        return ZoneInfo(value).key
    near = get_close_matches(value, known, n=1)
    raise ValueError(f"must be the name of a time zone, such as {near[0] if near else _SAMPLE}")


def _listed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in value.split(",")))))


COMMAS = BeforeValidator(_listed)
"""Names with commas between them, each once."""


def workspaces(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(_WORKSPACE.fullmatch(one) for one in value):
        raise ValueError("must list ids of Slack workspaces, such as T0123ABCD, with commas between them")
    return value


def hosts(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value or not all(_HOST.fullmatch(one) and ".." not in one for one in value):
        raise ValueError(
            "must list names of hosts, such as smba.trafficmanager.net, with commas between them"
        )
    return tuple(one.lower() for one in value)


def _app_type(value: Any) -> Any:
    known = {name.lower(): name for name in ("SingleTenant", "UserAssignedMSI")}
    word = str(value).lower()
    if word == "multitenant":
        raise ValueError(
            "cannot be MultiTenant: Microsoft registers no new bots of that kind, and Replyby serves one "
            "tenant alone; use SingleTenant or UserAssignedMSI"
        )
    if word not in known:
        raise ValueError("must be SingleTenant or UserAssignedMSI")
    return known[word]


APP_TYPE = BeforeValidator(_app_type)


def mail_server(value: SecretStr) -> SecretStr:
    read_mail_server(value.get_secret_value())
    return value


def sender(value: str) -> str:
    sender_of(value)
    return value


def megabytes(value: Any) -> int:
    if re.fullmatch(r"\d{1,9}", str(value)):
        return int(value)
    raise ValueError("must be a number of megabytes, such as 200")


def log_style(value: Any) -> Any:
    if value in ("text", "json"):
        return value
    raise ValueError("must be text or json")


def long_token(value: SecretStr) -> SecretStr:
    return long_secret(secret_word(value))
