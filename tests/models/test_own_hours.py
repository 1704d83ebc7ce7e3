"""The working time of a member: the office's calendar, their own hours, their own zone.

In the demonstration's agency sam stands above dana and lee; the office is in Chicago, open 8:00-17:00.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.absence import Absence
from models.calendar import Calendar, Closure, hours
from models.calendars import calendar_for, calendar_of, calendars_for
from models.own_hours import key_of, own_calendar
from models.reaching import when_reached
from models.schedule import set_week
from models.staff import Staff
from tests.models.spelled_dates import at, day
from tests.scheduler.own_hours import OFFICE, week, works
from tests.seeded import counted

NEW_YORK, DENVER, ANGELES = "America/New_York", "America/Denver", "America/Los_Angeles"
EIGHT_TO_FIVE = week(*OFFICE)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def office_of(*closures, zone=NEW_YORK, at_hours=EIGHT_TO_FIVE, changes=()):
    return Calendar(zone, at_hours, closures, FIRST, LAST, changes)


def shown(calendar, on):
    """The open hours of the day, as the member's own clock shows them."""
    return [f"{calendar.local(a):%H:%M}-{calendar.local(b):%H:%M}" for a, b in calendar.spans(day(on))]


def test_with_nothing_of_their_own_the_offices_calendar_is_theirs():
    office = office_of()
    usual_again = [(day("Monday 2026-03-09"), None)]
    assert own_calendar(office, [], None) is own_calendar(office, usual_again, NEW_YORK) is office


def test_an_office_of_new_york_reaches_los_angeles_by_the_clock_there():
    own = own_calendar(office_of(), [], ANGELES)
    (span,) = own.spans(day("Monday 2026-06-01"))
    assert [f"{one:%H:%M}" for one in span] == ["15:00", "00:00"]  # UTC
    assert not own.is_open(datetime(2026, 6, 1, 12, tzinfo=UTC))  # 8 in New York, 5 there


@pytest.mark.parametrize(
    ("on", "open_"),
    [
        ("Friday 2026-03-06", ["08:00-17:00"]),  # before it is in force
        ("Monday 2026-03-09", ["07:00-12:00"]),  # ahead of the office
        ("Tuesday 2026-03-10", []),
        ("Saturday 2026-03-14", []),  # theirs, but not the office's
        ("Wednesday 2026-03-11", []),  # closed
        ("Monday 2026-03-16", ["07:00-10:00"]),  # closed from 10
        ("Tuesday 2026-04-07", ["08:00-17:00"]),  # the usual hours again
    ],
)
def test_own_hours_count_on_the_days_on_which_the_office_opens(on, open_):
    office = office_of(
        Closure(day("Wednesday 2026-03-11"), "Holiday"), Closure(day("Monday 2026-03-16"), "Snow", 600, 1020)
    )
    theirs = week("7:00-12:00", "", "7:00-12:00", "", "", "7:00-12:00")
    rows = [(day("Monday 2026-03-09"), theirs), (day("Monday 2026-04-06"), None)]
    assert shown(own_calendar(office, rows, None), on) == open_


def test_who_works_on_none_of_the_offices_days_has_their_own():
    own = own_calendar(office_of(), [(FIRST, week("", "", "", "", "", "9:00-13:00"))], None)
    assert shown(own, "Saturday 2026-03-14") == ["09:00-13:00"]
    assert shown(own, "Monday 2026-03-09") == []


def test_a_change_of_the_offices_hours_is_theirs_as_well():
    office = office_of(changes=((day("Monday 2026-06-01"), week("", *OFFICE[1:])),))
    own = own_calendar(office, [(FIRST, week("9:00-11:00", "9:00-11:00"))], DENVER)
    assert shown(own, "Monday 2026-05-25") == ["09:00-11:00"]
    assert (shown(own, "Monday 2026-06-01"), shown(own, "Tuesday 2026-06-02")) == ([], ["09:00-11:00"])


def test_hours_that_the_office_closes_are_quiet_by_either_clock():
    half = Closure(day("Thursday 2026-12-24"), "Half day", 12 * 60, 17 * 60)
    own = own_calendar(office_of(half), [], ANGELES)
    assert shown(own, "Thursday 2026-12-24") == ["08:00-09:00"]


def test_what_two_calendars_are_made_of_tells_them_apart():
    office, other = office_of(), office_of(Closure(day("Wednesday 2026-03-11"), "Holiday"))
    rows = [(FIRST, week("9:00-11:00"))]
    found = [(office, [], None), (other, [], None), (office, rows, None), (office, rows, DENVER)]
    assert len({key_of(*one) for one in [*found, (other, rows, None), (office, [], DENVER)]}) == 6


def test_a_zone_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="no time zone"):
        own_calendar(office_of(), [], "Mars/Base")


# Whatever the hours, zones and closures, on the nights that the clocks change too

ZONES = st.sampled_from([NEW_YORK, DENVER, ANGELES, "America/Phoenix", "Pacific/Guam", "Europe/Berlin"])
WEEKS = st.sampled_from(
    [
        EIGHT_TO_FIVE,
        week("7:00-11:00, 12:00-15:30", "", "9:00-12:00"),
        week("", "", "", "", "", "0:30-9:00", "1:30-4:00"),
        week("22:00-6:00", "22:00-6:00", "", "", "", "22:00-6:00", "22:00-6:00"),
        week(*("0:00-23:30",) * 7),
    ]
)
AROUND = [day("Sunday 2026-03-08"), day("Sunday 2026-03-29"), day("Sunday 2026-11-01")]
NEAR = st.builds(lambda on, by: on + timedelta(days=by), st.sampled_from(AROUND), st.integers(-4, 4))
CUTS = st.tuples(NEAR, st.integers(0, 1380), st.integers(30, 600))


