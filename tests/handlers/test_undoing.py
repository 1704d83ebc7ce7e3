"""Taking back a standard that was adopted by a slip, and what was built on one that is taken back."""

import pytest

from models.inquiry import Deadline
from tests.handlers.at_the_desk import Desk, spoken


@pytest.fixture
def sam(talk):
    return Desk(talk)


def test_what_was_adopted_today_for_today_can_be_taken_back_and_logged_clocks_stay(sam):
    reply = sam("/desk standard use san-jose")
    undo = next(one for one in reply.choices if one.label == "Undo")
    sam("inquiry log email from Ann about tax")
    before = [(one.due, one.rule) for one in sam.talk.rows(Deadline)]
    back = sam(undo.words)
    assert (back.template, back.facts["begun"]) == ("standard_taken_back", True)
    assert "What was logged meanwhile keeps its deadlines" in spoken(back)
    assert [(one.due, one.rule) for one in sam.talk.rows(Deadline)] == before
    assert sam("/inquiry standard").facts["title"] == "Departmental customer-service standard"
    after = sam("inquiry log email from Jo about tax").facts
    assert after["next"]["rule"] == "R5"


def test_each_slip_of_the_day_is_taken_back_newest_first_and_set_and_drop_offer_it_too(sam):
    sam("/desk standard set email 4 business hours")
    reply = sam("/desk standard set email 40 business hours")
    assert "Undo" in [one.label for one in reply.choices]
    assert "Own standard" in sam("/desk standard undo").facts["holds"]
    assert sam("/desk standard undo").facts["holds"] == "Departmental customer-service standard"


def test_what_began_today_and_was_adopted_before_stays(sam):
    sam("/desk standard use san-jose from tomorrow")
    sam.talk.at("Tuesday 2026-03-03 09:00")
    reply = sam("/desk standard undo today")
    assert (reply.template, reply.facts["begun"]) == ("standard_which_plan", True)


def test_who_was_told_of_a_slip_hears_that_it_is_taken_back(sam):
    from models.outbox import Sending

    sam("/desk standard use san-jose")
    sam("/desk standard tell")
    with sam.talk.house.store.transaction() as db:
        for row in sam.talk.owed():
            row.state = Sending.SENT
            db.add(row)
    assert sam("/desk standard undo").facts["told"]
    [row, *_] = sam.told("standard_not_coming")
    from tests.handlers.at_the_desk import as_said

    assert "no longer holds" in as_said(row)
    assert "planned for" not in as_said(row)


def test_bare_undo_with_nothing_to_take_back_says_what_holds(sam):
    reply = sam("/desk standard undo")
    assert reply.facts["holds"] == "Departmental customer-service standard"
    assert "Departmental customer-service standard holds" in spoken(reply)


def test_bare_undo_names_a_slip_and_a_plan(sam):
    sam("/desk standard use marion from 2026-03-16")
    sam("/desk standard use san-jose")
    refused = sam("/desk standard undo")
    assert refused.template == "standard_which_plan"
    assert [one.words for one in refused.choices] == [
        "desk standard undo 2026-03-02",
        "desk standard undo 2026-03-16",
    ]


def test_a_plan_built_on_what_is_taken_back_is_named_with_its_button(sam):
    sam("/desk standard use san-jose from 2026-03-09")
    sam("/desk standard set email 4 business hours from 2026-03-16")
    sam("/desk standard use marion from 2026-03-23")
    back = sam("/desk standard undo 2026-03-09")
    assert [one["first"] for one in back.facts["built_on"]] == ["2026-03-16"]
    assert [one.words for one in back.choices] == ["desk standard undo 2026-03-16"]
    assert "brings it back" in spoken(back)
    assert sam(back.choices[0].words).facts["built_on"] == []


def test_a_rule_that_a_later_plan_took_over_is_named_too(sam):
    sam("/desk standard set email 4 business hours from 2026-03-09")
    sam("/desk standard set call 1 business hour from 2026-03-16")
    assert [one["first"] for one in sam("/desk standard undo 2026-03-09").facts["built_on"]] == ["2026-03-16"]


def test_a_plan_made_before_is_not_built_on_it(sam):
    sam("/desk standard use san-jose from 2026-03-16")
    sam("/desk standard use marion from 2026-03-09")
    assert sam("/desk standard undo 2026-03-09").facts["built_on"] == []
