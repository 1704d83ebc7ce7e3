"""Words without their noun, help however it is asked for, and what is guessed of the rest."""

import pytest

from handlers.commands import COMMANDS, find, nearest
from tests.handlers.at_the_desk import spoken


def found(words):
    one = find(words)
    return (one[0].words, one[1]) if one else None


@pytest.mark.parametrize(
    ("words", "command", "rest"),
    [
        ("log call from Jo about tax", "inquiry log", "call from Jo about tax"),
        ("/Log call from Jo", "inquiry log", "call from Jo"),
        ("show INQ-4", "inquiry show", "INQ-4"),
        ('close INQ-4 "x"', "inquiry close", 'INQ-4 "x"'),
        ("answer inq 2", "inquiry answer", "inq 2"),
        ("pause #2 waiting", "inquiry pause", "#2 waiting"),
        ("ack 2 by Thu", "inquiry ack", "2 by Thu"),
        ("mine", "inquiry mine", ""),
        ("show", "inquiry show", ""),
        ("INQ-4", "inquiry show", "INQ-4"),
        ("inquiry INQ-4", "inquiry show", "INQ-4"),
        ("/inquiry inq-4", "inquiry show", "inq-4"),
        ("away back", "away back", ""),
        ("desk help", "help", "desk"),
        ("inquiry help", "help", "inquiry"),
        ("/inquiry help log", "help", "inquiry log"),
        ("desk closed help", "help", "desk closed"),
        ("away help", "help", "away"),
    ],
)
def test_a_verb_of_inquiry_needs_no_noun(words, command, rest):
    assert found(words) == (command, rest)


@pytest.mark.parametrize(
    "words",
    [
        "close the office tomorrow", "show me how", "answer the phone", "mine are late",
        "standard use san-jose", "closed tomorrow", "open Tuesday", "back", "logs", "INQ-4 please", "4",
        "why is it due",
    ],
)  # fmt: skip
def test_other_words_that_begin_like_a_verb_are_no_command(words):
    assert find(words) is None


@pytest.mark.parametrize("words", ["inquiry 2024 taxes", "inquiry logs"])
def test_the_noun_with_other_words_stays_the_noun(words):
    assert found(words)[0] == "inquiry"


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("how do I close the office for snow", "desk closed"),
        ("close the office tomorrow", "desk closed"),
        ("what is due today", "inquiry mine"),
        ("ask for more time", "inquiry extend"),
        ("I am on vacation", "away from"),
        ("who is in", "desk team"),
        ("show me how", "inquiry show"),
        ("standard use san-jose", "desk standard use"),
    ],
)
def test_what_was_meant_is_guessed_by_the_words_people_use(words, command):
    assert nearest(words)[0].words == command


def test_each_other_word_stands_for_few_commands():
    words = [word for one in COMMANDS for word in one.also]
    assert all(word == word.casefold() and len(word.split()) == 1 for word in words)
    assert max(map(words.count, words)) <= 3


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("help pause", "inquiry pause"),
        ("help inquiry pause", "inquiry pause"),
        ("pause help", "inquiry pause"),
    ],
)
def test_help_with_a_verb_alone_explains_it(talk, words, command):
    assert talk.say(words).facts["words"] == command


def test_help_for_supervisors_is_theirs_by_verb_too(talk):
    assert talk.say("help closed", by="sam").facts["words"] == "desk closed"
    assert talk.say("desk help", by="sam").template == "help"
    assert {one["words"] for one in talk.say("help standard", by="sam").facts["commands"]} >= {
        "inquiry standard",
        "desk standard use",
    }


@pytest.mark.parametrize("words", ["help closed", "desk closed tomorrow", "desk help", "help desk"])
def test_who_may_is_named_to_who_may_not(talk, words):
    reply = talk.say(words)
    assert (reply.template, reply.facts["who"]) == ("not_for_you", ["Sam Castellano", "Alex Moreau"])
    said = spoken(reply)
    assert "Sam Castellano" in said
    assert "shows a whole department" not in said


def test_help_is_grouped_by_noun_and_says_where_to_start(talk):
    reply = talk.say("help", by="sam")
    assert [one["heading"] for one in reply.facts["groups"]] == ["/inquiry", "/away", "/desk"]
    said = spoken(reply)
    assert said.startswith("What you can say Start with /inquiry log and /inquiry mine")
    assert "- log: Log an inquiry" in said
    assert "/inquiry show" not in said
    assert "- standard use: " in said
    assert [one["heading"] for one in talk.say("help").facts["groups"]] == ["/inquiry", "/away"]


@pytest.mark.parametrize("command", [one for one in COMMANDS if not one.group], ids=lambda one: one.words)
def test_help_says_how_times_are_written_where_there_are_any(talk, command):
    said = spoken(talk.say(f"help {command.words}", by="sam")) if command.words.count(" ") else ""
    if " WHEN" in command.usage:
        assert "Thu 4pm, tomorrow noon, 3/9, 2026-03-09 16:30" in said
    for one in command.more:
        assert one in said


def test_commands_with_options_have_further_examples_that_are_understood(talk):
    talk.say("inquiry log email from Jo about tax")
    by_words = {one.words: one for one in COMMANDS}
    for words in ("inquiry log", "inquiry extend", "away from", "desk closed", "desk hours", "desk try"):
        assert by_words[words].more, words
    for command in COMMANDS:
        for example in command.more:
            reply = talk.say(example, by="sam" if command.words.startswith("desk") else "dana")
            refused = ("not_understood", "missing_piece", "unreadable_time", "too_many_words")
            assert reply.template not in refused, example
