"""Closures of every year: how they are read and written, on which days they fall, how they go on."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from models.calendars import ClosureDay
from models.recurring import Every, continued, read
from models.staff import Department
from tests.models.spelled_dates import day
from tests.seeded import seeded


@pytest.mark.parametrize(
    ("typed", "kept", "first"),
    [
        ("every Dec 24", "every December 24", "Thursday 2026-12-24"),
        ("every 24 december", "every December 24", "Thursday 2026-12-24"),
        ("every the 24th of December", "every December 24", "Thursday 2026-12-24"),
        ("every 12/24", "every December 24", "Thursday 2026-12-24"),
        ("Every First Monday of March", "every first Monday of March", "Monday 2026-03-02"),
        ("every 1st mon in mar", "every first Monday of March", "Monday 2026-03-02"),
        ("every third Thurs of Sept.", "every third Thursday of September", "Thursday 2026-09-17"),
        ("every last Friday of November", "every last Friday of November", "Friday 2026-11-27"),
        ("every 4th Friday of November", "every fourth Friday of November", "Friday 2026-11-27"),
        ("every Feb 29", "every February 29", "Tuesday 2028-02-29"),
    ],
)
def test_a_day_of_every_year_is_read_and_kept_in_one_spelling(typed, kept, first):
    rule = read(typed)
    assert str(rule) == kept
    assert read(kept) == rule
    assert rule.days(date(2026, 1, 1), date(2032, 12, 31))[0] == day(first)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "every", "every day", "every Monday", "every December", "every Dec 24 or 25"),
        *("every Dec 32", "every 13/1", "every Feb 30", "every 0/0"),
        *("every fifth Monday of May", "every first May of Monday"),
    ],
)
def test_what_is_no_day_of_a_year_is_refused_with_examples(typed):
    with pytest.raises(ValueError, match="every first Monday of March"):
        read(typed)


def test_a_leap_day_comes_in_leap_years_and_a_last_weekday_is_the_last():
    leap = read("every Feb 29").days(date(2026, 1, 1), date(2033, 1, 1))
    assert leap == [day("Tuesday 2028-02-29"), day("Sunday 2032-02-29")]
    # January 2027 has five Fridays.
    assert read("every last Friday of January").on(2027) == day("Friday 2027-01-29")
    assert read("every fourth Friday of January").on(2027) == day("Friday 2027-01-22")


def _is_last(one: date) -> bool:
    return date.fromordinal(one.toordinal() + 7).month != one.month


rules = st.builds(Every, st.integers(1, 12), st.integers(1, 28)) | st.builds(
    Every, st.integers(1, 12), st.just(0), st.sampled_from([0, 1, 2, 3, -1]), st.integers(0, 6)
)


@given(rules, st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 4000))
def test_a_rule_is_read_as_it_is_written_and_holds_on_its_days_alone(rule, first, length):
    assert read(str(rule)) == rule
    last = date.fromordinal(first.toordinal() + length)
    every = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    if rule.nth is None:
        wanted = [one for one in every if (one.month, one.day) == (rule.month, rule.day)]
    else:
        inside = [one for one in every if one.month == rule.month and one.weekday() == rule.weekday]
        number = {0: range(1, 8), 1: range(8, 15), 2: range(15, 22), 3: range(22, 29)}.get(rule.nth)
        wanted = [one for one in inside if (one.day in number if number else _is_last(one))]
    assert rule.days(first, last) == wanted


def closure(text, name, **more):
    return ClosureDay(day=day(text), name=name, **more)


def test_rules_go_on_into_new_years_unless_all_to_come_was_taken_back(tmp_path):
    with seeded(f"sqlite:///{tmp_path / 'x.db'}") as office, office.store.transaction() as db:
        permits = db.exec(select(Department).where(Department.name == "Permits")).one().id
        eve, gone = "every December 24", "every first Monday of March"
        db.add_all(
            [
                closure("Thursday 2026-12-24", "Eve", every=eve, start=720, end=1020),
                # The last known one was taken back, the rule was not.
                closure("Friday 2027-12-24", "Eve", every=eve, start=780, end=1020, ended_at=office.now),
                closure("Thursday 2026-12-24", "Eve", every=eve, department_id=permits),
                closure("Monday 2027-03-01", "Founders", every=gone, ended_at=office.now),
                # Over: what became of it decides nothing while others are to come.
                closure("Monday 2026-03-02", "Founders", every=gone),
            ]
        )
        db.flush()
        added = continued(db, date(2027, 12, 31), date(2029, 12, 31), date(2026, 3, 3))
        assert [(str(one.day), one.name, one.start, one.department_id) for one in added] == [
            ("2028-12-24", "Eve", 720, None),
            ("2029-12-24", "Eve", 720, None),
            ("2028-12-24", "Eve", None, permits),
            ("2029-12-24", "Eve", None, permits),
        ]
        assert continued(db, date(2027, 12, 31), date(2029, 12, 31), date(2026, 3, 3)) == []
