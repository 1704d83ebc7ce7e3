"""The words of a clause in `/inquiry log`: slips of the pen count, and nothing is left unread silently."""

import pytest

from models.inquiry import Inquiry
from tests.handlers.at_the_desk import spoken

LOG = "inquiry log call from Jo about tax"


@pytest.mark.parametrize(
    "words",
    [
        "recieved 8:30",
        "rec'd 8:30",
        "rec’d 8:30",
        "recd 8:30",
        "rcvd: 8:30",
        "recived at 8:30",
        "Received 8:30",
    ],
)
def test_received_may_be_misspelt_or_cut_short(talk, words):
    facts = talk.say(f"{LOG} {words}").facts
    assert (facts["subject"], facts["received"]) == ("tax", "2026-03-02T14:30:00+00:00")
    assert facts["unread"] is None


@pytest.mark.parametrize(
    "words",
    [
        "needed by Fri",
        "need by Fri",
        "needs it by Fri",
        "needed on Friday",
        "neded by Fri",
        "needed it by Fri",
    ],
)
def test_needed_may_be_misspelt_or_put_otherwise(talk, words):
    facts = talk.say(f"{LOG} {words}").facts
    assert (facts["subject"], facts["needed"]["due"]) == ("tax", "2026-03-06T23:00:00+00:00")


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("end of week", "2026-03-06T23:00:00+00:00"),
        ("the end of the week", "2026-03-06T23:00:00+00:00"),
        ("EOW", "2026-03-06T23:00:00+00:00"),
        ("end of the month", "2026-03-31T22:00:00+00:00"),
    ],
)
def test_what_is_needed_by_the_end_of_the_week_is_needed_by_its_last_closing(talk, words, due):
    assert talk.say(f"{LOG} needed by {words}").facts["needed"]["due"] == due


@pytest.mark.parametrize(
    ("words", "subject", "unread"),
    [
        ("tax needed by Fri or Sat", "tax needed by Fri or Sat", "needed by Fri or Sat"),
        ("a form needed by the court", "a form needed by the court", "needed by the court"),
        ("a ramp, need before  Friday", "a ramp, need before Friday", "need before Friday"),
        ("tax owner Jan Smith", "tax owner Jan Smith", "owner Jan Smith"),
        ("the owner of a dog", "the owner of a dog", None),
        ("“a form needed by the court”", "a form needed by the court", None),
        ("“a form” needed by the “court”", "“a form” needed by the “court”", "needed by the “court”"),
        ("more time needed", "more time needed", None),
    ],
)
def test_a_clause_that_could_not_be_read_is_named(talk, words, subject, unread):
    reply = talk.say(f"inquiry log call from Jo about {words}")
    assert (reply.template, reply.facts["subject"], reply.facts["unread"]) == (
        "inquiry_logged",
        subject,
        unread,
    )
    assert (f"I took “{unread}” as part of the subject." in spoken(reply)) is bool(unread)


@pytest.mark.parametrize("words", ["owner Lee Okafor", "owner lee", "owner: Lee Okafor received 8:30"])
def test_an_owner_may_be_named_in_full(talk, words):
    facts = talk.say(f"{LOG} {words}").facts
    assert (facts["owner"]["name"], facts["subject"]) == ("Lee Okafor", "tax")


def test_a_received_that_cannot_be_read_is_refused_however_it_is_spelt(talk):
    for word in ("received", "recieved", "rec'd"):
        assert talk.say(f"{LOG} {word} half past").template == "unreadable_time"
    assert talk.rows(Inquiry) == []


@pytest.mark.parametrize(
    ("words", "year"), [("6/2", "2025-06-02"), ("Nov 28 4pm", "2025-11-28"), ("Mon 6/2 16:30", "2025-06-02")]
)
def test_a_date_without_a_year_that_lies_long_back_is_asked_about(talk, words, year):
    reply = talk.say(f"{LOG} received {words}")
    assert (reply.template, reply.facts["written"][:10]) == ("received_long_ago", year)
    assert f"received {reply.facts['written']}" in spoken(reply)
    assert talk.rows(Inquiry) == []
    facts = talk.say(f"{LOG} received {reply.facts['written']}").facts
    assert facts["received"] == reply.facts["read_as"]


def test_a_date_without_a_year_within_three_months_is_taken(talk):
    assert talk.say(f"{LOG} received Dec 1").facts["received"] == "2025-12-01T14:00:00+00:00"
    assert talk.say(f"{LOG} received 20 weeks ago").template == "inquiry_logged"
