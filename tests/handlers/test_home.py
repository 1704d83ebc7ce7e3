"""The home: what one sees first, never blank."""

from handlers.asking import Reply
from tests.handlers.conftest import Conversation

LOG = "inquiry log call from Jane Doe about permit"


def groups(reply: Reply) -> dict[str, list[str]]:
    return {one["what"]: [line["number"] for line in one["lines"]] for one in reply.facts["groups"]}


def test_a_newcomers_home_is_not_blank_and_can_be_acted_on(talk: Conversation) -> None:
    home = talk.say("home")
    assert (home.template, groups(home), home.again) == ("home", {}, "home")
    assert [one.words for one in home.choices] == ["inquiry log", "away from", "form prefer", "home"]
    assert all(talk.say(one.words).template for one in home.choices)


def test_the_home_sorts_by_what_is_asked_for(talk: Conversation) -> None:
    for _ in range(5):
        talk.say(LOG)
    talk.say("pause INQ-3 waiting for the customer")
    talk.say("answer INQ-4")
    talk.say('close INQ-5 "Done"')
    talk.say('ack INQ-2 by 2026-03-09 "We look into it"')
    talk.at("Tuesday 2026-03-03 10:00")
    assert groups(talk.say("home")) == {
        "today": ["INQ-1"], "ahead": ["INQ-2"], "paused": ["INQ-3"], "answered": ["INQ-4"]
    }  # fmt: skip
    talk.at("Wednesday 2026-03-04 10:00")
    late = talk.say("home")
    assert groups(late)["overdue"] == ["INQ-1"]
    assert late.facts["counts"]["overdue"] == 1


def test_who_covers_sees_what_they_cover_and_whose_it_is(talk: Conversation) -> None:
    talk.say(LOG)
    talk.say("away 2026-03-03 alternate lee")
    talk.at("Tuesday 2026-03-03 10:00")
    home = talk.say("home", by="lee")
    assert home.facts["covering"] == ["Dana Whitfield"]
    assert home.facts["groups"][0]["lines"][0]["covering_for"] == "Dana Whitfield"
    assert [one["first"] for one in talk.say("home").facts["absences"]] == ["2026-03-03"]


def test_a_supervisor_sees_the_team_and_others_do_not(talk: Conversation) -> None:
    talk.say(LOG)
    talk.at("Friday 2026-03-06 10:00")
    assert talk.say("home").facts["team"] is None
    assert talk.say("home", by="sam").facts["team"]["overdue"] == 1
    assert "desk team" in [one.words for one in talk.say("home", by="sam").choices]


def test_a_long_home_goes_page_by_page(talk: Conversation) -> None:
    for _ in range(12):
        talk.say(LOG)
    first = talk.say("home")
    assert "home 2" in [one.words for one in first.choices]
    second = talk.say("home 2")
    assert (second.again, len(second.facts["groups"][0]["lines"])) == ("home 2", 2)
    assert sum(second.facts["counts"].values()) == 12


def test_a_closed_day_is_named(talk: Conversation) -> None:
    talk.at("Saturday 2026-03-07 10:00")
    assert talk.say("home").facts["closed"]
