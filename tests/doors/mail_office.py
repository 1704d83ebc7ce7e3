"""A real SMTP server for the tests, on 127.0.0.1, that can be told to be difficult."""

import asyncio
import datetime
import ipaddress
import ssl

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class MailOffice:
    """Keeps what it is sent. `at` maps a moment (MAIL, RCPT, DATA) to what is answered there, or to "cut"."""

    def __init__(self, at=None, **options):
        self.at = at or {}
        self.options = options
        self.taken = []
        self.connections = 0
        self.commands = []

    async def __aenter__(self):
        implicit = self.options.pop("implicit", None)
        loop = asyncio.get_running_loop()

        def serve():
            self.connections += 1
            return SMTP(self, hostname="mail.example", **self.options)

        self._server = await loop.create_server(serve, "127.0.0.1", 0, ssl=implicit)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    def _difficult(self, moment, server):
        answer = self.at.get(moment)
        if answer == "cut":
            server.transport.abort()
            return "421 gone"
        return answer

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's name
        self.commands.append(("MAIL", address, session.ssl is not None, session.authenticated))
        if answer := self._difficult("MAIL", server):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's name
        if answer := self._difficult("RCPT", server):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's name
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self._difficult("DATA", server) or "250 OK"


def doorman(user, password):
    """An authenticator that lets one user in."""

    def check(server, session, envelope, mechanism, data):
        known = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=known, handled=False)

    return check


def certificate(folder):
    """The server's TLS context, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "the tests' own")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, private)
    return server, ssl.create_default_context(cafile=str(chain))
