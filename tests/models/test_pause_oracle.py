"""Pauses against the oracle, and what must hold of any deadline with pauses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from models.calendar import Calendar, Closure, UnknownDay
from models.deadline import Reckoning, reckon
from models.pause import Pause
from models.standard import Rule
from tests.models.generated import LENGTH, Office, instants, known, offices, paused, stops
from tests.models.test_deadline_oracle import COUNTS, rule

CASES = settings(max_examples=120, deadline=None)


def reckoned(
    received: datetime, a_rule: Rule, calendar: Calendar, pauses: list[Pause] | tuple[Pause, ...] = ()
) -> Reckoning | None:
    """None when the engine says that it does not know the days it needs."""
    try:
        return reckon(received, a_rule, calendar, pauses)
    except UnknownDay:
        return None


def assert_no_earlier(later: Reckoning | None, before: Reckoning | None) -> None:
    if later is not None:
        assert before is not None
        assert before.aim <= later.aim
        assert before.due <= later.due


@CASES
@given(offices(), st.data())
def test_every_count_agrees_with_the_oracle_about_pauses(office: Office, data: st.DataObject):
    for minute, received in data.draw(st.lists(instants(office), min_size=8, max_size=8)):
        drawn = data.draw(stops(office, minute))
        unit, aim, due = data.draw(COUNTS)
        by_oracle = getattr(office.desk, unit)
        expected = known(office, by_oracle(minute, aim, drawn)), known(office, by_oracle(minute, due, drawn))
        found = reckoned(received, rule(unit, aim, due), office.calendar, paused(office, drawn))
        if None in expected:
            assert found is None
        else:
            assert found is not None
            assert (found.aim, found.due) == expected


@CASES
@given(offices(), st.data())
def test_the_order_of_the_pauses_is_of_no_account(office: Office, data: st.DataObject):
    for minute, received in data.draw(st.lists(instants(office), min_size=4, max_size=4)):
        pauses = paused(office, data.draw(stops(office, minute)))
        a_rule = rule(*data.draw(COUNTS))
        shuffled = data.draw(st.permutations(pauses))
        assert reckoned(received, a_rule, office.calendar, pauses) == reckoned(
            received, a_rule, office.calendar, shuffled
        )


@CASES
@given(offices(), st.data())
def test_one_more_pause_never_makes_a_deadline_earlier(office: Office, data: st.DataObject):
    for minute, received in data.draw(st.lists(instants(office), min_size=6, max_size=6)):
        pauses = paused(office, data.draw(stops(office, minute)))
        a_rule = rule(*data.draw(COUNTS))
        results = [reckoned(received, a_rule, office.calendar, pauses[:n]) for n in range(len(pauses) + 1)]
        for before, later in pairwise(results):
            assert_no_earlier(later, before)


@CASES
@given(offices(), st.data())
def test_a_further_closed_day_never_makes_a_paused_deadline_earlier(office: Office, data: st.DataObject):
    calendar = office.calendar
    snow = Closure(calendar.first + timedelta(days=data.draw(st.integers(0, LENGTH - 1))), "snow")
    more = replace(calendar, closures=(*calendar.closures, snow))
    for minute, received in data.draw(st.lists(instants(office), min_size=6, max_size=6)):
        pauses = paused(office, data.draw(stops(office, minute)))
        a_rule = rule(*data.draw(COUNTS))
        assert_no_earlier(
            reckoned(received, a_rule, more, pauses), reckoned(received, a_rule, calendar, pauses)
        )


@CASES
@given(offices(), st.data())
def test_what_is_received_later_is_never_due_earlier_whatever_is_paused(office: Office, data: st.DataObject):
    a_rule = rule(*data.draw(COUNTS))
    drawn = sorted(data.draw(st.lists(instants(office), min_size=10, max_size=10)), key=lambda one: one[0])
    pauses = paused(office, data.draw(stops(office, data.draw(st.sampled_from(drawn))[0])))
    found = [reckoned(received, a_rule, office.calendar, pauses) for _, received in drawn]
    for before, later in pairwise(found):
        assert_no_earlier(later, before)


@CASES
@given(offices(), st.data())
def test_a_paused_reckoning_still_tells_why_and_adds_up(office: Office, data: st.DataObject):
    for minute, received in data.draw(st.lists(instants(office), min_size=6, max_size=6)):
        unit, aim, due = data.draw(COUNTS)
        found = reckoned(
            received, rule(unit, aim, due), office.calendar, paused(office, data.draw(stops(office, minute)))
        )
        if found is None:
            continue
        assert received.astimezone(UTC) < found.aim <= found.due
        assert found.because[0].startswith("Received ")
        assert found.because[-1].startswith("Due ")
        assert len(found.in_short) <= 140
        if unit == "business_hours":
            told = [one.split(" on ")[0].split()[1:] for one in found.because if one.startswith("Counted ")]
            minutes = [
                int(number) * (60 if word.startswith("hour") else 1)
                for words in told
                for number, word in zip(words[::2], words[1::2], strict=True)
            ]
            assert sum(minutes) == due * 60
