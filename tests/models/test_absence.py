"""Who is away when, and who covers.

In the demonstration's agency sam stands above dana and lee, and alex, the administrator, above sam and robin.
"""

import pytest

from models.absence import (
    Absence,
    alternate_for,
    away_between,
    away_on,
    coming,
    overlapping,
    supervisors_of,
    who_covers,
)
from models.staff import Staff
from tests.models.spelled_dates import day

WEEK = ("Monday 2026-03-09", "Friday 2026-03-13")


class People:
    def __init__(self, office, db):
        self.office, self.db = office, db
        self.known = {one.handle: one for one in office.rows(Staff)}

    def __getitem__(self, handle):
        return self.db.get_one(Staff, self.known[handle].id)

    def away(self, handle, first=WEEK[0], last=None, alternate=None):
        absence = Absence(
            staff_id=self[handle].id,
            first=day(first),
            last=day(last or first),
            alternate_id=self[alternate].id if alternate else None,
            told_at=self.office.now,
        )
        self.db.add(absence)
        self.db.flush()
        return absence

    def covers(self, handle, on=WEEK[0], refused=()):
        found = who_covers(self.db, self[handle], day(on), [self[one].id for one in refused])
        return found.handle if found else None


@pytest.fixture
def people(office):
    with office.store.transaction() as db:
        yield People(office, db)


@pytest.mark.parametrize(
    ("on", "away"),
    [
        ("Sunday 2026-03-08", False),
        ("Monday 2026-03-09", True),
        ("Wednesday 2026-03-11", True),
        ("Friday 2026-03-13", True),
        ("Saturday 2026-03-14", False),
    ],
)
def test_both_ends_of_an_absence_are_away(people, on, away):
    absence = people.away("dana", *WEEK)
    assert away_on(people.db, people["dana"].id, day(on)) == (absence if away else None)
    assert away_between(people.db, day(on), day(on)) == ({people["dana"].id} if away else set())


def test_an_absence_counts_whole_days(people):
    assert people.away("dana", *WEEK).days == 5
    assert people.away("lee").days == 1


@pytest.mark.parametrize(
    ("first", "last", "touches"),
    [
        ("Friday 2026-03-06", "Sunday 2026-03-08", False),
        ("Friday 2026-03-06", "Monday 2026-03-09", True),
        ("Tuesday 2026-03-10", "Thursday 2026-03-12", True),
        ("Sunday 2026-03-01", "Tuesday 2026-03-31", True),
        ("Friday 2026-03-13", "Monday 2026-03-16", True),
        ("Saturday 2026-03-14", "Monday 2026-03-16", False),
    ],
)
def test_a_period_touches_an_absence_when_it_shares_a_day(people, first, last, touches):
    people.away("dana", *WEEK)
    assert bool(overlapping(people.db, people["dana"].id, day(first), day(last))) is touches


def test_an_absence_that_was_taken_back_is_none(people):
    absence = people.away("dana", *WEEK)
    absence.ended_at = people.office.now
    people.db.flush()
    assert coming(people.db, people["dana"].id, day(WEEK[0])) == []
    assert people.covers("dana") == "dana"


def test_absences_that_are_not_over_come_in_their_order(people):
    late, _, early = (
        people.away("dana", "Monday 2026-04-06"),
        people.away("dana", "Monday 2026-02-02"),
        people.away("dana", *WEEK),
    )
    assert coming(people.db, people["dana"].id, day("Friday 2026-03-13")) == [early, late]


def test_who_is_at_work_covers_for_nobody_but_themselves(people):
    assert people.covers("dana") == "dana"


def test_the_alternate_covers(people):
    people.away("dana", alternate="lee")
    assert people.covers("dana") == "lee"


def test_without_an_alternate_the_supervisor_covers(people):
    people.away("dana")
    assert people.covers("dana") == "sam"


def test_an_alternate_who_is_away_too_leaves_it_to_the_chain(people):
    people.away("dana", alternate="lee")
    people.away("lee", alternate="dana")
    assert people.covers("dana") == "sam"
    assert people.covers("lee") == "sam"


def test_an_alternate_who_has_left_the_agency_leaves_it_to_the_chain(people):
    people.away("dana", alternate="lee")
    people["lee"].active = False
    assert people.covers("dana") == "sam"


def test_the_chain_goes_on_to_whoever_is_there(people):
    for handle, expected in (("dana", "sam"), ("sam", "alex"), ("alex", "lee"), ("lee", None)):
        people.away(handle)
        assert people.covers("dana") == expected


def test_the_alternate_of_another_day_does_not_cover(people):
    people.away("dana", "Monday 2026-03-09", alternate="lee")
    people.away("dana", "Tuesday 2026-03-10", alternate="kim")
    assert people.covers("dana", "Monday 2026-03-09") == "lee"
    assert people.covers("dana", "Tuesday 2026-03-10") == "kim"
    assert people.covers("dana", "Wednesday 2026-03-11") == "dana"


def test_who_has_left_the_agency_is_covered_for(people):
    people["dana"].active = False
    assert people.covers("dana") == "sam"


def test_who_is_refused_does_not_cover(people):
    people.away("sam", alternate="dana")
    assert people.covers("sam") == "dana"
    assert people.covers("sam", refused=["dana"]) == "alex"


@pytest.mark.parametrize(
    ("away", "named", "expected"),
    [
        ([], None, "sam"),
        ([], "lee", "lee"),
        (["sam"], None, "alex"),
        (["lee"], "lee", "sam"),
        (["sam", "alex"], None, "lee"),
        (["sam", "alex", "lee"], None, None),
    ],
)
def test_the_alternate_is_the_one_named_then_the_supervisor_then_the_next(people, away, named, expected):
    for handle in away:
        people.away(handle, "Friday 2026-03-13")
    found = alternate_for(
        people.db, people["dana"], day(WEEK[0]), day(WEEK[1]), people[named] if named else None
    )
    assert (found.handle if found else None) == expected


@pytest.mark.parametrize(
    ("handle", "above"),
    [("dana", ["sam", "alex"]), ("kim", ["robin", "alex"]), ("sam", ["alex"]), ("alex", [])],
)
def test_missed_deadlines_are_told_upwards_alone(people, handle, above):
    assert [one.handle for one in supervisors_of(people.db, people[handle])] == above
