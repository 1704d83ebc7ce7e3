"""What speaks against a promise is said, and the promise is stored all the same (R14)."""

import pytest

from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from models.inquiry import Deadline
from tests.handlers.conftest import moment

LOG = "/inquiry log email from Jane Doe about a parking permit"


def doubts(talk, words, by="dana"):
    reply = talk.say(f"inquiry ack 1 by {words}", by=by)
    assert reply.template == "inquiry_acknowledged"
    return {one["what"]: one for one in reply.facts["doubts"]}


def test_a_promise_that_can_be_kept_goes_without_a_word(talk):
    talk.say(LOG)
    assert doubts(talk, "Thu") == {}
    assert doubts(talk, "Thu 10am") == {}


@pytest.mark.parametrize(
    ("words", "due", "why", "last"),
    [
        ("Sat 10am", "Saturday 2026-03-07 10:00", "closed on Saturdays", "2026-03-06T23:00:00+00:00"),
        ("Thu 7pm", "Thursday 2026-03-05 19:00", None, "2026-03-05T23:00:00+00:00"),
        ("2026-05-25 10:00", "Monday 2026-05-25 10:00", "Memorial Day", "2026-05-22T22:00:00+00:00"),
    ],
)
def test_nobody_is_at_the_office_then(talk, words, due, why, last):
    talk.say(LOG)
    assert doubts(talk, words) == {"closed": {"what": "closed", "why": why, "last": last}}
    assert talk.rows(Deadline)[-1].due == moment(due)


def test_the_owner_is_away_then_and_who_covers_is_named(talk):
    talk.say(LOG)
    talk.say("away from 2026-03-05 to 2026-03-06")
    away = {"what": "away", "name": None, "last": "2026-03-06", "covered_by": "Sam Castellano"}
    assert doubts(talk, "Thu") == {"away": away}
    assert doubts(talk, "Fri", by="sam") == {"away": {**away, "name": "Dana Whitfield"}}
    assert doubts(talk, "Wed") == {}
    assert doubts(talk, "2026-03-09") == {}


def test_the_customer_needs_it_earlier(talk):
    talk.say(f"{LOG} needed by Wed noon")
    assert doubts(talk, "Thu") == {"needed": {"what": "needed", "due": "2026-03-04T18:00:00+00:00"}}
    assert doubts(talk, "Wed noon") == {}


def record(talk, hours, channel="email"):
    """Inquiries that Dana answered so many hours after eight, on days of their own."""
    for number, hour in enumerate(hours):
        day = 2 + number + 2 * (number // 5)
        spelled = f"{moment_name(day)} 2026-02-{day:02}"
        talk.at(f"{spelled} 08:00").say(f"inquiry log {channel} from Jo about tax")
        talk.at(f"{spelled} {8 + hour:02}:00").say(f"inquiry answer {number + 1}")
    talk.at("Monday 2026-03-02 08:00")
    return f"INQ-{len(hours) + 1}"


def moment_name(day):
    return ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"][(day - 2) % 7]


def test_the_owners_own_record_says_that_it_is_bold(talk):
    number = record(talk, [1, 1, 2, 2, 3, 5, 6, 6, 8, 9])
    talk.say(LOG)
    reply = talk.say(f"inquiry ack {number} by noon")
    [bold] = reply.facts["doubts"]
    assert bold == {"what": "bold", "name": None, "channel": "email", "took": 360, "leaves": 240}
    assert talk.say(f"inquiry ack {number} by 2pm").facts["doubts"] == []
    assert talk.say(f"inquiry ack {number} by 11am", by="sam").facts["doubts"][0]["name"] == "Dana Whitfield"


def test_seven_are_no_record_and_another_channel_is_none(talk):
    number = record(talk, [8] * 7)
    talk.say(LOG)
    assert talk.say(f"inquiry ack {number} by 9am").facts["doubts"] == []


def test_calls_say_nothing_of_e_mail(talk):
    number = record(talk, [8] * 8, channel="call")
    talk.say(LOG)
    assert talk.say(f"inquiry ack {number} by 9am").facts["doubts"] == []


def words(reply):
    voice = Voice(TEMPLATES, "plain", "America/Chicago", str)
    return to_text(voice.say(reply.template, reply.facts), (), width=10_000)


def test_each_doubt_is_told_in_a_sentence(talk):
    number = record(talk, [1, 1, 2, 2, 3, 5, 6, 6, 8, 9])
    talk.say(f"{LOG} needed by 9:30am")
    talk.say("away from today to today")
    text = words(talk.say(f"inquiry ack {number} by 10:30am"))
    assert (
        "4 in 5 of your email inquiries took up to 6 working hours from receipt; this leaves 2 working"
        in text
    )
    assert "leaves 2 working hours 30 minutes." in text
    assert "You will not be in that day, but away until Mon 2026-03-02; Sam Castellano covers." in text
    assert "The customer needs the answer before that, by Mon 2026-03-02 09:30 CST." in text
    text = words(talk.say(f"inquiry ack {number} by 7pm"))
    assert "The office is closed then; the last working moment before it is Mon 2026-03-02 17:00 CST." in text