@settings(max_examples=60, deadline=None)
@given(
    ZONES,
    ZONES,
    WEEKS,
    st.none() | WEEKS,
    st.lists(NEAR, max_size=3, unique=True),
    st.lists(CUTS, max_size=3),
    NEAR,
)
def test_it_is_never_open_outside_own_hours_nor_on_what_the_office_closes(
    zone, theirs, usual, own, closed, cuts, on
):
    whole = [Closure(one, "closed") for one in closed]
    parts = [Closure(one, "part", start, start + length) for one, start, length in cuts]
    around = (on - timedelta(days=8), on + timedelta(days=8))
    office = Calendar(zone, usual, (*whole, *parts), *around)
    found = own_calendar(office, [(around[0], own)] if own else [], theirs)
    without_parts = Calendar(zone, usual, tuple(whole), *around)
    both = own and any(mine and its for mine, its in zip(own, usual, strict=True))
    instant = datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(hours=24)
    while (instant := instant + timedelta(minutes=15)).date() <= on + timedelta(days=1):
        if not found.is_open(instant):
            continue
        # By the wall clock there, which day's hours are these?
        wall = instant.astimezone(ZoneInfo(theirs))
        minute, belongs = wall.hour * 60 + wall.minute, []
        for back in (0, 1):
            its_day = wall.date() - timedelta(days=back)
            if its_day in closed or (both and not usual[its_day.weekday()]):
                continue
            at_minute = minute + 1440 * back
            # An hour that is skipped moves what ends in it by as much.
            belongs += [s - 60 <= at_minute < e + 60 for s, e in (own or usual)[its_day.weekday()]]
        assert any(belongs)
        if without_parts.is_open(instant):
            # What is closed for hours at the office is closed there too.
            assert office.is_open(instant)


# In the database


@pytest.fixture
def ids(office):
    return {one.handle: one.id for one in office.rows(Staff)}


def zoned(office, handle, zone):
    office.change(handle, zone=zone)


def test_a_member_has_the_hours_that_were_set_in_the_zone_that_was_set(office, ids):
    works(office, "dana", "8:00-12:00", "", *OFFICE[2:], since="Monday 2026-03-09")
    zoned(office, "dana", DENVER)
    with office.store.transaction() as db:
        own = calendar_for(db, ids["dana"])
        assert own.zone == DENVER
        assert [shown(own, one) for one in ("Monday 2026-03-09", "Tuesday 2026-03-10")] == [
            ["08:00-12:00"],
            [],
        ]
        assert calendar_for(db, ids["lee"]) is calendar_of(db)


def test_members_who_work_alike_share_one_calendar(office, ids):
    for handle in ("dana", "lee"):
        works(office, handle, "8:00-12:00")
    with office.store.transaction() as db:
        found = calendars_for(db, [ids["dana"], ids["lee"]])
        assert found[ids["dana"]] is found[ids["lee"]] is calendar_for(db, ids["dana"])


def test_however_many_members_there_are_the_same_questions_find_their_calendars(office, ids):
    asked = []
    for members in ([ids["dana"]], list(ids.values())):
        with office.store.transaction() as db, counted(office) as statements:
            assert set(calendars_for(db, members)) == set(members)
            asked.append(len([one for one in statements if one.startswith("SELECT")]))
    assert asked[0] == asked[1]


def test_no_deadline_moves_by_own_hours(office, ids):
    with office.store.transaction() as db:
        before = calendar_of(db, 1).version
    works(office, "dana", "8:00-12:00")
    zoned(office, "dana", DENVER)
    with office.store.transaction() as db:
        assert calendar_of(db, 1).version == before


@pytest.mark.parametrize(
    ("now", "reached"),
    [
        ("Monday 2026-03-02 09:00", "Monday 2026-03-02 10:00"),  # later that day
        ("Monday 2026-03-02 11:00", "Monday 2026-03-02 11:00"),
        ("Monday 2026-03-02 14:00", "Tuesday 2026-03-03 08:00"),  # not in: for who covers
        ("Tuesday 2026-03-03 09:00", "Tuesday 2026-03-03 09:00"),
        ("Tuesday 2026-03-03 18:00", "Wednesday 2026-03-04 10:00"),
        ("Wednesday 2026-03-04 14:00", "Thursday 2026-03-05 08:00"),  # away
        ("Friday 2026-03-06 18:00", "Monday 2026-03-09 10:00"),
    ],
)
def test_a_word_waits_for_own_hours_but_not_over_a_day_on_which_somebody_covers(office, ids, now, reached):
    works(office, "dana", "10:00-12:00", "", "10:00-12:00", "10:00-12:00", "10:00-12:00")
    with office.store.transaction() as db:
        thursday = day("Thursday 2026-03-05")
        db.add(Absence(staff_id=ids["dana"], first=thursday, last=thursday, told_at=office.now))
        db.flush()
        assert when_reached(db, ids["dana"], at(now)) == at(reached)


def test_set_hours_are_found_at_once(office, ids):
    with office.store.transaction() as db:
        dana = db.get_one(Staff, ids["dana"])
        assert calendar_for(db, dana.id) is calendar_of(db)
        set_week(db, dana, FIRST, tuple(hours("8:00-9:00") for _ in range(7)), office.now, dana)
        assert shown(calendar_for(db, dana.id), "Monday 2026-03-09") == ["08:00-09:00"]
