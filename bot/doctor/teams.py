"""Teams: are the ids ids, does Microsoft give a token, are the keys there, where may our token go?"""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import jwt

from bot.doctor.calling import Caller, NoAnswer
from bot.doctor.finding import Finding, fault, look, ok
from bot.probe import Probe
from bot.setting_checks import TEAMS_HOSTS
from bot.settings import Settings
from bot.teams.login import Credentials, credentials_for
from bot.teams.token import CHANNEL, is_government

ABOUT = "teams"
LOGIN_SECONDS = 12.0
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HERE = ("127.0.0.1", "localhost")
_REGISTRATION = "on the app registration's page (Microsoft Entra)"
# Microsoft's numbers for why it gives no token.
_REFUSALS = {
    "7000215": (
        "MicrosoftAppPassword is not the secret",
        f"Make a client secret {_REGISTRATION} and copy its value, not its id.",
    ),
    "7000222": (
        "the client secret has expired",
        f"Make a new one {_REGISTRATION}, “Certificates & secrets”.",
    ),
    "700016": (
        "there is no such app in the tenant",
        "Compare MicrosoftAppId and MicrosoftAppTenantId with the app registration's page.",
    ),
    "90002": ("there is no such tenant", "Compare MicrosoftAppTenantId with the “Directory (tenant) ID”."),
    "7000112": ("the app is switched off", f"Switch it on {_REGISTRATION}."),
}


async def check(
    settings: Settings, caller: Caller | None, credentials: Credentials | None = None
) -> list[Finding]:
    """For settings that have Teams; without a caller, what needs no network. credentials: of a test."""
    found = [*_ids(settings), *_hosts(settings)]
    if caller is None:
        return found
    unusable = any(one.about == ABOUT and "no GUID" in one.says for one in found)
    if not unusable:
        found.append(await _login(credentials or credentials_for(settings), settings.microsoft_app_type))
    return [*found, await _keys(settings.teams_openid_url, caller)]


def _ids(settings: Settings) -> list[Finding]:
    found = []
    for name, value in (
        ("MicrosoftAppId", settings.microsoft_app_id),
        ("MicrosoftAppTenantId", settings.microsoft_app_tenant_id),
    ):
        if not _GUID.fullmatch(value or ""):
            says = f"{name} is no GUID (8-4-4-4-12 hexadecimal digits)."
            found.append(fault(ABOUT, says, f"Copy it {_REGISTRATION}; a name does not do."))
    secret = settings.microsoft_app_password
    if secret is not None and _GUID.fullmatch(secret.get_secret_value()):
        found.append(
            fault(
                ABOUT,
                "MicrosoftAppPassword is a GUID: that is the id of a secret, and not the secret.",
                f"Copy its “Value” {_REGISTRATION}; it is shown once, so make a new one if it is gone.",
            )
        )
    return found


def _hosts(settings: Settings) -> list[Finding]:
    hosts, found = settings.teams_service_hosts, []
    wide = [one for one in hosts if one.startswith("*.") and one.count(".") < 2]
    strange = [one for one in hosts if one not in (*TEAMS_HOSTS, *wide, *_HERE)]
    if wide:
        says = f"REPLYBY_TEAMS_SERVICE_HOSTS has {', '.join(wide)}: our token could go to anybody there."
        found.append(fault(ABOUT, says, "Name the hosts of Teams; without the setting they are right."))
    if strange:
        says = f"Our token may go to {', '.join(strange)}, which Replyby does not know as Microsoft's."
        found.append(look(ABOUT, says, "See REPLYBY_TEAMS_SERVICE_HOSTS."))
    if any(one in _HERE for one in hosts):
        says = "REPLYBY_TEAMS_SERVICE_HOSTS has this machine, which is for trials alone."
        found.append(look(ABOUT, says))
    if is_government(settings.teams_openid_url) and not any(one.endswith(".us") for one in hosts):
        says = "The keys are the government cloud's, and its hosts are not in REPLYBY_TEAMS_SERVICE_HOSTS."
        found.append(fault(ABOUT, says, "Add smba.infra.gov.teams.microsoft.us, or leave the setting out."))
    return found


