"""Delivery by e-mail, against a real SMTP server: what waits is sent once, what is in doubt once more."""

import email
from datetime import timedelta

import pytest

from models import outbox
from models.leasing import LEASE
from models.outbox import Sending
from models.staff import email_address
from scheduler.delivery import carry
from tests.doors.mail_office import MailOffice, certificate, doorman
from tests.doors.test_email import INVITATION, sender

TO = "jane@example.org"


def owe(office):
    with office.store.transaction() as db:
        to = email_address(TO)
        outbox.put(db, "survey:1", to, "survey_invitation", INVITATION, now=office.now, any_hour=True)


async def rounds(office, door, times=1, apart=timedelta(hours=1)):
    for _ in range(times):
        while await carry(office.store, {"email": door}, office.now):
            pass
        office.now += apart


async def test_a_server_that_makes_strangers_wait_gets_the_message_once_later(either):
    owe(either)
    async with MailOffice({"RCPT": "451 greylisted, come again"}) as mail:
        door = sender(mail.port)
        await rounds(either, door, 2)
        assert (mail.taken, [row.state for row in either.owed()]) == ([], [Sending.OWED])
        mail.at.clear()
        await rounds(either, door, 2)
        assert len(mail.taken) == 1
    [row] = either.owed()
    assert (row.state, row.sent_to) == (Sending.SENT, f"email::{TO}")


async def test_an_address_that_the_server_does_not_know_is_given_up_at_once(either):
    owe(either)
    async with MailOffice({"RCPT": "550 no such user"}) as mail:
        await rounds(either, sender(mail.port), 2)
        assert mail.connections == 1
    row = either.owed()[0]
    assert (row.state, row.reason) == (Sending.DEAD, "the mail server refuses this address (550)")


@pytest.mark.parametrize("again", [None, "cut"])
async def test_a_line_cut_after_the_message_leads_to_one_repeat_at_most_under_the_same_id(either, again):
    owe(either)
    async with MailOffice({"DATA": "cut"}) as mail:
        door = sender(mail.port)
        await rounds(either, door)
        assert [row.doubtful for row in either.owed()] == [True]
        if again is None:
            mail.at.clear()
        await rounds(either, door, 30, 2 * LEASE)
        messages = [email.message_from_bytes(content) for *_, content in mail.taken]
    assert len({one["Message-ID"] for one in messages}) == 1
    row = either.owed()[0]
    if again is None:
        assert (len(messages), row.state) == (2, Sending.SENT)
    else:
        assert (len(messages), row.state) == (2, Sending.DEAD)


async def test_over_starttls_with_a_login_the_word_is_sent_and_with_a_wrong_one_it_waits(either, tmp_path):
    owe(either)
    server_tls, trust = certificate(tmp_path)
    options = {"tls_context": server_tls, "require_starttls": True, "auth_require_tls": True}
    url = "smtp://bot:{}@127.0.0.1:{{}}?starttls"
    async with MailOffice(authenticator=doorman("bot", "right"), **options) as mail:
        await rounds(either, sender(mail.port, url=url.format("wrong"), trust=trust))
        # Nobody vouches for its certificate.
        await rounds(either, sender(mail.port, url=url.format("right")))
        assert (mail.taken, [row.state for row in either.owed()]) == ([], [Sending.OWED])
        await rounds(either, sender(mail.port, url=url.format("right"), trust=trust))
        assert len(mail.taken) == 1
    assert [row.state for row in either.owed()] == [Sending.SENT]
