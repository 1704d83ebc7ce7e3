"""The e-mail door, outwards only: plain-text messages by SMTP, one connection each."""

import asyncio
import hashlib
import logging
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Protocol

import aiosmtplib
from aiosmtplib import SMTPDataError, SMTPException, SMTPRecipientRefused, SMTPResponseException
from pydantic import SecretStr

from bot.dialects import clean
from bot.mail_server import is_address, read_mail_server, sender_of
from bot.plain import to_text
from bot.voice import Voice
from models.instant import aware
from scheduler.letter import SENDING_SECONDS, InDoubt, Letter, NotNow, Receipt, Unreachable

log = logging.getLogger(__name__)

# The delivery's patience, shared out: what comes before the message, and the message itself.
UNTIL_DATA = SENDING_SECONDS * 0.45
DATA = SENDING_SECONDS * 0.45
GOODBYE = 0.5
WIDTH = 76
TWICE = "it may have arrived twice"


class MailSettings(Protocol):
    """What the door needs of the settings."""

    @property
    def smtp_url(self) -> SecretStr | None: ...
    @property
    def smtp_from(self) -> str | None: ...


class EmailSender:
    """Sends to addresses of the platform "email". `voice` speaks plain.

    E-mail cannot be looked for, so a letter that may have gone out goes out again under the same Message-ID,
    by which mail systems know a copy. trust: whom to believe in TLS; the system's authorities by default.
    Raises ValueError for settings without a mail server.
    """

    def __init__(
        self,
        settings: MailSettings,
        voice: Voice,
        clock: Callable[[], datetime],
        trust: ssl.SSLContext | None = None,
    ) -> None:
        if settings.smtp_url is None or settings.smtp_from is None:
            raise ValueError("E-mail needs REPLYBY_SMTP_URL and REPLYBY_SMTP_FROM.")
        self._server = read_mail_server(settings.smtp_url.get_secret_value())
        self._from = sender_of(settings.smtp_from)
        self._voice = voice
        self._clock = clock
        self._trust = trust or ssl.create_default_context()

    async def send(self, letter: Letter) -> Receipt:
        """Raises NotNow, Unreachable or InDoubt; of the server's words only the code is kept."""
        to = _addressee(letter.to.user)
        said = self._voice.say(letter.template, letter.facts, letter.language, letter.zone)
        subject = clean(said.title)
        # What one may say next is left out: nobody reads an answer to this message.
        body = to_text(replace(said, title=""), width=WIDTH)
        message = self._message(letter.key, to, subject, body)
        try:
            await self._carry(message, to)
        except InDoubt:
            if not letter.doubtful:
                raise
            # This was the repeat: one at most.
            raise Unreachable(TWICE) from None
        words = f"{subject}\n\n{body}"
        return Receipt(str(message["Message-ID"]), words)

    def _message(self, key: str, to: Address, subject: str, body: str) -> EmailMessage:
        message = EmailMessage(policy.SMTP)
        message["From"] = self._from
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = aware(self._clock())
        message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()}@{self._from.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        # Keeps Outlook's out-of-office replies from answering us.
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(body, cte="quoted-printable")
        return message

    async def _carry(self, message: EmailMessage, to: Address) -> None:
        client = self._server.client(self._trust, self._from, UNTIL_DATA)
        try:
            await self._up_to_data(client, to)
            await _data(client, message.as_bytes())
            # It is said; a goodbye that goes wrong changes nothing.
            with suppress(SMTPException, OSError):
                await client.quit(timeout=GOODBYE)
        finally:
            client.close()

    async def _up_to_data(self, client: aiosmtplib.SMTP, to: Address) -> None:
        """Everything before the message. Whatever goes wrong, nothing has been said yet."""
        try:
            async with asyncio.timeout(UNTIL_DATA):
                await client.connect()
                await client.mail(self._from.addr_spec)
                await client.rcpt(to.addr_spec)
        except SMTPRecipientRefused as refused:
            if refused.code >= 500:
                raise Unreachable(f"the mail server refuses this address ({refused.code})") from None
            raise NotNow(f"the mail server wants us to wait ({refused.code})") from None
        except SMTPResponseException as refused:
            if refused.code >= 500:
                # The person cannot help it: somebody has to look at the settings.
                log.error(
                    "the mail server refuses us (%s, %s); check REPLYBY_SMTP_URL and REPLYBY_SMTP_FROM",
                    type(refused).__name__,
                    refused.code,
                    extra={"action": "email_refused"},
                )
            raise NotNow(f"the mail server does not serve us now ({refused.code})") from None
        except (SMTPException, OSError, TimeoutError) as fault:
            raise NotNow(f"the mail server cannot be reached ({type(fault).__name__})") from None


async def _data(client: aiosmtplib.SMTP, message: bytes) -> None:
    """The message itself: from here on a broken line leaves us in doubt."""
    try:
        async with asyncio.timeout(DATA):
            await client.data(message)
    except SMTPDataError as refused:
        if 400 <= refused.code < 500:
            raise NotNow(f"the mail server wants us to wait ({refused.code})") from None
        if 500 <= refused.code < 600:
            raise Unreachable(f"the mail server refuses the message ({refused.code})") from None
        raise InDoubt(f"the mail server said {refused.code}") from None
    except (SMTPException, OSError, TimeoutError) as fault:
        raise InDoubt(type(fault).__name__) from None


def _addressee(text: str) -> Address:
    """The address with its domain in ASCII. Raises Unreachable for what is none, or needs SMTPUTF8."""
    name, _, domain = text.rpartition("@")
    try:
        if is_address(text) and name.isascii():
            return Address(addr_spec=f"{name}@{domain.encode('idna').decode()}")
    except (ValueError, MessageError, IndexError):
        pass  # the sentence below says it
    raise Unreachable("this is no e-mail address that we can write to")