async def _login(credentials: Credentials, kind: str) -> Finding:
    try:
        await Probe(credentials.get_access_token, LOGIN_SECONDS)()
    except Exception as error:  # noqa: BLE001  # the library raises what it likes
        return _no_token(error) if kind == "SingleTenant" else _no_identity(error)
    return ok(ABOUT, "Microsoft gives the app a token.")


def _no_identity(error: Exception) -> Finding:
    says = f"The managed identity gives the app no token ({type(error).__name__})."
    do = "Assign it to the machine that runs Replyby, in Azure, and let MicrosoftAppId be its client id."
    return fault(ABOUT, says, do)


def _no_token(error: Exception) -> Finding:
    # Of its words, which hold ids, the number alone.
    number = re.search(r"AADSTS(\d+)", str(error))
    if number and number[1] in _REFUSALS:
        says, do = _REFUSALS[number[1]]
        return fault(ABOUT, f"Microsoft gives the app no token: {says} (AADSTS{number[1]}).", do)
    if number or isinstance(error, PermissionError):
        code = f" (AADSTS{number[1]})" if number else ""
        do = (
            "Compare MicrosoftAppId, MicrosoftAppPassword and MicrosoftAppTenantId with the app registration."
        )
        return fault(ABOUT, f"Microsoft gives the app no token{code}.", do)
    if isinstance(error, TimeoutError):
        says = f"Microsoft's login does not answer within {LOGIN_SECONDS:g} seconds."
    elif isinstance(error, OSError):
        says = f"Microsoft's login cannot be reached ({type(error).__name__})."
    else:
        says = f"Microsoft's login gave no token ({type(error).__name__})."
        return fault(ABOUT, says, "Compare MicrosoftAppTenantId with the “Directory (tenant) ID”.")
    return fault(ABOUT, says, "Let this machine out to login.microsoftonline.com, or set HTTPS_PROXY.")


async def _keys(openid_url: str, caller: Caller) -> Finding:
    do = "Let this machine out to it; see REPLYBY_TEAMS_OPENID_URL (government clouds have their own)."
    where = urlsplit(openid_url).netloc
    try:
        document = await _json(openid_url, caller)
        address = document.get("jwks_uri")
        if not isinstance(address, str) or not address.startswith(
            ("https://", f"{urlsplit(openid_url).scheme}://")
        ):
            raise NoAnswer("names no keys")
        where = urlsplit(address).netloc
        usable = [one for one in _listed(await _json(address, caller)) if _is_usable(one)]
    except NoAnswer as reason:
        return fault(ABOUT, f"The keys of Teams' tokens: {where} {reason}.", do)
    if not usable:
        return fault(ABOUT, f"{where} has no key that may vouch for Teams.", do)
    return ok(ABOUT, f"{where} has {len(usable)} keys that may vouch for Teams.")


async def _json(url: str, caller: Caller) -> dict[str, Any]:
    answer = await caller.ask("GET", url)
    try:
        said = json.loads(answer.body) if answer.status == 200 else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise NoAnswer(f"answers with something that is not expected (HTTP {answer.status})")
    return said


def _listed(document: dict[str, Any]) -> list[Any]:
    keys = document.get("keys")
    return keys if isinstance(keys, list) else []


def _is_usable(entry: Any) -> bool:
    if not isinstance(entry, dict) or entry.get("kty") != "RSA" or not isinstance(entry.get("kid"), str):
        return False
    endorsed = entry.get("endorsements")
    if isinstance(endorsed, list) and CHANNEL not in endorsed:
        return False
    try:
        jwt.PyJWK.from_dict(dict(entry), algorithm="RS256")
    except jwt.PyJWTError:
        return False
    return True
