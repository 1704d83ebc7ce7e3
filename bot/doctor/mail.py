"""The mail server: does it answer, is its TLS trusted, does it let us in? Nothing is sent."""

import asyncio
import socket
import ssl
from contextlib import suppress

from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException, SMTPSenderRefused

from bot.doctor.calling import why
from bot.doctor.finding import Finding, fault, look, ok
from bot.mail_server import MailServer, read_mail_server, sender_of
from bot.settings import Settings

ABOUT = "e-mail"
SECONDS = 8.0
_HERE = ("127.0.0.1", "localhost", "::1")


async def check(settings: Settings, trust: ssl.SSLContext | None = None) -> list[Finding]:
    """For settings that have e-mail. trust: whom to believe in TLS."""
    assert settings.smtp_url is not None
    assert settings.smtp_from is not None
    server, sender = read_mail_server(settings.smtp_url.get_secret_value()), sender_of(settings.smtp_from)
    client = server.client(trust or ssl.create_default_context(), sender, SECONDS)
    found = []
    if server.tls == "open" and server.host not in _HERE:
        says = f"Letters go to {server.host} without TLS, where they can be read on their way."
        found.append(look(ABOUT, says, "Add ?starttls to REPLYBY_SMTP_URL, or use smtps://."))
    try:
        async with asyncio.timeout(SECONDS):
            await client.connect()
            # Named and taken back: a server that refuses the sender says so here.
            await client.mail(sender.addr_spec)
            await client.rset()
            with suppress(SMTPException):
                await client.quit(timeout=0.5)
    except (SMTPException, OSError, TimeoutError) as error:
        return [*found, _said(error, server, sender.addr_spec)]
    finally:
        client.close()
    way = {"open": "without TLS", "starttls": "with STARTTLS", "implicit": "over TLS"}[server.tls]
    entered = ", and lets us in" if server.user else ""
    return [*found, ok(ABOUT, f"{server.host} takes letters from {sender.addr_spec} {way}{entered}.")]


def _said(error: Exception, server: MailServer, sender: str) -> Finding:
    at = f"{server.host}, port {server.port},"
    see = "See REPLYBY_SMTP_URL."
    match error:
        case SMTPAuthenticationError():
            says = f"{at} refuses the user or the password ({error.code})."
            return fault(ABOUT, says, "Write them into REPLYBY_SMTP_URL again; special characters as %XX.")
        case SMTPSenderRefused():
            says = f"{at} refuses letters from {sender} ({error.code})."
            return fault(
                ABOUT, says, "Let the server accept REPLYBY_SMTP_FROM, or use a user who may send for it."
            )
        case SMTPResponseException():
            return fault(ABOUT, f"{at} refuses us ({error.code}).", see)
    inner = error
    while inner.__cause__ is not None or inner.__context__ is not None:
        # aiosmtplib wraps what went wrong.
        inner = inner.__cause__ or inner.__context__  # type: ignore[assignment]  # one of them is there
        if isinstance(inner, OSError):
            break
    if isinstance(inner, OSError):
        return fault(ABOUT, f"{at} {_network(inner)}.", f"{see} Does this machine reach it?")
    if "STARTTLS" in str(error).upper():
        return fault(ABOUT, f"{at} offers no STARTTLS.", "Use smtps:// with port 465, or ask who runs it.")
    return fault(ABOUT, f"{at} {_network(error)}.", f"{see} Does this machine reach it?")


def _network(error: BaseException) -> str:
    if isinstance(error, socket.gaierror):
        return "has a name that cannot be looked up (DNS)"
    return why(error, SECONDS)
