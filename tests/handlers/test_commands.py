"""Finding what was meant, helping, and speaking to strangers."""

import pytest

from handlers.commands import COMMANDS, Audience, find, nearest
from models.staff import Address


@pytest.mark.parametrize(
    ("words", "command", "rest"),
    [
        ("/inquiry log call", "inquiry log", "call"),
        ("inquiry  SHOW\tINQ-1", "inquiry show", "INQ-1"),
        ("away from 2026-03-09", "away from", "2026-03-09"),
        ("away tomorrow", "away", "tomorrow"),
        ("/away", "away", ""),
        ("help", "help", ""),
        ("inquiry logs", "inquiry", "logs"),
    ],
)
def test_the_longest_command_that_fits_is_found(words, command, rest):
    found = find(words)
    assert found is not None
    assert (found[0].words, found[1]) == (command, rest)


@pytest.mark.parametrize("words", ["", "   ", "/", "hello there", "inquirylog"])
def test_what_is_no_command_is_not_found(words):
    assert find(words) is None


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("inquiry lgo call from x", "inquiry log"),
        ("log call from Jo about tax", "inquiry log"),
        ("inqury show 1", "inquiry show"),
        ("mine", "inquiry mine"),
        ("thanks", "help"),
        ("desk overdew", "desk overdue"),
        ("xyzzy", "help"),
        ("", "help"),
    ],
)
def test_the_nearest_verb_is_offered(words, command):
    assert nearest(words)[0].words == command


def test_what_is_not_understood_says_so_and_offers_help_as_buttons(talk):
    reply = talk.say("inquiry lgo call from Jo")
    assert reply.template == "not_understood"
    assert reply.choices[0].words == "help inquiry log"
    assert talk.say(reply.choices[0].words).facts["usage"].startswith("/inquiry log")


def test_help_shows_each_what_is_theirs(talk):
    staff = {one["words"] for one in talk.say("help").facts["commands"]}
    boss = {one["words"] for one in talk.say("help", by="sam").facts["commands"]}
    verbs = [one for one in COMMANDS if not one.group]
    assert staff == {one.words for one in verbs if one.audience is Audience.EVERYONE}
    assert boss - staff == {one.words for one in verbs if one.audience is Audience.SUPERVISORS}
    assert all(words.startswith("desk ") for words in boss - staff)
    assert talk.say("help desk team").template == talk.say("help desk").template == "not_for_you"
    assert len(talk.say("help away").facts["commands"]) == 4
    assert {one["words"].split()[0] for one in talk.say("/inquiry").facts["commands"]} == {"inquiry"}
    assert talk.say("help away back").facts["words"] == "away back"


def test_every_example_in_the_table_is_understood(talk):
    talk.say("inquiry log email from Jo about tax")
    for command in COMMANDS:
        by = "sam" if command.words.startswith("desk") else "dana"
        reply = talk.say(command.example, by=by)
        assert reply.template not in ("not_understood", "missing_piece", "unreadable_time"), command.example


def test_a_stranger_is_turned_away_and_a_colleague_is_known_by_e_mail(talk):
    from handlers import answer
    from handlers.asking import Ask

    somebody = Address("slack", "T1", "U9")
    assert answer(Ask(somebody, "inquiry mine", talk.now), talk.house).template == "stranger"
    assert (
        answer(Ask(somebody, "help", talk.now, email="x@riverbend.example"), talk.house).template
        == "stranger"
    )
    known = answer(Ask(somebody, "inquiry mine", talk.now, email="Dana@Riverbend.example"), talk.house)
    assert known.template == "inquiries_mine"
    assert answer(Ask(somebody, "inquiry mine", talk.now), talk.house).template == "inquiries_mine"
