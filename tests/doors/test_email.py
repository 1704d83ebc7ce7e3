"""The e-mail door, against a real SMTP server: what arrives, and what each refusal comes to."""

import asyncio
import email
import logging
import re
import socket
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path

import pytest
from jinja2 import DictLoader

from bot.email import EmailSender
from bot.settings import read_settings
from bot.voice import Voice
from models.staff import email_address
from scheduler.delivery import SENDING_SECONDS, InDoubt, Letter, NotNow, Unreachable
from tests.doors.mail_office import MailOffice, certificate, doorman

# Monday
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TEMPLATES = Path(__file__).parent.parent.parent / "templates"
TOKEN = "tOkEn-of_43_characters-that_opens_the_survey"
INVITATION = {
    "survey": "1.salt",
    "agency": "Riverbend County",
    "customer": "Jane Doe",
    "subject": "a parking permit",
    "contact_name": "Dana Whitfield",
}
OWN = {"hello": "{% block title %}{{ title }}{% endblock %}{% block body %}{{ body }}{% endblock %}"}


def sender(port, templates=TEMPLATES, url="smtp://127.0.0.1:{}", trust=None, clock=lambda: NOW):
    settings = read_settings(
        {
            "REPLYBY_PUBLIC_URL": "https://replies.example",
            "REPLYBY_SMTP_URL": url.format(port),
            "REPLYBY_SMTP_FROM": "Riverbend County <replies@riverbend.example>",
        }
    )
    voice = Voice(
        templates, "plain", "America/Chicago", lambda made: f"https://replies.example/survey/{TOKEN}"
    )
    return EmailSender(settings, voice, clock, trust)


def letter(to="jane@example.org", key="survey:1", template="survey_invitation", doubtful=False, **facts):
    return Letter(key, email_address(to), template, facts or INVITATION, (), doubtful)


async def sent(office, **options):
    """The one message that arrived."""
    receipt = await sender(office.port).send(letter(**options))
    ((sender_address, recipients, content),) = office.taken
    return sender_address, recipients, email.message_from_bytes(content, policy=policy.default), receipt


async def test_the_message_arrives_as_plain_text_with_its_headers():
    async with MailOffice() as office:
        from_, to, message, receipt = await sent(office)
    assert (from_, to) == ("replies@riverbend.example", ["jane@example.org"])
    assert message["From"] == "Riverbend County <replies@riverbend.example>"
    assert message["To"] == "jane@example.org"
    assert message["Subject"] == "How did we do?"
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == receipt.provider_id
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    words = message.get_content()
    assert f"https://replies.example/survey/{TOKEN}" in words.splitlines()
    assert "“a parking permit”" in words
    assert "How did we do?" not in words, "the title is the subject"


async def test_the_words_kept_hold_no_link_that_works():
    async with MailOffice() as office:
        *_, receipt = await sent(office)
    assert TOKEN not in receipt.said
    assert "https://replies.example/survey/…" in receipt.said
    assert receipt.said.startswith("How did we do?\n\n")


async def test_the_same_letter_has_the_same_message_id_and_another_has_another():
    async with MailOffice() as office:
        door = sender(office.port)
        ids = [
            (await door.send(letter(key=key, doubtful=again))).provider_id
            for key, again in [("survey:1", False), ("survey:1", True), ("survey:2", False)]
        ]
    assert ids[0] == ids[1] != ids[2]
    assert re.fullmatch(r"<[0-9a-f]{64}@riverbend\.example>", ids[0])
    assert len(office.taken) == 3


async def test_words_of_any_language_and_length_arrive_whole():
    title, body = (
        "Größe 好 " + "long " * 40,
        "Zoë\u2019s «ответ» 好 " + "word " * 300 + "https://a.example/" + "x" * 900,
    )
    async with MailOffice() as office:
        door = sender(office.port, DictLoader({"hello.j2": OWN["hello"]}))
        await door.send(letter(template="hello", title=title, body=body))
    content = office.taken[0][2]
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.isascii()
    message = email.message_from_bytes(content, policy=policy.default)
    assert message["Subject"] == title.strip()
    assert message.get_content().split() == body.split()


