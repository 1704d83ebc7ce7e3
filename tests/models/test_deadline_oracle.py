"""The five counts against the oracle, and what must hold of any deadline."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.calendar import Calendar, Closure, UnknownDay
from models.count import Count
from models.deadline import Reckoning, reckon
from models.standard import Rule
from tests.models.generated import LENGTH, Office, instants, known, offices

CASES = settings(max_examples=150, deadline=None)

COUNTS = (
    st.builds(lambda aim, more: ("business_days", aim, aim + more), st.integers(1, 3), st.integers(0, 2))
    | st.builds(
        lambda aim, more: ("clock_hours", 24 * aim, 24 * (aim + more)), st.integers(1, 2), st.integers(0, 2)
    )
    | st.just(("weeks", 1, 1))
    | st.builds(lambda aim, more: ("business_hours", aim, aim + more), st.integers(1, 20), st.integers(0, 20))
    | st.builds(lambda aim, more: ("elapsed_hours", aim, aim + more), st.integers(1, 48), st.integers(0, 48))
)


def rule(unit: str, aim: int, due: int) -> Rule:
    return Rule(
        id="R0",
        citation="made up",
        says="It is answered in time.",
        channels=("email",),
        kind="answer",
        count=Count.model_validate({unit: [aim, due]}),
        met_by=("answer",),
    )


def reckoned(received: datetime, a_rule: Rule, calendar: Calendar) -> Reckoning | None:
    """None when the engine says that it does not know the days it needs."""
    try:
        return reckon(received, a_rule, calendar)
    except UnknownDay:
        return None


@CASES
@given(offices(), st.data())
def test_every_count_agrees_with_the_oracle(office: Office, data: st.DataObject):
    for minute, received in data.draw(st.lists(instants(office), min_size=12, max_size=12)):
        unit, aim, due = data.draw(COUNTS)
        by_oracle = getattr(office.desk, unit)
        expected = known(office, by_oracle(minute, aim)), known(office, by_oracle(minute, due))
        found = reckoned(received, rule(unit, aim, due), office.calendar)
        if None in expected:
            assert found is None
        else:
            assert found is not None
            assert (found.aim, found.due) == expected


@CASES
@given(offices(), st.data())
def test_what_is_received_later_is_never_due_earlier(office: Office, data: st.DataObject):
    a_rule = rule(*data.draw(COUNTS))
    drawn = sorted(data.draw(st.lists(instants(office), min_size=12, max_size=12)), key=lambda one: one[0])
    found = [reckoned(received, a_rule, office.calendar) for _, received in drawn]
    sure = [one for one in found if one is not None]
    # What is beyond the known days lies beyond for whatever comes later, too.
    assert found[: len(sure)] == sure
    assert sorted(one.aim for one in sure) == [one.aim for one in sure]
    assert sorted(one.due for one in sure) == [one.due for one in sure]


@CASES
@given(offices(), st.data())
def test_a_further_closed_day_never_makes_a_deadline_earlier(office: Office, data: st.DataObject):
    calendar = office.calendar
    day = calendar.first + timedelta(days=data.draw(st.integers(0, LENGTH - 1)))
    more = replace(calendar, closures=(*calendar.closures, Closure(day, "snow")))
    for _, received in data.draw(st.lists(instants(office), min_size=6, max_size=6)):
        a_rule = rule(*data.draw(COUNTS))
        before, after = reckoned(received, a_rule, calendar), reckoned(received, a_rule, more)
        if after is not None:
            assert before is not None
            assert before.aim <= after.aim
            assert before.due <= after.due


@CASES
@given(offices(), st.data())
def test_no_deadline_lies_before_its_aim_or_its_receipt_and_each_tells_why(
    office: Office, data: st.DataObject
):
    for _, received in data.draw(st.lists(instants(office), min_size=6, max_size=6)):
        found = reckoned(received, rule(*data.draw(COUNTS)), office.calendar)
        if found is not None:
            assert received.astimezone(UTC) < found.aim <= found.due
            assert found.aim.tzinfo is found.due.tzinfo is UTC
            assert found.because[0].startswith("Received ")
            assert found.because[-1].startswith("Due ")
            assert len(found.in_short) <= 140
            assert "\n" not in found.in_short


@CASES
@given(offices(), st.data())
def test_the_minutes_told_day_by_day_add_up_to_the_business_hours(office: Office, data: st.DataObject):
    count = data.draw(st.integers(1, 20))
    _, received = data.draw(instants(office))
    found = reckoned(received, rule("business_hours", count, count), office.calendar)
    if found is not None:
        told = [one.split(" on ")[0].split()[1:] for one in found.because if one.startswith("Counted ")]
        minutes = [
            int(number) * (60 if unit.startswith("hour") else 1)
            for words in told
            for number, unit in zip(words[::2], words[1::2], strict=True)
        ]
        assert sum(minutes) == count * 60
