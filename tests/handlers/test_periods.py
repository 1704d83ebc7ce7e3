"""The words that name a period, and where it begins and ends."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.periods import Backwards, Period, StillToCome, ends_with_period, read_period
from handlers.times import Unreadable
from models.agency_file import read_agency
from tests.models.spelled_dates import day

CALENDAR = read_agency(Path(__file__).parents[2] / "bot" / "demo").calendar()
TODAY = "Wednesday 2026-03-04"


def read(words: str, today: str = TODAY) -> Period:
    return read_period(words, day(today), CALENDAR)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("last quarter", "Wednesday 2025-10-01", "Wednesday 2025-12-31"),
        ("the past Quarter", "Wednesday 2025-10-01", "Wednesday 2025-12-31"),
        ("over the previous quarter.", "Wednesday 2025-10-01", "Wednesday 2025-12-31"),
        ("this quarter", "Thursday 2026-01-01", "Tuesday 2026-03-31"),
        ("last month", "Sunday 2026-02-01", "Saturday 2026-02-28"),
        ("this month", "Sunday 2026-03-01", "Tuesday 2026-03-31"),
        ("last week", "Monday 2026-02-23", "Sunday 2026-03-01"),
        ("current week", "Monday 2026-03-02", "Sunday 2026-03-08"),
        ("last year", "Wednesday 2025-01-01", "Wednesday 2025-12-31"),
        ("this year", "Thursday 2026-01-01", "Thursday 2026-12-31"),
        ("2025", "Wednesday 2025-01-01", "Wednesday 2025-12-31"),
        ("in 2025", "Wednesday 2025-01-01", "Wednesday 2025-12-31"),
        ("Q3 2025", "Tuesday 2025-07-01", "Tuesday 2025-09-30"),
        ("2025-Q3", "Tuesday 2025-07-01", "Tuesday 2025-09-30"),
        ("2025 q3", "Tuesday 2025-07-01", "Tuesday 2025-09-30"),
        ("Q3", "Tuesday 2025-07-01", "Tuesday 2025-09-30"),
        ("q1", "Thursday 2026-01-01", "Tuesday 2026-03-31"),
        ("March", "Sunday 2026-03-01", "Tuesday 2026-03-31"),
        ("April", "Tuesday 2025-04-01", "Wednesday 2025-04-30"),
        ("in Feb.", "Sunday 2026-02-01", "Saturday 2026-02-28"),
        ("Feb 2024", "Thursday 2024-02-01", "Thursday 2024-02-29"),
        ("March 2026", "Sunday 2026-03-01", "Tuesday 2026-03-31"),
        ("2025-11", "Saturday 2025-11-01", "Sunday 2025-11-30"),
        ("last 90 days", "Friday 2025-12-05", "Wednesday 2026-03-04"),
        ("the last 1 day", "Wednesday 2026-03-04", "Wednesday 2026-03-04"),
        ("past 2 weeks", "Monday 2026-02-16", "Sunday 2026-03-01"),
        ("last three months", "Monday 2025-12-01", "Saturday 2026-02-28"),
        ("last 2 quarters", "Tuesday 2025-07-01", "Wednesday 2025-12-31"),
        ("last 2 years", "Monday 2024-01-01", "Wednesday 2025-12-31"),
        ("from 2026-01-05 to 2026-01-30", "Monday 2026-01-05", "Friday 2026-01-30"),
        ("from Dec 15 to Jan 15", "Monday 2025-12-15", "Thursday 2026-01-15"),
        ("between 1/5 and 1/30", "Monday 2026-01-05", "Friday 2026-01-30"),
        ("from Mon until today", "Monday 2026-03-02", "Wednesday 2026-03-04"),
        ("since Feb 2", "Monday 2026-02-02", "Wednesday 2026-03-04"),
        ("from 2026-03-02 to 2026-03-13", "Monday 2026-03-02", "Friday 2026-03-13"),
    ],
)
def test_a_period_is_read_as_people_write_it(words, first, last):
    found = read(words)
    assert (found.first, found.last) == (day(first), day(last))


def test_on_the_first_day_of_a_quarter_the_last_one_ended_the_day_before():
    found = read("last quarter", "Thursday 2026-01-01")
    assert (found.first, found.last) == (day("Wednesday 2025-10-01"), day("Wednesday 2025-12-31"))
    assert found.words == "last quarter"


@pytest.mark.parametrize(
    "words",
    [
        "", "quarter", "next quarter", "some day", "Q5 2025", "2025-13", "last 0 days", "last", "yesterday",
        "from blursday", "from Mon 9:00 to Tue", "march 32", "last quarter please", "99999", "Ⅻ", "x" * 500,
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused(words):
    with pytest.raises(Unreadable):
        read(words)


def test_a_period_ahead_is_refused_with_its_first_day():
    for words, first in (
        ("2027", "Friday 2027-01-01"),
        ("Q2 2026", "Wednesday 2026-04-01"),
        ("April 2026", "Wednesday 2026-04-01"),
        ("from 2026-03-05 to 2026-03-06", "Thursday 2026-03-05"),
    ):
        with pytest.raises(StillToCome) as refused:
            read(words)
        assert refused.value.args[0] == day(first)


def test_a_period_that_ends_before_it_begins_is_refused_with_both_days():
    with pytest.raises(Backwards) as refused:
        read("from 2026-02-10 to 2026-02-03")
    assert refused.value.args == (day("Tuesday 2026-02-10"), day("Tuesday 2026-02-03"))


@pytest.mark.parametrize(
    ("words", "what", "period"),
    [
        ("email 4 business hours last quarter", "email 4 business hours", "last quarter"),
        ("email 4 business hours over the last quarter", "email 4 business hours", "over the last quarter"),
        ("email 4 business hours", "email 4 business hours", ""),
        ("san-jose Q3 2025", "san-jose", "Q3 2025"),
        ("san-jose from Jan 5 2026 to Jan 30 2026", "san-jose", "from Jan 5 2026 to Jan 30 2026"),
        ("letter 1 week 2027", "letter 1 week", "2027"),
        ("closed Dec 24 last year", "closed Dec 24", "last year"),
        ("last quarter", "", "last quarter"),
        ("", "", ""),
    ],
)
def test_a_period_at_the_end_is_told_from_what_stands_before_it(words, what, period):
    assert ends_with_period(words, day(TODAY), CALENDAR) == (what, period)


days = st.dates(date(2021, 1, 1), date(2032, 11, 30))
UNITS = ("week", "month", "quarter", "year")
NAMES = st.one_of(
    st.sampled_from([f"{which} {unit}" for unit in UNITS for which in ("last", "this", "previous")]),
    st.tuples(st.integers(1, 400), st.sampled_from(["day", *UNITS])).map(
        lambda pair: f"last {pair[0]} {pair[1]}s"
    ),
    st.integers(1900, 2100).map(str),
    st.tuples(st.integers(1, 4), st.integers(2000, 2040)).map(lambda pair: f"Q{pair[0]} {pair[1]}"),
    st.integers(1, 4).map(lambda number: f"q{number}"),
    st.sampled_from(["January", "feb", "December", "Aug 2025", "2026-02"]),
    st.tuples(days, days).map(lambda pair: f"from {pair[0]} to {pair[1]}"),
    days.map(lambda one: f"since {one:%b} {one.day}"),
    st.text(max_size=20),
)


@given(words=NAMES, today=days)
def test_whatever_is_read_begins_no_later_than_it_ends_and_no_later_than_today(words, today):
    try:
        found = read_period(words, today, CALENDAR)
    except ValueError:
        return
    assert found.first <= found.last
    assert found.first <= today


@given(unit=st.sampled_from(UNITS), today=days, number=st.integers(1, 9))
def test_the_last_ends_the_day_before_this_begins_and_this_holds_today(unit, today, number):
    last, this = (read_period(f"{which} {unit}", today, CALENDAR) for which in ("last", "this"))
    assert last.last + timedelta(days=1) == this.first
    assert this.first <= today <= this.last
    assert read_period(f"last 1 {unit}", today, CALENDAR).first == last.first
    several = read_period(f"last {number} {unit}s", today, CALENDAR)
    assert several.last == last.last
    assert several.first <= last.first
    # What was "this" is "last" on the day after it, and "last" was "this" on its last day.
    after = read_period(f"last {unit}", this.last + timedelta(days=1), CALENDAR)
    assert (after.first, after.last) == (this.first, this.last)
    before = read_period(f"this {unit}", last.last, CALENDAR)
    assert (before.first, before.last) == (last.first, last.last)