async def test_a_line_that_is_a_single_dot_does_not_end_the_message():
    async with MailOffice() as office:
        quoted = "{% block title %}T{% endblock %}{% block body %}one\n.\n\n.\n\ntwo{% endblock %}"
        await sender(office.port, DictLoader({"hello.j2": quoted})).send(letter(template="hello", x=1))
    words = email.message_from_bytes(office.taken[0][2], policy=policy.default).get_content()
    assert words.splitlines() == ["one", ".", "", ".", "", "two"]


@pytest.mark.parametrize("line", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
async def test_no_fact_can_add_a_header_or_a_recipient(line):
    evil = f"Hello{line}Bcc: spy@evil.example{line}{line}.{line}RCPT TO:<spy@evil.example>"
    async with MailOffice() as office:
        door = sender(office.port, DictLoader({"hello.j2": OWN["hello"]}))
        await door.send(letter(template="hello", title=evil, body=evil))
    ((_, recipients, content),) = office.taken
    assert recipients == ["jane@example.org"]
    message = email.message_from_bytes(content, policy=policy.default)
    assert message["Bcc"] is None
    assert {name.lower() for name in message} == {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress",
        "mime-version", "content-type", "content-transfer-encoding",
    }  # fmt: skip
    assert message["Subject"].startswith("Hello Bcc: spy@evil.example")


@pytest.mark.parametrize(
    "to",
    [
        "jane@example.org\r\nBcc: spy@evil.example",
        "jane@example.org\nRCPT TO:<spy@evil.example>",
        "jane@example.org, spy@evil.example",
        "jane@example.org> <spy@evil.example",
        "Jane <jane@example.org>",
        '"jane doe"@example.org',
        "jane@example.org ",
        "jane@exa mple.org",
        "jane..doe@example.org",
        "jane@",
        "@example.org",
        "jane",
        "",
        "zoë@example.org",
        "jane@" + "a" * 70 + ".org",
        "j" * 65 + "@example.org",
        "jane\x00@example.org",
    ],
)
async def test_what_is_no_single_address_is_unreachable_and_nobody_is_called(to):
    async with MailOffice() as office:
        with pytest.raises(Unreachable):
            await sender(office.port).send(letter(to=to))
    assert office.connections == 0


async def test_a_domain_in_another_script_is_written_in_ascii():
    async with MailOffice() as office:
        _, to, message, _ = await sent(office, to="o'neil+permits@müller.example")
    assert to == [message["To"].addresses[0].addr_spec] == ["o'neil+permits@xn--mller-kva.example"]


@pytest.mark.parametrize(
    ("moment", "answer", "outcome"),
    [
        ("MAIL", "451 later", NotNow),
        ("MAIL", "550 who are you", NotNow),
        ("MAIL", "cut", NotNow),
        ("RCPT", "450 greylisted", NotNow),
        ("RCPT", "452 too many", NotNow),
        ("RCPT", "550 no such user", Unreachable),
        ("RCPT", "553 not here", Unreachable),
        ("RCPT", "cut", NotNow),
        ("DATA", "451 later", NotNow),
        ("DATA", "554 spam", Unreachable),
        ("DATA", "cut", InDoubt),
        ("DATA", "299 what", InDoubt),
    ],
)
async def test_each_refusal_comes_to_what_it_means(moment, answer, outcome):
    async with MailOffice({moment: answer}) as office:
        with pytest.raises(outcome) as caught:
            await sender(office.port).send(letter())
    assert type(caught.value) is outcome
    assert answer.split()[0] in str(caught.value) or answer == "cut"
    for words in ("greylisted", "no such user", "jane"):
        assert words not in str(caught.value), "a server's words may name a person"


async def test_a_server_that_is_not_there_means_not_now():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotNow):
        await sender(port).send(letter())


