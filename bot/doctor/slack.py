"""Slack: does it know the tokens, may they do what we need, is it the right workspace?"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from bot.doctor.calling import Caller, NoAnswer
from bot.doctor.finding import Finding, fault, look, ok, some
from bot.manifests.slack_scopes import BOT_SCOPES
from bot.settings import Settings

ABOUT = "slack"
_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
_CROWDED = "was asked too often, and wants us to wait"
_MANIFEST = "replyby manifest slack has them all"
# Slack's words for what is wrong with a token, and what to do.
_COPY = "Copy it again from the app's page, “OAuth & Permissions”, and set SLACK_BOT_TOKEN."
_COPY_APP = "Make one with connections:write on the app's page, “App-Level Tokens”, and set SLACK_APP_TOKEN."
_REASONS = {
    "invalid_auth": "it is not one that Slack has given out",
    "not_authed": "it did not arrive",
    "account_inactive": "the app was taken out of the workspace, or its owner was deactivated",
    "token_revoked": "it was revoked",
    "token_expired": "it has expired",
    "not_allowed_token_type": "it is of another kind",
    "missing_scope": "it may not do that",
    "org_login_required": "the workspace is being moved",
    "access_denied": "the workspace does not let it in",
}


async def check(settings: Settings, caller: Caller | None) -> list[Finding]:
    """For settings that have Slack; without a caller, what needs no network."""
    api, token = settings.slack_api_url, settings.slack_bot_token
    if token is None:
        return []
    url = urlsplit(api)
    if url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost", "::1"):
        return [
            fault(
                ABOUT,
                "REPLYBY_SLACK_API_URL would carry the token where others can read it.",
                "Use https://.",
            )
        ]
    found = _signing(settings)
    if caller is None:
        return found
    found += await _token(settings, token.get_secret_value(), caller)
    if settings.slack_app_token is not None:
        found.append(await _socket(api, settings.slack_app_token.get_secret_value(), caller))
    return found


def _signing(settings: Settings) -> list[Finding]:
    secret = settings.slack_signing_secret
    if secret is None or _SIGNING_SECRET.fullmatch(secret.get_secret_value()):
        return []
    return [
        look(
            ABOUT,
            "SLACK_SIGNING_SECRET does not look like one: Slack's are 32 of the characters 0-9 and a-f.",
            "Copy it from the app's page, “Basic Information”.",
        )
    ]


async def _token(settings: Settings, token: str, caller: Caller) -> list[Finding]:
    try:
        said, headers = await _call(f"{settings.slack_api_url}auth.test", token, caller)
    except NoAnswer as reason:
        return [_unreached(settings.slack_api_url, reason)]
    if not said.get("ok"):
        return [fault(ABOUT, f"Slack refuses the bot token ({_word(said)}).", _COPY)]
    team, organisation = said.get("team_id"), said.get("enterprise_id")
    found = [ok(ABOUT, f"Slack knows the bot token; it belongs to the workspace {team}.")]
    if settings.slack_teams and not {team, organisation} & set(settings.slack_teams):
        found.append(
            fault(
                ABOUT,
                f"REPLYBY_SLACK_TEAMS lists {', '.join(settings.slack_teams)}, and the token is of {team}: "
                "nobody there is heard.",
                f"List {team}, or leave it out.",
            )
        )
    if not said.get("bot_id"):
        found.append(fault(ABOUT, "The token is a person's, and not a bot's.", _COPY))
    return [*found, *_scopes(headers.get("x-oauth-scopes"))]


def _scopes(header: str | None) -> list[Finding]:
    if header is None:
        return [look(ABOUT, "Slack did not say what the token may do.")]
    has = {one.strip() for one in header.split(",") if one.strip()}
    lacks, more = [one for one in BOT_SCOPES if one not in has], sorted(has - set(BOT_SCOPES))
    found = []
    if lacks:
        found.append(
            fault(
                ABOUT,
                f"The token lacks the scopes {', '.join(lacks)}.",
                f"Add them on the app's page, “OAuth & Permissions” ({_MANIFEST}), and install it again.",
            )
        )
    if more:
        says = f"The token may do more than Replyby needs: {some(more)}."
        found.append(look(ABOUT, says, "Take these scopes out, and install the app again."))
    return found or [ok(ABOUT, "The token may do what Replyby needs, and no more.")]


async def _socket(api: str, token: str, caller: Caller) -> Finding:
    try:
        said, _ = await _call(f"{api}apps.connections.open", token, caller)
    except NoAnswer as reason:
        return _unreached(api, reason)
    if said.get("ok"):
        return ok(ABOUT, "Slack opens a Socket Mode connection for the app-level token.")
    if _bare(said) in ("socket_mode_not_enabled", "internal_error"):
        says = f"Slack opens no Socket Mode connection ({_word(said)})."
        return fault(ABOUT, says, "Switch Socket Mode on, on the app's page.")
    return fault(ABOUT, f"Slack refuses the app-level token ({_word(said)}).", _COPY_APP)


async def _call(url: str, token: str, caller: Caller) -> tuple[dict[str, Any], dict[str, str]]:
    answer = await caller.ask("POST", url, {"Authorization": f"Bearer {token}"})
    if answer.status == 429:
        raise NoAnswer(_CROWDED)
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or "ok" not in said:
        raise NoAnswer(f"answers with something else than Slack does (HTTP {answer.status})")
    return said, dict(answer.headers)


def _bare(said: dict[str, Any]) -> str:
    word = str(said.get("error", ""))
    return word if re.fullmatch(r"[a-z_]{1,60}", word) else "no reason"


def _word(said: dict[str, Any]) -> str:
    word = _bare(said)
    return f"{word}: {_REASONS[word]}" if word in _REASONS else word


def _unreached(api: str, reason: NoAnswer) -> Finding:
    if str(reason) == _CROWDED:
        return look(ABOUT, f"{urlsplit(api).netloc} {reason}.", "Ask the doctor again in a minute.")
    return fault(
        ABOUT,
        f"{urlsplit(api).netloc} {reason}.",
        "Let this machine out to it by https, or set HTTPS_PROXY; see REPLYBY_SLACK_API_URL.",
    )
