"""Whatever is typed gets an answer that every voice can say, and stores nothing that it should not."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.assemble import TEMPLATES
from bot.blocks import to_blocks
from bot.cards import to_card
from bot.plain import to_text
from bot.voice import Voice
from handlers.asking import House
from handlers.commands import COMMANDS
from models.absence import Absence
from models.agency_file import read_agency
from models.inquiry import Inquiry
from models.migrating import migrate
from models.seeding import seed
from models.store import Store
from tests.handlers.conftest import DEMO, MORNING, Conversation

VOICES = {
    dialect: Voice(
        TEMPLATES, dialect, "America/Chicago", lambda made_of: f"https://example.gov/survey/{made_of}"
    )
    for dialect in ("plain", "slack", "teams", "html")
}
WORDS = sorted(
    {word for one in COMMANDS for word in f"{one.usage} {one.example}".split()} | set("“”\"'@#,:;|`*_~<>&")
)
ODD = st.sampled_from(
    [
        "\0",
        "\x1b[2J",
        "\u202e",
        "\u07c1\ud800",
        "9" * 40,
        "<!channel>",
        "<at>x</at>",
        "{{ 7*7 }}",
        "%s",
        "-",
        "’",
    ]
)
LINES = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(WORDS), ODD, st.text(max_size=12)), max_size=25).map(" ".join),
    st.tuples(
        st.sampled_from([one.words for one in COMMANDS]),
        st.lists(
            st.one_of(st.sampled_from(WORDS), ODD, st.integers().map(str), st.text(max_size=8)), max_size=15
        ),
    ).map(lambda pair: f"/{pair[0]} {' '.join(pair[1])}"),
)


def speak(reply):
    """The reply in every voice: none may stumble."""
    to_text(VOICES["plain"].say(reply.template, reply.facts), reply.choices)
    to_blocks(VOICES["slack"].say(reply.template, reply.facts), reply.choices)
    to_card(VOICES["teams"].say(reply.template, reply.facts), reply.choices)
    VOICES["html"].say(reply.template, reply.facts)


@pytest.mark.parametrize("by", ["dana", "sam", "alex"])
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=LINES)
def test_every_line_gets_an_answer_that_every_voice_can_say(talk, by, line):
    inquiries, absences = len(talk.rows(Inquiry)), len(talk.rows(Absence))
    reply = talk.say(line, by=by)
    speak(reply)
    assert len(talk.rows(Inquiry)) - inquiries == (reply.template == "inquiry_logged")
    assert len(talk.rows(Absence)) - absences == (reply.template == "away_planned")


@pytest.mark.parametrize("odd", ["\0", "\x1b[31m", "\ud800", "\u202e", "x" * 9000, "\u2028", "😀"])
def test_odd_characters_are_no_fault_on_either_database(database_url, odd):
    store = Store(database_url)
    migrate(store, MORNING)
    with store.transaction() as db:
        seed(db, read_agency(DEMO), MORNING)
    talk = Conversation(House(store), MORNING)
    assert talk.say(f"inquiry log call from Jo{odd} about tax{odd}").template == "inquiry_logged"
    assert talk.say(odd, key="k", by_message=True).template == "not_understood"
    assert talk.say(odd, key="k", by_message=True).template == "not_understood"
    for line in (f'inquiry ack 1 by Fri "{odd}"', f"inquiry show {odd}", f"inquiry close 1 x{odd}"):
        speak(talk.say(line))
    store.close()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=60), subject=st.text(max_size=600), words=st.text(max_size=60))
def test_whatever_customers_are_called_their_inquiry_is_told_in_every_voice(talk, name, subject, words):
    reply = talk.say(f"inquiry log call from Jo {name} about a {subject}")
    speak(reply)
    if reply.template == "inquiry_logged":
        number = reply.facts["number"]
        for line in (
            f"inquiry ack {number} by Fri “{words}”",
            f"inquiry show {number}",
            f"inquiry close {number} x{words}",
        ):
            speak(talk.say(line))
        for row in talk.owed():
            VOICES["slack"].say(row.template, row.facts)
