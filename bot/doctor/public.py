"""The public address: is it one that the world can call, and is it us who answer there?"""

from urllib.parse import urlsplit

from bot.doctor.calling import Caller, NoAnswer
from bot.doctor.finding import Finding, fault, look, ok
from bot.front_page import WHO
from bot.settings import Settings

ABOUT = "public address"
_HERE = ("127.0.0.1", "localhost", "::1")


def needs_public(settings: Settings) -> str | None:
    """What the world has to call us for; None when nothing is."""
    if settings.has_teams:
        return "Teams calls Replyby"
    if settings.has_slack and settings.slack_app_token is None:
        return "Slack calls Replyby over HTTP"
    return "customers answer the survey" if settings.has_email else None


async def check(settings: Settings, caller: Caller, *, offline: bool) -> list[Finding]:
    address, needed = settings.public_url, needs_public(settings)
    url = urlsplit(address)
    here = url.hostname in _HERE
    found = []
    if here and needed:
        says = f"REPLYBY_PUBLIC_URL is {address}, which is this machine's own; {needed} at a public one."
        found.append(fault(ABOUT, says, "Set it to the https address that leads to Replyby."))
    elif not here and url.scheme != "https":
        says = f"{address} does not begin with https://, so that what is sent there can be read on its way."
        found.append(
            fault(ABOUT, says, "Put a proxy with a certificate before Replyby, and name its address.")
        )
    elif not here:
        found.append(ok(ABOUT, f"{address} is an https address."))
    return found if offline else [*found, await _answering(address, caller, here=here)]


async def _answering(address: str, caller: Caller, *, here: bool) -> Finding:
    where = f"{address}/"
    try:
        answer = await caller.ask("GET", where)
    except NoAnswer as reason:
        if here:
            return look(ABOUT, f"{where} {reason}: Replyby is not running here.", "Start it: replyby serve.")
        do = "Is replyby serve running, and does the name, or the proxy, lead to it?"
        return fault(ABOUT, f"{where} {reason}.", do)
    if answer.status == 200 and answer.body.startswith(WHO.encode()):
        return ok(ABOUT, f"Replyby answers at {where}.")
    says = f"What answers at {where} is not Replyby's page (HTTP {answer.status})."
    do = "Is replyby serve running, and does the proxy let / through to it (docs/proxy.md)?"
    return fault(ABOUT, says, do)
