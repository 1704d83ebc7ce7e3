"""The mail server that messages leave by, and what counts as a person's address there."""

import re
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

if TYPE_CHECKING:
    import ssl

    import aiosmtplib

_PORTS = {"open": 25, "starttls": 587, "implicit": 465}
_HERE = ("localhost", "127.0.0.1", "::1")
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?|[0-9A-Fa-f:]+")
# Nothing here can end a header or an SMTP command, name a second person, or need quoting.
_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f-\x9f<>()\[\]\\,;:\"@]{1,64}@[\w](?:[\w.-]*[\w])?")
_LONGEST_ADDRESS = 254


@dataclass(frozen=True)
class MailServer:
    """tls: "implicit" from the first byte, "starttls" before anything is said, or "open"."""

    host: str
    port: int
    tls: Literal["open", "starttls", "implicit"]
    user: str | None = None
    password: SecretStr | None = None

    def client(self, trust: "ssl.SSLContext", sender: Address, seconds: float) -> "aiosmtplib.SMTP":
        """A client, not connected yet. trust: whom to believe in TLS; seconds: what each step may take."""
        import aiosmtplib  # whoever only reads the settings needs no client

        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user.encode() if self.user else None,
            password=self.password.get_secret_value().encode() if self.password else None,
            use_tls=self.tls == "implicit",
            start_tls=self.tls == "starttls",
            tls_context=trust,
            # Looking the machine's own name up can take longer than we have.
            local_hostname=sender.domain,
            timeout=seconds,
        )


def read_mail_server(address: str) -> MailServer:
    """The server of smtp://USER:PASSWORD@HOST:PORT?starttls or smtps://…; ports 587, 465, or 25 without TLS.

    Raises ValueError with the end of a sentence ("must …") that repeats nothing of the address.
    """
    try:
        url = urlsplit(address)
        host, port = url.hostname or "", url.port
    except ValueError:
        url = None  # the library's own words repeat the address
    if url is None or not _HOST.fullmatch(host) or url.path not in ("", "/") or url.fragment or port == 0:
        raise ValueError(
            "must look like smtp://USER:PASSWORD@HOST:587?starttls or smtps://USER:PASSWORD@HOST; "
            "write special characters of the password as %XX"
        )
    if url.scheme not in ("smtp", "smtps"):
        raise ValueError("must begin with smtp:// or smtps://")
    if url.query not in ("", "starttls") or (url.scheme == "smtps" and url.query):
        raise ValueError("may end in ?starttls after smtp://, and in nothing else")
    tls: Literal["open", "starttls", "implicit"] = (
        "implicit" if url.scheme == "smtps" else "starttls" if url.query else "open"
    )
    user, password = unquote(url.username or ""), unquote(url.password or "")
    if bool(user) != bool(password):
        raise ValueError("must give both a user and a password, or neither")
    if user and tls == "open" and host not in _HERE:
        raise ValueError("would send the password where others can read it; add ?starttls or use smtps://")
    return MailServer(host, port or _PORTS[tls], tls, user or None, SecretStr(password) if password else None)


def is_address(text: str) -> bool:
    """Whether this is one plain e-mail address, without a name and without quoting."""
    return bool(_ADDRESS.fullmatch(text)) and len(text) <= _LONGEST_ADDRESS and ".." not in text


def sender_of(text: str) -> Address:
    """The one address in "County <replies@example.gov>". Raises ValueError with the end of a sentence."""
    try:
        header = policy.SMTP.header_factory("From", text)
        if len(header.addresses) == 1 and not header.defects:
            found: Address = header.addresses[0]
            if is_address(found.addr_spec) and found.addr_spec.isascii():
                return found
    except (ValueError, IndexError, MessageError):
        pass  # the sentence below says it
    raise ValueError("must be one e-mail address, such as County <replies@example.gov>")
