"""Taking a typed command apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.voice import Voice
from handlers.asking import Hearing, Refusal
from handlers.reading import clauses, colleague, day, one_line, unquoted
from models.agency import agency_of
from models.calendars import calendar_of
from models.inquiry import Inquiry
from models.staff import Address, Department, Staff, by_name
from tests.models import spelled_dates

LOG = "inquiry log call from Jane Doe about a permit"
TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def hearing(talk) -> Iterator[Hearing]:
    """Dana being heard, on Monday morning at nine."""
    with talk.house.store.transaction() as db:
        dana = by_name(db, "dana")[0]
        department, agency = db.get_one(Department, dana.department_id), agency_of(db)
        here = Address("terminal", "", "dana")
        yield Hearing(db, talk.house, dana, here, department, calendar_of(db), talk.now, agency)


def hire(talk, handle: str, name: str) -> None:
    with talk.house.store.transaction() as db:
        fields = {"email": f"{handle}@riverbend.example", "phone": "608-555-0199", "department_id": 1}
        db.add(Staff(handle=handle, name=name, **fields))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", {"": ""}),
        ("call", {"": "call"}),
        (
            "call from Jo about tax received 8:40 owner lee",
            {"": "call", "from": "Jo", "about": "tax", "received": "8:40", "owner": "lee"},
        ),
        ("email ABOUT tax From Jo", {"": "email", "about": "tax", "from": "Jo"}),
        ("call from: Jo about: tax", {"": "call", "from": "Jo", "about": "tax"}),
        ("call\nfrom Jo\n about\ttax", {"": "call", "from": "Jo", "about": "tax"}),
        # Of the words that begin a clause the first counts, of those that end the command the last.
        ("call from Jo about a letter from Al", {"": "call", "from": "Jo", "about": "a letter from Al"}),
        (
            "call from Jo about mail received late received 8:40",
            {"": "call", "from": "Jo", "about": "mail received late", "received": "8:40"},
        ),
        # Quotes keep their words together, and stay until they are taken off.
        ('about "tax received from Al" from Jo', {"": "", "about": '"tax received from Al"', "from": "Jo"}),
        ("about “tax from Al” from Jo", {"": "", "about": "“tax from Al”", "from": "Jo"}),
        ("about „tax from Al“ from Jo", {"": "", "about": "„tax from Al“", "from": "Jo"}),
        ('about 5" pipe from Jo', {"": "", "about": '5" pipe', "from": "Jo"}),
        ("about fromage from Jo", {"": "", "about": "fromage", "from": "Jo"}),
        ("from about", {"": "", "from": "", "about": ""}),
    ],
)
def test_clauses_begin_at_their_words_outside_quotes(text, parts):
    assert clauses(text, first=("from", "about"), last=("received", "owner")) == parts


@given(st.text() | st.lists(st.sampled_from(["from", "about", '"', "“", "”", "x", "\0"])).map(" ".join))
def test_no_word_is_lost_between_clauses(text):
    parts = clauses(text, first=("from",), last=("about",))
    assert sum(len(part.split()) for part in parts.values()) + len(parts) - 1 == len(text.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"tax"', "tax"),
        (" “ tax ” ", "tax"),
        ("„tax“", "tax"),
        ('""', ""),
        ('"', '"'),
        ('"tax', '"tax'),
        ('tax "now"', 'tax "now"'),
        ('"tax" and "fees"', '"tax" and "fees"'),
        ("“tax” and “fees”", "“tax” and “fees”"),
        ("'tax'", "tax"),
        ("'the customer's tax'", "the customer's tax"),
        ("'tax' and 'fees'", "'tax' and 'fees'"),
    ],
)
def test_a_pair_of_quotes_round_the_whole_is_taken_off(text, words):
    assert unquoted(text) == words


def test_one_line_has_single_spaces():
    assert one_line(" a  b\r\n\tc\u00a0d ") == "a b c d"


@pytest.mark.parametrize(
    "given", ["INQ-1", "inq-1", "INQ1", "inq 1", "#1", "1", "INQ-1.", "INQ-1:", " \tINQ-1 "]
)
def test_an_inquirys_number_may_be_written_in_short(talk, given):
    talk.say(LOG)
    assert talk.say(f"inquiry show {given}").facts["number"] == "INQ-1"


@pytest.mark.parametrize("between", [" ", "\n", "\t", "  \n "])
def test_what_follows_the_number_may_stand_on_the_next_line(talk, between):
    talk.say(LOG)
    reply = talk.say(f'inquiry close INQ-1{between}"Permit sent"')
    assert (reply.template, reply.facts["resolution"]) == ("inquiry_closed", "Permit sent")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("INQ-2", "INQ-2"),
        ("inq 2 please", "inq 2"),
        ("INQ-1x", "INQ-1x"),
        ("INQ-\uff11", "INQ-\uff11"),
        ("9" * 50, "9" * 40),
        ("-1", "-1"),
    ],
)
def test_a_number_that_is_none_is_named(talk, given, named):
    talk.say(LOG)
    reply = talk.say(f"inquiry show {given}")
    assert (reply.template, reply.facts) == ("unknown_inquiry", {"given": named})


def test_a_missing_number_is_asked_for(talk):
    assert talk.say("inquiry show").template == "missing_piece"


@pytest.mark.parametrize(
    "given", ["lee", "@lee", "LEE", "Lee", "lee okafor", "Lee  Okafor.", "lee@riverbend.example"]
)
def test_a_colleague_goes_by_handle_name_or_e_mail(talk, given):
    talk.say(LOG)
    assert talk.say(f"inquiry assign 1 to {given}").facts["owner"]["handle"] == "lee"


@pytest.mark.parametrize("given", ["me", "myself", "ME."])
def test_me_is_the_speaker(talk, given):
    talk.say(LOG)
    assert talk.say(f"inquiry assign 1 to {given}", by="sam").facts["owner"]["handle"] == "sam"


@pytest.mark.parametrize("given", ["nobody", "@", ".", "l", "Okafor", "@\0lee\0x", "x" * 10_000])
def test_a_colleague_whom_nobody_knows_is_refused(talk, given):
    talk.say(LOG)
    reply = talk.say(f"inquiry assign 1 to {given}")
    assert reply.template == "unknown_person"
    assert len(reply.facts["given"]) <= 60
    assert talk.rows(Inquiry)[0].owner_id == 1


def test_two_colleagues_of_one_name_are_both_named(talk):
    hire(talk, "lee2", "Lee Marsh")
    hire(talk, "ann", "Lee Okafor")
    talk.say(LOG)
    assert talk.say("inquiry assign 1 to Lee Marsh").facts["owner"]["handle"] == "lee2"
    reply = talk.say("inquiry assign 1 to Lee Okafor")
    assert (reply.template, reply.facts["people"]) == (
        "which_person",
        ["Lee Okafor (ann)", "Lee Okafor (lee)"],
    )


def test_a_colleague_is_known_by_the_id_of_the_platform_that_is_spoken_on(hearing):
    assert colleague(hearing, "@kim").handle == "kim"
    with pytest.raises(Refusal):
        colleague(hearing, "@U0000001")


@pytest.mark.parametrize(
    ("words", "template", "facts"),
    [
        (
            f"{LOG} received Saturday 9:00",
            "two_readings",
            {
                "given": "Saturday 9:00",
                "readings": ["2026-02-28T15:00:00+00:00", "2026-03-01T03:00:00+00:00"],
            },
        ),
        ("away next Fri", "two_readings", {"given": "next Fri", "readings": ["2026-03-06", "2026-03-13"]}),
        (f"{LOG} received blursday", "unreadable_time", {"given": "blursday", "wanted": "received"}),
        (f'{LOG} received "4pm"', "not_yet", {"given": '"4pm"', "read_as": "2026-03-02T22:00:00+00:00"}),
    ],
)
def test_a_time_that_cannot_be_taken_is_shown_as_it_was_read(talk, words, template, facts):
    reply = talk.say(words)
    assert (reply.template, reply.facts) == (template, facts)
    assert talk.rows(Inquiry) == []


def test_the_last_day_of_a_period_may_be_looked_for_from_its_first(hearing):
    first = spelled_dates.day("Monday 2026-03-09")
    assert day(hearing, "Friday") == spelled_dates.day("Friday 2026-03-06")
    assert day(hearing, "Friday", since=first) == spelled_dates.day("Friday 2026-03-13")


@pytest.mark.parametrize("dialect", ["plain", "slack", "teams", "html"])
def test_a_message_shows_all_that_a_time_may_mean(talk, dialect):
    voice = Voice(TEMPLATES, dialect, "America/Chicago", lambda survey: survey)
    for words, meant in (
        (f"{LOG} received Saturday 9:00", ["Sat 2026-02-28 09:00 CST", "Sat 2026-02-28 21:00 CST"]),
        ("away next Fri", ["Fri 2026-03-06", "Fri 2026-03-13"]),
    ):
        reply = talk.say(words)
        (shown,) = [
            part.items for part in voice.say(reply.template, reply.facts).body if hasattr(part, "items")
        ]
        assert len(shown) == len(meant)
        assert all(one in item for one, item in zip(meant, shown, strict=True))
