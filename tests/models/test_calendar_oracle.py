"""Working time against the oracle that walks minute by minute."""

from collections.abc import Callable
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from models.calendar import UnknownDay
from tests.models.generated import Office, instants, known, offices

CASES = settings(max_examples=120, deadline=None)


def asked(ask: Callable[..., datetime], *words: object) -> datetime | None:
    """The engine's answer; None when it says that it does not know the day."""
    try:
        return ask(*words)
    except UnknownDay:
        return None


@CASES
@given(offices(), st.data())
def test_adding_working_minutes_agrees_with_the_oracle(office: Office, data: st.DataObject):
    for minute, at in data.draw(st.lists(instants(office), min_size=12, max_size=12)):
        count = data.draw(st.integers(0, 3000) | st.sampled_from([1, 30, 60, 240, 480, 540]))
        assert asked(office.calendar.add_minutes, at, count) == known(office, office.desk.add(minute, count))


@CASES
@given(offices(), st.data())
def test_subtracting_working_minutes_agrees_with_the_oracle(office: Office, data: st.DataObject):
    for minute, at in data.draw(st.lists(instants(office), min_size=12, max_size=12)):
        count = data.draw(st.integers(0, 3000) | st.sampled_from([1, 30, 60, 240, 480, 540]))
        expected = office.desk.subtract(minute, count)
        assert asked(office.calendar.subtract_minutes, at, count) == known(office, expected)


@CASES
@given(offices(), st.data())
def test_working_minutes_between_agree_with_the_oracle(office: Office, data: st.DataObject):
    drawn = data.draw(st.lists(instants(office), min_size=12, max_size=12))
    for one, other in zip(drawn[::2], drawn[1::2], strict=True):
        (start, a), (end, b) = sorted((one, other), key=lambda pair: pair[0])
        minutes = office.desk.between(start, end)
        assert office.calendar.minutes_between(a, b) == minutes
        assert office.calendar.minutes_between(b, a) == -minutes


@CASES
@given(offices(), st.data())
def test_open_and_closed_agree_with_the_oracle(office: Office, data: st.DataObject):
    calendar, desk = office.calendar, office.desk
    for minute, at in data.draw(st.lists(instants(office), min_size=12, max_size=12)):
        just_closed = any(desk.open[k - 1] and not desk.open[k] for k in range(minute - 10, minute + 1))
        assert calendar.is_open(at) == bool(desk.open[minute])
        assert calendar.in_hours(at, 10) == bool(desk.open[minute] or just_closed)
        assert asked(calendar.next_open, at) == known(office, desk.next_open(minute))


@CASES
@given(offices())
def test_open_days_and_their_closings_agree_with_the_oracle(office: Office):
    calendar, desk = office.calendar, office.desk
    for ordinal in range(desk.first, desk.last + 1):
        day = calendar.first.fromordinal(ordinal)
        assert calendar.is_open_day(day) == (ordinal in desk.over)
        if ordinal in desk.over:
            assert asked(calendar.closing, day) == known(office, desk.closing(ordinal))
        else:
            assert calendar.why_closed(day)
