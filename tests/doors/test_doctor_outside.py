"""What the doctor says of the mail server, the public address and the clock: one test a fault."""

import socket
from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.doctor import clocks, mail, public
from bot.front_page import FRONT_PAGE
from tests.doors.doctor_office import NOW, calling, fine, given, serving, worst
from tests.doors.fake_teams import APP, TENANT
from tests.doors.mail_office import MailOffice, certificate, doorman

PASSWORD = "made-up-password"


@pytest.fixture(autouse=True)
def no_names(monkeypatch):
    """Names that end in .invalid are looked up nowhere, and are not there."""
    look_up = socket.getaddrinfo

    def found(host, *more, **named):
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return look_up(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", found)


# E-mail


async def post(url, trust=None):
    settings = given(
        REPLYBY_SMTP_URL=url,
        REPLYBY_SMTP_FROM="Riverbend <replies@riverbend.example>",
        REPLYBY_PUBLIC_URL="https://replies.example.gov",
    )
    found = await mail.check(settings, trust)
    assert PASSWORD not in str(found)
    return found


async def test_a_mail_server_that_takes_letters_is_in_order_and_gets_none():
    async with MailOffice() as office:
        found = await post(f"smtp://127.0.0.1:{office.port}")
    assert (worst(found), office.taken) == ([], [])
    assert fine(found) == ["127.0.0.1 takes letters from replies@riverbend.example without TLS."]


async def test_a_user_is_let_in_over_tls(tmp_path):
    server, trust = certificate(tmp_path)
    options = {"implicit": server, "authenticator": doorman("us", PASSWORD), "auth_require_tls": False}
    async with MailOffice(**options) as office:
        found = await post(f"smtps://us:{PASSWORD}@127.0.0.1:{office.port}", trust)
        assert fine(found) == [
            "127.0.0.1 takes letters from replies@riverbend.example over TLS, and lets us in."
        ]


async def test_a_wrong_password_is_a_fault(tmp_path):
    server, trust = certificate(tmp_path)
    options = {"implicit": server, "authenticator": doorman("us", "another"), "auth_require_tls": False}
    async with MailOffice(**options) as office:
        (fault,) = worst(await post(f"smtps://us:{PASSWORD}@127.0.0.1:{office.port}", trust))
    assert "refuses the user or the password (535). Write them into REPLYBY_SMTP_URL again" in fault


async def test_a_certificate_that_nobody_vouches_for_is_a_fault(tmp_path):
    server, _ = certificate(tmp_path)
    async with MailOffice(implicit=server) as office:
        (fault,) = worst(await post(f"smtps://127.0.0.1:{office.port}"))
    assert "shows a certificate that is not trusted (self" in fault


async def test_a_server_without_starttls_is_a_fault():
    async with MailOffice() as office:
        (fault,) = worst(await post(f"smtp://127.0.0.1:{office.port}?starttls"))
    assert "offers no STARTTLS. Use smtps://" in fault


async def test_a_sender_that_is_refused_is_a_fault():
    async with MailOffice({"MAIL": "550 not you"}) as office:
        (fault,) = worst(await post(f"smtp://127.0.0.1:{office.port}"))
    assert "refuses letters from replies@riverbend.example (550). Let the server accept" in fault


async def test_a_mail_server_that_is_not_there_is_a_fault():
    async with MailOffice() as office:
        pass
    (fault,) = worst(await post(f"smtp://127.0.0.1:{office.port}"))
    assert "refuses the connection. See REPLYBY_SMTP_URL." in fault


async def test_a_name_that_nobody_knows_is_a_fault():
    found = worst(await post("smtps://mail.invalid"))
    assert "mail.invalid, port 465, has a name that cannot be looked up (DNS)" in found[0]


async def test_letters_in_the_open_are_to_look_at():
    look, fault = worst(await post("smtp://mail.invalid"))
    assert look.startswith("LOOK e-mail: Letters go to mail.invalid without TLS")
    assert fault.startswith("FAULT e-mail")


# The public address


async def seen(server, address=None, *, offline=False, **environ):
    settings = given(REPLYBY_PUBLIC_URL=address or server.url, **environ)
    async with calling() as caller:
        return await public.check(settings, caller, offline=offline)


@pytest.fixture
async def server():
    async with serving() as running:
        running.says("/", FRONT_PAGE)
        yield running


async def test_replyby_itself_at_its_address_is_in_order(server):
    found = await seen(server)
    assert (worst(found), fine(found)) == ([], [f"Replyby answers at {server.url}/."])


@pytest.mark.parametrize(
    ("environ", "who"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-x", "SLACK_SIGNING_SECRET": "x"}, "Slack calls Replyby over HTTP"),
        (
            {"MicrosoftAppId": APP, "MicrosoftAppPassword": "x", "MicrosoftAppTenantId": TENANT},
            "Teams calls Replyby",
        ),
        ({"REPLYBY_SMTP_URL": "smtp://127.0.0.1", "REPLYBY_SMTP_FROM": "a@x.example"}, "customers answer"),
    ],
)
async def test_an_address_of_this_machine_is_a_fault_for_whoever_calls_from_outside(server, environ, who):
    (fault,) = worst(await seen(server, **environ))
    assert f"which is this machine's own; {who}" in fault


async def test_socket_mode_needs_no_public_address(server):
    assert worst(await seen(server, SLACK_BOT_TOKEN="xoxb-x", SLACK_APP_TOKEN="xapp-x")) == []


async def test_an_address_without_tls_is_a_fault(server):
    (fault,) = worst(await seen(server, "http://replies.example.gov", offline=True))
    assert "does not begin with https://" in fault
    assert worst(await seen(server, "https://replies.example.gov", offline=True)) == []


async def test_a_replyby_that_does_not_run_here_is_to_look_at():
    async with serving() as gone:
        pass
    (one,) = worst(await seen(gone))
    assert one.startswith("LOOK public address:")
    assert one.endswith("Replyby is not running here. Start it: replyby serve.")


async def test_an_address_that_leads_nowhere_is_a_fault(server):
    (fault,) = worst(await seen(server, "https://replies.invalid"))
    assert "https://replies.invalid/ has a name that cannot be looked up (DNS)" in fault


@pytest.mark.parametrize(
    ("body", "status"),
    [({"status": "ok"}, 200), ("<html>welcome</html>", 200), ("no", 404), (FRONT_PAGE, 502)],
)
async def test_another_page_at_the_address_is_a_fault(server, body, status):
    server.says("/", body, status=status)
    (fault,) = worst(await seen(server))
    assert f"is not Replyby's page (HTTP {status}). Is replyby serve running" in fault


async def test_a_proxy_that_keeps_health_to_itself_is_in_order(server):
    server.says("/health", "no", status=404)
    assert worst(await seen(server)) == []


# The clock


@pytest.mark.parametrize(("off", "way"), [(61, "61 seconds behind"), (-3600, "3600 seconds ahead of")])
async def test_a_clock_that_is_off_is_a_fault(server, off, way):
    theirs = format_datetime(NOW + timedelta(seconds=off), usegmt=True)
    server.says("/clock", "", Date=theirs)
    async with calling() as caller:
        await caller.ask("GET", f"{server.url}/clock")
    (fault,) = worst(clocks.check(caller.ahead))
    assert way in fault
    assert "(NTP)" in fault


async def test_a_clock_that_is_right_is_in_order_and_a_strange_date_is_none(server):
    server.says("/clock", "", Date=format_datetime(NOW + timedelta(seconds=59), usegmt=True))
    server.says("/other", "", Date="soon")
    async with calling() as caller:
        await caller.ask("GET", f"{server.url}/other")
        assert caller.ahead == {}
        await caller.ask("GET", f"{server.url}/clock")
    assert worst(clocks.check(caller.ahead)) == []
    assert "to 59 s" in fine(clocks.check(caller.ahead))[0]
