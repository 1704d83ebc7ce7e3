"""Light rows of a list, and the facts that are made of them."""

import pytest

from models import telling
from models.inquiry import open_deadlines, unclosed
from models.lines import facts_of, late_clocks, unclosed_lines

LOG = "inquiry log call from Jane Doe about permit"


@pytest.fixture
def busy(either):
    """Something of every standing, at ten on Wednesday 2026-03-04."""
    for number in range(8):
        either.say("dana", f"{LOG} {number}", "Monday 2026-03-02 09:00")
    either.say("dana", 'ack INQ-2 by 2026-03-09 "We look into it"')
    either.say("dana", "pause INQ-3 waiting for the customer")
    either.say("dana", "answer INQ-4")
    either.say("dana", 'close INQ-5 "Done"')
    either.say("dana", "assign INQ-6 to lee")
    either.say("dana", "inquiry log letter from Ann about benefits needed by Friday 12:00")
    either.say("dana", LOG, "Wednesday 2026-03-04 10:00")
    either.say("dana", "pause INQ-8 waiting for the customer")
    return either


@pytest.fixture
def owners(busy):
    return [busy.member(handle).id for handle in ("dana", "lee")]


def test_the_lines_of_a_list_say_what_is_said_of_each_inquiry_in_the_same_order(busy, owners):
    with busy.store.transaction() as db:
        each = [telling.of_line(db, one, busy.now) for one in unclosed(db, owners)]
        expected = sorted(each, key=lambda one: one["next"]["due"] if one["next"] else "9999")
        assert facts_of(db, unclosed_lines(db, owners), busy.now) == expected
    assert len(expected) == 9
    assert expected[-1]["state"] == "answered"
    standings = {one["next"]["standing"] if one["next"] else None for one in expected}
    assert standings == {"overdue", "paused", "running", None}
    assert {one["owner"]["handle"] for one in expected} == {"dana", "lee"}


def test_what_is_late_is_what_was_due_before_now_or_before_its_pause(busy, owners):
    with busy.store.transaction() as db:
        expected = [
            {**telling.of_inquiry(db, inquiry), "next": telling.of_deadline(clock, busy.now)}
            for clock, inquiry in open_deadlines(db, owner_ids=owners, due_by=busy.now)
            if clock.due < (clock.stopped_at or busy.now)
        ]
        found = facts_of(db, late_clocks(db, owners, busy.now), busy.now)
    assert found == expected
    late = {one["number"] for one in found}
    assert "INQ-8" in late
    assert "INQ-3" not in late


def test_an_empty_list_has_no_facts(either):
    with either.store.transaction() as db:
        assert unclosed_lines(db, []) == []
        assert facts_of(db, [], either.now) == []
