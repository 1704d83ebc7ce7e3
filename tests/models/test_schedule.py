"""Members who work part of the week, and who covers on their days off.

In the demonstration's agency sam stands above dana and lee, and alex, the administrator, above sam and robin.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.absence import Absence, alternate_for, cannot_stand_in, covered_by, not_in, who_covers
from models.calendar import hours
from models.calendars import calendar_of, hours_of, put_in_force
from models.schedule import off_on, off_throughout, schedules_of, set_week, week_of, works_on
from models.staff import Staff, by_name
from tests.models.spelled_dates import day
from tests.seeded import counted

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def week(*open_days, at="8:00-12:00"):
    return tuple(hours(at if name in open_days else "") for name in DAYS)


class People:
    def __init__(self, office, db):
        self.office, self.db = office, db

    def __getitem__(self, handle) -> Staff:
        (found,) = by_name(self.db, handle)
        return found

    def works(self, handle, first, *open_days):
        """A week of these days from the first on; without days, all of the office's hours again."""
        own = week(*open_days) if open_days else None
        return set_week(self.db, self[handle], day(first), own, self.office.now, self["sam"])

    def away(self, handle, first, last=None, alternate=None):
        self.db.add(
            Absence(
                staff_id=self[handle].id,
                first=day(first),
                last=day(last or first),
                alternate_id=self[alternate].id if alternate else None,
                told_at=self.office.now,
            )
        )
        self.db.flush()

    def names(self, ids):
        return sorted(self.db.get_one(Staff, one).handle for one in ids)

    def covers(self, handle, on):
        found = who_covers(self.db, self[handle], day(on))
        return found.handle if found else None


@pytest.fixture
def people(office):
    with office.store.transaction() as db:
        yield People(office, db)


MONDAY, TUESDAY, WEDNESDAY = "Monday 2026-03-09", "Tuesday 2026-03-10", "Wednesday 2026-03-11"


def test_who_has_no_schedule_works_all_of_the_offices_hours(people):
    assert week_of(people.db, people["dana"].id, day(MONDAY)) is None
    assert works_on(people.db, people["dana"].id, day("Sunday 2026-03-08"))
    assert off_on(people.db, day(MONDAY)) == set()


@pytest.mark.parametrize(
    ("on", "works"),
    [
        ("Sunday 2026-03-08", True),  # before it is in force
        (MONDAY, True),
        (TUESDAY, False),
        (WEDNESDAY, True),
        ("Saturday 2026-03-14", False),
        ("Tuesday 2026-03-31", False),
        ("Wednesday 2026-04-01", False),  # Thursdays alone from now on
        ("Thursday 2026-04-02", True),
        ("Friday 2026-05-01", True),  # the usual hours again
        ("Tuesday 2026-05-05", True),
    ],
)
def test_a_schedule_is_in_force_from_its_first_day_until_the_next_one(people, on, works):
    people.works("dana", "Friday 2026-05-01")
    people.works("dana", MONDAY, "mon", "wed", "fri")
    people.works("dana", "Wednesday 2026-04-01", "thu")
    assert works_on(people.db, people["dana"].id, day(on)) is works
    assert people.names(off_on(people.db, day(on))) == ([] if works else ["dana"])


def test_the_hours_of_a_week_come_back_as_they_were_set(people):
    people.works("dana", MONDAY, "mon", "wed")
    assert week_of(people.db, people["dana"].id, day(MONDAY)) == week("mon", "wed")


def test_what_is_set_for_a_day_takes_the_place_of_what_was_set_for_it(people):
    people.works("dana", MONDAY, "mon")
    people.works("dana", TUESDAY, "tue")
    people.works("dana", MONDAY, "wed")
    held = schedules_of(people.db, people["dana"].id)
    assert [(one.first, one.week) for one in held] == [
        (day(MONDAY), [list(map(list, spans)) for spans in week("wed")]),
        (day(TUESDAY), [list(map(list, spans)) for spans in week("tue")]),
    ]
    assert {(one.set_at, one.set_by_id) for one in held} == {(people.office.now, people["sam"].id)}


def test_a_members_hours_change_no_calendar(people):
    before = calendar_of(people.db).version
    people.works("dana", "Monday 2026-03-02", "mon")
    put_in_force(people.db, people.office.now)
    assert (hours_of(people.db, None), hours_of(people.db, 1)) == ([], [])
    assert calendar_of(people.db, 1).version == calendar_of(people.db).version == before