async def test_a_server_that_turns_everybody_away_means_not_now():
    async def turn_away(reader, writer):
        writer.write(b"554 not today\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(turn_away, "127.0.0.1", 0) as server:
        with pytest.raises(NotNow):
            await sender(server.sockets[0].getsockname()[1]).send(letter())


@pytest.mark.parametrize(("silent_after", "outcome"), [("connecting", NotNow), ("data", InDoubt)])
async def test_a_server_that_falls_silent_is_not_waited_for_beyond_the_lease(
    silent_after, outcome, monkeypatch
):
    monkeypatch.setattr("bot.email.UNTIL_DATA", 5 if silent_after == "data" else 0.05)
    monkeypatch.setattr("bot.email.DATA", 0.05)
    done = asyncio.Event()

    async def fall_silent(reader, writer):
        if silent_after == "data":
            writer.write(b"220 here\r\n")
            while (line := await reader.readline()) and not line.startswith(b"DATA"):
                writer.write(b"250 OK\r\n")
            writer.write(b"354 go on\r\n")
        await done.wait()
        writer.close()

    async with await asyncio.start_server(fall_silent, "127.0.0.1", 0) as server:
        with pytest.raises(outcome):
            await sender(server.sockets[0].getsockname()[1]).send(letter())
        done.set()


def test_all_that_is_waited_for_fits_into_the_lease():
    from bot.email import DATA, GOODBYE, UNTIL_DATA

    assert UNTIL_DATA + DATA + GOODBYE < SENDING_SECONDS


async def test_a_goodbye_that_goes_wrong_does_not_unsay_the_message():
    async def hang_up(reader, writer):
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            if line.startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                while (await reader.readline()) != b".\r\n":
                    pass
            writer.write(b"250 OK\r\n")
            if line.startswith(b"DATA"):
                break
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        receipt = await sender(server.sockets[0].getsockname()[1]).send(letter())
    assert receipt.provider_id


@pytest.mark.parametrize("way", ["starttls", "implicit"])
async def test_user_and_password_go_through_tls_alone(tmp_path, way):
    server_tls, trust = certificate(tmp_path)
    options = (
        {"implicit": server_tls}
        if way == "implicit"
        else {"tls_context": server_tls, "require_starttls": True}
    )
    url = {
        "starttls": "smtp://bot:pa%2Fss@127.0.0.1:{}?starttls",
        "implicit": "smtps://bot:pa%2Fss@127.0.0.1:{}",
    }[way]
    async with MailOffice(
        authenticator=doorman("bot", "pa/ss"),
        auth_require_tls=way == "starttls",
        **options,
    ) as office:
        await sender(office.port, url=url, trust=trust).send(letter())
    assert len(office.taken) == 1
    assert office.commands[0][3] is True
    if way == "starttls":
        assert office.commands[0][2] is True


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path):
    server_tls, _ = certificate(tmp_path)
    async with MailOffice(implicit=server_tls) as office:
        with pytest.raises(NotNow):
            await sender(office.port, url="smtps://127.0.0.1:{}").send(letter())
    assert office.commands == []


async def test_starttls_is_never_given_up_when_the_server_does_not_offer_it():
    async with MailOffice() as office:
        with pytest.raises(NotNow):
            await sender(office.port, url="smtp://bot:pass@127.0.0.1:{}?starttls").send(letter())
    assert office.commands == []


async def test_a_wrong_password_means_not_now_and_an_alarm_that_repeats_none(caplog):
    caplog.set_level(logging.DEBUG)
    async with MailOffice(authenticator=doorman("bot", "right"), auth_require_tls=False) as office:
        with pytest.raises(NotNow) as caught:
            await sender(office.port, url="smtp://bot:wr0ng-pass@127.0.0.1:{}").send(letter())
    (alarm,) = [one for one in caplog.records if one.levelno == logging.ERROR and one.name == "bot.email"]
    assert "REPLYBY_SMTP_URL" in alarm.getMessage()
    ours = "".join(one.getMessage() for one in caplog.records if one.name.startswith("bot"))
    assert "wr0ng" not in ours + str(caught.value)
    assert office.taken == []


async def test_a_clock_without_a_zone_is_a_programming_error():
    async with MailOffice() as office:
        with pytest.raises(ValueError, match="naive"):
            await sender(office.port, clock=lambda: NOW.replace(tzinfo=None)).send(letter())
        eastern = NOW.astimezone() + timedelta()
        await sender(office.port, clock=lambda: eastern).send(letter())
    assert b"Date: Mon, 02 Mar 2026 15:00:00 +0000\r\n" in office.taken[0][2]


def test_settings_without_a_mail_server_make_no_sender():
    voice = Voice(TEMPLATES, "plain", "America/Chicago", str)
    with pytest.raises(ValueError, match="REPLYBY_SMTP_URL"):
        EmailSender(read_settings({}), voice, lambda: NOW)
