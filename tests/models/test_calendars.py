"""The calendars in force: what the agency's rows and a department's come to, and what stays readable.

The plain reading at the end of this file goes day by day through the rows and shares no code with `compose`.
"""

import json
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from models.agency import Agency
from models.calendar import Calendar, Closure, hours
from models.calendars import (
    CalendarVersion,
    ClosureDay,
    WeeklyHours,
    at_version,
    calendar_for,
    calendar_of,
    closures_of,
    compose,
    hours_of,
    in_use,
    put_in_force,
    read,
    write_week,
    written,
)
from models.instant import aware
from models.staff import Department
from tests.models.spelled_dates import at, day

HR, PERMITS, ADMINISTRATION = 1, 2, 3
MONDAY = "Monday 2026-03-09"


def week(*texts):
    return tuple(hours(text) for text in (*texts, *[""] * (7 - len(texts))))


USUAL = week(*("8:00-17:00",) * 5)
SATURDAYS = week(*("8:00-17:00",) * 5, "9:00-13:00")
LATE = week(*("10:00-20:00",) * 5)


class Rows:
    """Puts rows, and puts them in force."""

    def __init__(self, office, db):
        self.office, self.db = office, db

    def hours(self, own, first=MONDAY, department=None):
        row = WeeklyHours(
            department_id=department,
            first=day(first),
            week=None if own is None else write_week(own),
            set_at=self.office.now,
        )
        return self._put(row)

    def closed(self, on, name="Snow", department=None, start=None, end=None):
        return self._put(ClosureDay(day=day(on), name=name, department_id=department, start=start, end=end))

    def taken_back(self, row):
        row.ended_at = self.office.now
        return self._put(row)

    def _put(self, row):
        self.db.add(row)
        put_in_force(self.db, self.office.now)
        return row

    def spans(self, on, department=None):
        """The local hours of the day, as "8:00-17:00"."""
        calendar = calendar_of(self.db, department)
        return ", ".join(
            f"{calendar.local(start):%-H:%M}-{calendar.local(end):%-H:%M}"
            for start, end in calendar.spans(day(on))
        )


@pytest.fixture
def rows(office):
    with office.store.transaction() as db:
        yield Rows(office, db)


# Hours


def test_a_department_without_rows_of_its_own_keeps_the_agencys_calendar(rows):
    assert calendar_of(rows.db, HR) is calendar_of(rows.db)
    assert {one.calendar_version for one in rows.db.exec(select(Department))} == {None}


def test_a_departments_hours_are_its_own_and_from_their_first_day_on(rows):
    rows.hours(SATURDAYS, department=HR)
    assert rows.spans("Saturday 2026-03-07", HR) == ""
    assert rows.spans("Saturday 2026-03-14", HR) == "9:00-13:00"
    assert (rows.spans("Saturday 2026-03-14"), rows.spans("Saturday 2026-03-14", PERMITS)) == ("", "")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("Friday 2026-03-06", "8:00-17:00"),
        (MONDAY, "10:00-20:00"),
        ("Friday 2026-04-03", "10:00-20:00"),
        ("Monday 2026-04-06", "8:00-17:00"),
    ],
)
def test_the_usual_hours_can_come_back(rows, on, expected):
    rows.hours(None, "Monday 2026-04-06", HR)
    rows.hours(LATE, department=HR)
    assert rows.spans(on, HR) == expected


def test_new_hours_of_the_agency_hold_for_departments_without_their_own(rows):
    rows.hours(LATE)
    rows.hours(SATURDAYS, "Monday 2026-03-16", HR)
    assert rows.spans(MONDAY, HR) == rows.spans(MONDAY, PERMITS) == "10:00-20:00"
    assert rows.spans("Monday 2026-03-16", HR) == "8:00-17:00"
    assert rows.spans("Monday 2026-03-16", PERMITS) == "10:00-20:00"


def test_the_usual_hours_are_those_that_the_agency_has_by_then(rows):
    rows.hours(SATURDAYS, department=HR)
    rows.hours(None, "Monday 2026-04-06", HR)
    rows.hours(LATE, "Monday 2026-03-16")
    assert rows.spans("Monday 2026-03-16", HR) == "8:00-17:00"
    assert rows.spans("Monday 2026-04-06", HR) == "10:00-20:00"
    rows.hours(None, "Monday 2026-05-04")
    assert rows.spans("Monday 2026-05-04", HR) == rows.spans("Monday 2026-05-04") == "8:00-17:00"


def test_of_two_weeks_for_one_day_the_one_set_last_holds(rows):
    rows.hours(SATURDAYS, department=HR)
    rows.hours(LATE, department=HR)
    assert rows.spans(MONDAY, HR) == "10:00-20:00"


def test_hours_that_were_taken_back_never_held(rows):
    before = calendar_of(rows.db).version
    rows.taken_back(rows.hours(LATE, department=HR))
    rows.taken_back(rows.hours(LATE))
    assert hours_of(rows.db, HR) == hours_of(rows.db, None) == []
    assert calendar_of(rows.db, HR).version == before