WEEKS = st.none() | st.sets(st.sampled_from(DAYS), min_size=1).map(lambda open_days: week(*open_days))
FROM = day("Monday 2026-03-02")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["dana", "lee", "kim"]), st.integers(0, 20), WEEKS), max_size=8),
    st.integers(0, 24),
    st.integers(1, 9),
)
def test_who_is_off_is_what_a_plain_reading_of_all_that_was_set_says(office, put, begin, length):
    with office.store.transaction() as db:
        people = People(office, db)
        for handle, later, own in put:
            set_week(db, people[handle], FROM + timedelta(days=later), own, office.now, people["sam"])

        def plain(handle, on):
            """The last that was put of those with the latest first day that has come."""
            begun = [(FROM + timedelta(days=later), own) for who, later, own in put if who == handle]
            begun = [(first, own) for first, own in begun if first <= on]
            latest = [own for first, own in begun if first == max(first for first, _ in begun)]
            return bool(latest) and latest[-1] is not None and not latest[-1][on.weekday()]

        days = [FROM + timedelta(days=begin + count) for count in range(length)]
        for on in days:
            off = {handle for handle in ("dana", "lee", "kim") if plain(handle, on)}
            assert set(people.names(off_on(db, on))) == off
            assert {one for one in ("dana", "lee", "kim") if not works_on(db, people[one].id, on)} == off
        throughout = {one for one in ("dana", "lee", "kim") if all(plain(one, on) for on in days)}
        assert set(people.names(off_throughout(db, days))) == throughout
        db.rollback()


def test_on_a_day_off_the_chain_covers_and_on_the_others_nobody_need(people):
    people.works("dana", MONDAY, "mon")
    assert [people.covers("dana", one) for one in (MONDAY, TUESDAY)] == ["dana", "sam"]


def test_an_alternate_on_a_day_off_leaves_it_to_the_chain(people):
    people.away("dana", MONDAY, TUESDAY, alternate="lee")
    people.works("lee", MONDAY, "mon")
    assert [people.covers("dana", one) for one in (MONDAY, TUESDAY)] == ["lee", "sam"]


def test_the_chain_passes_over_who_is_away_and_who_is_off(people):
    people.works("dana", MONDAY, "mon")
    people.works("sam", MONDAY, "mon")
    assert people.covers("dana", TUESDAY) == "alex"
    people.away("alex", TUESDAY)
    assert people.covers("dana", TUESDAY) == "lee"
    people.works("lee", MONDAY, "mon")
    assert people.covers("dana", TUESDAY) is None
    assert people.names(not_in(people.db, day(TUESDAY))) == ["alex", "dana", "lee", "sam"]


def test_who_covers_sees_whom_they_cover_for(people):
    people.works("dana", MONDAY, "mon")
    people.away("lee", TUESDAY)
    assert people.names(covered_by(people.db, people["sam"], day(TUESDAY))) == ["dana", "lee"]
    assert covered_by(people.db, people["sam"], day(MONDAY)) == []
    assert covered_by(people.db, people["alex"], day(TUESDAY)) == []


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (MONDAY, MONDAY, "sam"),
        (TUESDAY, TUESDAY, "alex"),
        (TUESDAY, WEDNESDAY, "alex"),
        (MONDAY, "Friday 2026-03-13", "sam"),  # in on some of the days
        ("Thursday 2026-03-12", "Monday 2026-03-16", "sam"),
        ("Friday 2026-03-13", "Sunday 2026-03-15", "alex"),
    ],
)
def test_who_works_on_none_of_the_days_is_no_alternate(people, first, last, expected):
    people.works("sam", MONDAY, "mon", "thu")
    if expected == "alex":
        assert people.names(cannot_stand_in(people.db, day(first), day(last))) == ["sam"]
    found = alternate_for(people.db, people["dana"], day(first), day(last))
    assert found is not None
    assert found.handle == expected


def test_who_is_away_on_one_of_the_days_is_no_alternate_even_if_it_is_a_day_off(people):
    people.works("sam", MONDAY, "mon")
    people.away("sam", TUESDAY)
    assert people.names(cannot_stand_in(people.db, day(MONDAY), day(WEDNESDAY))) == ["sam"]


def test_however_many_work_part_time_one_question_finds_who_is_off(office):
    def asked():
        with counted(office) as statements, office.store.transaction() as db:
            off_on(db, day(TUESDAY))
        return len([one for one in statements if "weekly_hours" in one])

    for count, handle in enumerate(("dana", "lee", "kim"), 1):
        with office.store.transaction() as db:
            People(office, db).works(handle, MONDAY, "mon")
            assert len(off_on(db, day(TUESDAY))) == count
        assert asked() == 1


def test_whom_somebody_covers_for_is_found_with_one_question_about_schedules(office):
    with office.store.transaction() as db:
        for handle in ("dana", "lee", "kim"):
            People(office, db).works(handle, MONDAY, "mon")
    with office.store.transaction() as db:
        sam = People(office, db)["sam"]
        with counted(office) as statements:
            assert len(covered_by(db, sam, day(TUESDAY))) == 2
    assert len([one for one in statements if "weekly_hours" in one]) == 1