# Closures


def test_the_agencys_closures_hold_for_every_department_and_a_departments_own_for_it_alone(rows):
    rows.closed("Tuesday 2026-03-10")
    rows.closed("Wednesday 2026-03-11", "Moving", HR)
    assert [rows.spans("Tuesday 2026-03-10", one) for one in (None, HR, PERMITS)] == ["", "", ""]
    assert [rows.spans("Wednesday 2026-03-11", one) for one in (None, HR, PERMITS)] == [
        "8:00-17:00", "", "8:00-17:00",
    ]  # fmt: skip
    assert calendar_of(rows.db, HR).why_closed(day("Wednesday 2026-03-11")) == "Moving"
    assert [one.name for one in closures_of(rows.db, HR) if one.day.month == 3] == ["Snow", "Moving"]


def test_a_half_day_takes_its_minutes_alone(rows):
    rows.closed(MONDAY, "Inventory", HR, 12 * 60, 14 * 60)
    assert rows.spans(MONDAY, HR) == "8:00-12:00, 14:00-17:00"


def test_a_closure_that_was_taken_back_closes_nothing(rows):
    before = calendar_of(rows.db).version
    rows.taken_back(rows.closed(MONDAY, department=HR))
    assert calendar_of(rows.db, HR).version == before
    assert rows.db.get_one(Department, HR).calendar_version is None


def test_a_closure_beyond_the_known_years_waits_for_them(rows):
    rows.closed("Monday 2040-01-02")
    agency = rows.db.exec(select(Agency)).one()
    assert calendar_of(rows.db).last == agency.last == day("Friday 2032-12-31")
    agency.last = day("Monday 2040-12-31")
    put_in_force(rows.db, rows.office.now)
    assert not calendar_of(rows.db).is_open_day(day("Monday 2040-01-02"))


def test_hours_at_which_no_calendar_could_be_are_refused_and_change_nothing(office):
    def put():
        with office.store.transaction() as db:
            Rows(office, db).hours((((600, 700), (650, 800)), *[()] * 6), department=HR)

    with pytest.raises(ValueError, match="must be in order"):
        put()
    with office.store.transaction() as db:
        assert calendar_of(db, HR) is calendar_of(db)
        assert hours_of(db, HR) == []


# Versions


def test_every_version_that_was_in_force_stays_readable_as_it_was(either):
    with either.store.transaction() as db:
        rows = Rows(either, db)
        versions = [calendar_of(db, HR)]
        closed = rows.closed(MONDAY, department=HR)
        versions.append(calendar_of(db, HR))
        rows.hours(SATURDAYS, department=HR)
        versions.append(calendar_of(db, HR))
        rows.taken_back(closed)
        versions.append(calendar_of(db, HR))
    assert len({one.version for one in versions}) == 4
    with either.store.transaction() as db:
        for one in versions:
            stored = db.get_one(CalendarVersion, one.version)
            assert read(stored.content) == at_version(db, one.version) == one
            assert read(stored.content).version == one.version
            assert stored.since == either.now
        assert [at_version(db, one.version).is_open_day(day(MONDAY)) for one in versions] == [
            True,
            False,
            False,
            True,
        ]


def test_what_is_put_in_force_again_is_no_new_version(rows):
    rows.hours(SATURDAYS, department=HR)
    known = len(rows.db.exec(select(CalendarVersion)).all())
    since = rows.db.get_one(CalendarVersion, calendar_of(rows.db, HR).version).since
    put_in_force(rows.db, rows.office.now + timedelta(days=1))
    assert len(rows.db.exec(select(CalendarVersion)).all()) == known
    assert rows.db.get_one(CalendarVersion, calendar_of(rows.db, HR).version).since == since


def test_a_version_that_was_never_stored_is_refused(rows):
    with pytest.raises(LookupError, match="no calendar of version abc"):
        at_version(rows.db, "abc")


# In use


def test_while_all_keep_one_calendar_there_is_one_group_without_names(rows):
    ((calendar, departments),) = in_use(rows.db)
    assert (calendar, departments) == (calendar_of(rows.db), None)


def test_each_department_is_in_one_group_and_those_with_one_calendar_in_the_same(rows):
    rows.hours(SATURDAYS, department=HR)
    groups = {tuple(ids or ()): calendar.version for calendar, ids in in_use(rows.db)}
    assert groups == {
        (HR,): calendar_of(rows.db, HR).version,
        (PERMITS, ADMINISTRATION): calendar_of(rows.db).version,
    }
    rows.hours(SATURDAYS, department=ADMINISTRATION)
    groups = {tuple(ids or ()): calendar.version for calendar, ids in in_use(rows.db)}
    assert groups == {
        (HR, ADMINISTRATION): calendar_of(rows.db, HR).version,
        (PERMITS,): calendar_of(rows.db).version,
    }


def test_a_members_calendar_is_their_departments(rows):
    rows.hours(SATURDAYS, department=HR)
    people = {one: calendar_for(rows.db, one).version for one in (1, 4, None)}  # dana, kim, nobody
    assert people == {
        1: calendar_of(rows.db, HR).version,
        4: calendar_of(rows.db).version,
        None: calendar_of(rows.db).version,
    }


# The plain reading

FROM, DAYS = day("Monday 2026-03-02"), 35
WEEKS = st.sampled_from(
    [USUAL, SATURDAYS, LATE, week("", "", "22:00-6:00"), week(*("8:00-12:00, 13:00-17:00",) * 4)]
)
WHO = st.sampled_from([None, HR, PERMITS])
ON = st.integers(-3, DAYS + 3)
HOURS = st.tuples(WHO, ON, st.none() | WEEKS, st.booleans())
CLOSED = st.tuples(WHO, ON, st.none() | st.tuples(st.integers(0, 1200), st.integers(1, 600)), st.booleans())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(HOURS, max_size=7), st.lists(CLOSED, max_size=6))
def test_the_calendar_of_each_is_what_a_plain_reading_of_the_rows_says(office, hours_put, closed_put):
    with office.store.transaction() as db:
        db.execute(ClosureDay.__table__.delete())  # the holidays of the demonstration
        agency = db.exec(select(Agency)).one()
        agency.first, agency.last = FROM, FROM + timedelta(days=DAYS - 1)
        for who, later, own, ended in hours_put:
            first = FROM + timedelta(days=later)
            row = WeeklyHours(department_id=who, first=first, week=own and write_week(own), set_at=office.now)
            row.ended_at = office.now if ended else None
            db.add(row)
            db.flush()
        for who, later, cut, ended in closed_put:
            start, end = (cut[0], cut[0] + cut[1]) if cut else (None, None)
            on = FROM + timedelta(days=later)
            row = ClosureDay(day=on, name="shut", department_id=who, start=start, end=end)
            row.ended_at = office.now if ended else None
            db.add(row)
        put_in_force(db, office.now)
        for who in (None, HR, PERMITS, ADMINISTRATION):
            calendar = calendar_of(db, who)
            assert calendar == compose(db, who)
            assert read(json.loads(json.dumps(written(calendar)))) == calendar
            for number in range(1, DAYS - 1):
                on = FROM + timedelta(days=number)
                week_then = plain_week(who, on, hours_put)
                assert calendar.week_on(on) == week_then
                closures = [one for one in closed_put if not one[3] and one[0] in (None, who)]
                assert minutes_open(calendar, on) == plain_minutes(who, on, hours_put, closures)
        db.rollback()


def plain_week(who, on, put):
    """Goes back day by day: a week of its own holds until "the usual" ends it; then the agency's."""

    def latest(owner):
        for back in range(DAYS + 10):
            for row_who, later, own, ended in reversed(put):
                if (
                    row_who == owner
                    and not ended
                    and FROM + timedelta(days=later) == on - timedelta(days=back)
                ):
                    return own
        return None

    return (latest(who) if who is not None else None) or latest(None) or USUAL


def plain_minutes(who, on, hours_put, closures):
    """The minutes after midnight of the day at which the desk is open, its own night and the one before."""
    found = set()
    for offset, own_day in ((0, on), (-1, on - timedelta(days=1))):
        if own_day < FROM or any(day_of(one) == own_day and one[2] is None for one in closures):
            continue
        for start, end in plain_week(who, own_day, hours_put)[own_day.weekday()]:
            found |= {minute + offset * 1440 for minute in range(start, end)}
    for one in closures:
        if one[2] is not None:
            shift = (day_of(one) - on).days * 1440
            found -= set(range(shift + one[2][0], shift + one[2][0] + one[2][1]))
    return {minute for minute in found if 0 <= minute < 1440}


def day_of(closure) -> date:
    return FROM + timedelta(days=closure[1])


def minutes_open(calendar: Calendar, on: date) -> set[int]:
    """The minutes at which the calendar says it is open; days of 24 hours alone."""
    midnight = aware(datetime.combine(on, time(), calendar.tz))
    found = set()
    for own_day in (on - timedelta(days=1), on):
        for start, end in calendar.spans(own_day):
            first = int((start - midnight).total_seconds()) // 60
            found |= set(range(max(0, first), min(1440, int((end - midnight).total_seconds()) // 60)))
    return found


def test_the_plain_reading_finds_an_error_where_there_is_one(rows):
    """The oracle is no mirror: a calendar that is off by one closure differs from it."""
    agency = rows.db.exec(select(Agency)).one()
    calendar = Calendar(
        agency.zone, USUAL, (Closure(day(MONDAY), "Snow"),), FROM, FROM + timedelta(days=DAYS)
    )
    assert minutes_open(calendar, day(MONDAY)) == set()
    assert plain_minutes(None, day(MONDAY), [], []) == set(range(480, 1020))
    assert calendar.local(calendar.next_open(at(f"{MONDAY} 08:00"))).date() == day("Tuesday 2026-03-10")
