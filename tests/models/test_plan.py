"""Plans of reminders: how they are read, which instants they come to, and what of them is owed when.

The office is open on weekdays from 8:00 to 17:00, in Chicago.
"""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import Calendar, hours
from models.plan import USUAL, Kind, Point, read_plan, read_point
from models.planned import GRACE, Planned, next_word, owed, planned, told_due
from tests.models.spelled_dates import at

OPEN = hours("8:00-17:00")
FIRST, LAST = date(2026, 1, 1), date(2026, 4, 30)


def office(*days: str, zone: str = "America/Chicago") -> Calendar:
    week = tuple(hours(one) for one in (*days, *[""] * (7 - len(days)))) if days else (OPEN,) * 5 + ((), ())
    return Calendar(zone, week, (), FIRST, LAST)


CHICAGO = office()
SET, DUE = at("Monday 2026-03-02 09:00"), at("Tuesday 2026-03-03 17:00")


def diary(points: list[Planned]) -> list[str]:
    zone = CHICAGO.tz
    return [f"{one.at.astimezone(zone):%A %Y-%m-%d %H:%M} {one.point.name}" for one in points]


@pytest.mark.parametrize(
    ("text", "point", "again"),
    [
        ("half", Point(Kind.HALF), "half"),
        ("  Morning ", Point(Kind.MORNING), "morning"),
        ("leaving", Point(Kind.LEAVING), "leaving"),
        ("due", Point(Kind.DUE), "due"),
        ("4 business hours before", Point(Kind.BEFORE, 240), "4 business hours before"),
        ("1 hour before", Point(Kind.BEFORE, 60), "1 business hour before"),
        ("2 working hours before", Point(Kind.BEFORE, 120), "2 business hours before"),
        ("late", Point(Kind.LATE), "late"),
        ("late after 1 business hour", Point(Kind.LATE, 60), "late after 1 business hour"),
        ("supervisor after 0 hours", Point(Kind.SUPERVISOR), "supervisor"),
        ("above after 40 hours", Point(Kind.ABOVE, 2400), "above after 40 business hours"),
    ],
)
def test_a_point_is_read_as_it_is_written(text: str, point: Point, again: str) -> None:
    assert read_point(text) == point
    assert str(point) == again
    assert read_point(again) == point
    assert Point.named(point.name) == point


@pytest.mark.parametrize(
    "text",
    [
        "", "often", "0 hours before", "41 hours before", "late after 41 hours", "half after 1 hour",
        "due after 1 hour", "4 days before", "-1 hours before", "above before 3 hours",
    ],
)  # fmt: skip
def test_what_is_no_point_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"no reminder|business hours from a deadline") as refused:
        read_point(text)
    assert f"“{text.strip()}”" in str(refused.value)


def test_a_plan_is_in_the_order_of_its_kinds_and_has_each_point_once() -> None:
    texts = ["above", "due", "2 hours before", "supervisor", "4 hours before", "half", "due", "late"]
    assert [str(one) for one in read_plan(texts)] == [
        "half", "2 business hours before", "4 business hours before", "due", "late", "supervisor", "above",
    ]  # fmt: skip


@pytest.mark.parametrize("texts", [[], ["due"], ["due", "late", "above after 8 business hours"]])
def test_a_plan_of_which_no_supervisor_hears_is_refused(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="supervisor"):
        read_plan(texts)


@pytest.mark.parametrize(
    ("set_at", "due", "expected"),
    [
        (  # a day and a half: half of it is worth no word
            "Monday 2026-03-02 09:00", "Tuesday 2026-03-03 17:00",
            [
                "Tuesday 2026-03-03 13:00 before-240",
                "Tuesday 2026-03-03 17:00 due",
                "Wednesday 2026-03-04 09:00 late-60",
                "Wednesday 2026-03-04 10:00 supervisor-120",
                "Wednesday 2026-03-04 16:00 above-480",
            ],
        ),
        (  # 24 hours and a minute, over a weekend
            "Thursday 2026-03-05 10:59", "Monday 2026-03-09 17:00",
            [
                "Friday 2026-03-06 13:59 half",
                "Monday 2026-03-09 13:00 before-240",
                "Monday 2026-03-09 17:00 due",
                "Tuesday 2026-03-10 09:00 late-60",
                "Tuesday 2026-03-10 10:00 supervisor-120",
                "Tuesday 2026-03-10 16:00 above-480",
            ],
        ),
        (  # 24 hours and no more
            "Thursday 2026-03-05 11:00", "Monday 2026-03-09 17:00",
            [
                "Monday 2026-03-09 13:00 before-240",
                "Monday 2026-03-09 17:00 due",
                "Tuesday 2026-03-10 09:00 late-60",
                "Tuesday 2026-03-10 10:00 supervisor-120",
                "Tuesday 2026-03-10 16:00 above-480",
            ],
        ),
        (  # set within the last four hours, due in the middle of a day
            "Wednesday 2026-03-04 09:00", "Wednesday 2026-03-04 12:00",
            [
                "Wednesday 2026-03-04 12:00 due",
                "Wednesday 2026-03-04 13:00 late-60",
                "Wednesday 2026-03-04 14:00 supervisor-120",
                "Thursday 2026-03-05 11:00 above-480",
            ],
        ),
        (  # due on a Saturday: told of on Friday
            "Friday 2026-03-06 09:00", "Saturday 2026-03-07 12:00",
            [
                "Friday 2026-03-06 13:00 before-240",
                "Friday 2026-03-06 17:00 due",
                "Monday 2026-03-09 09:00 late-60",
                "Monday 2026-03-09 10:00 supervisor-120",
                "Monday 2026-03-09 16:00 above-480",
            ],
        ),
    ],
)  # fmt: skip
def test_the_usual_plan_comes_to_these_instants(set_at: str, due: str, expected: list[str]) -> None:
    assert diary(planned(at(set_at), at(due), CHICAGO)) == expected


def test_the_morning_is_the_opening_of_the_day_on_which_it_is_due() -> None:
    plan = read_plan(["morning", "supervisor"])
    assert diary(planned(SET, DUE, CHICAGO, plan))[0] == "Tuesday 2026-03-03 08:00 morning"
    saturday = planned(SET, at("Saturday 2026-03-07 12:00"), CHICAGO, plan)
    assert [one.point.kind for one in saturday] == [Kind.SUPERVISOR], "no morning on which nobody is there"


def test_what_is_excused_is_late_after_the_excuse() -> None:
    missed = at("Friday 2026-03-06 17:00")
    assert diary(planned(SET, DUE, CHICAGO, missed=missed))[1:3] == [
        "Tuesday 2026-03-03 17:00 due",
        "Monday 2026-03-09 09:00 late-60",
    ]


@pytest.mark.parametrize(
    ("leaves", "expected"),
    [
        ("Tuesday 2026-03-03 00:00", "Monday 2026-03-02 15:00 leaving"),
        ("Monday 2026-03-02 00:00", None),  # before it was set
        (None, None),
    ],
)
def test_the_word_before_an_absence_comes_two_hours_before_its_last_closing(
    leaves: str | None, expected: str | None
) -> None:
    points = planned(SET, DUE, CHICAGO, leaves=at(leaves) if leaves else None)
    found = [one for one in points if one.point.kind is Kind.LEAVING]
    assert diary(found) == ([expected] if expected else [])
    assert all(one.until == at(leaves or "") for one in found)


def test_the_owners_own_hours_pull_what_comes_ahead_to_when_they_go() -> None:
    mornings = office(*("8:00-12:00",) * 5)
    assert diary(planned(SET, DUE, CHICAGO, theirs=mornings)) == [
        "Tuesday 2026-03-03 08:00 before-240",  # so many hours of their own
        "Tuesday 2026-03-03 12:00 due",
        "Wednesday 2026-03-04 09:00 late-60",
        "Wednesday 2026-03-04 10:00 supervisor-120",
        "Wednesday 2026-03-04 16:00 above-480",
    ]
    leaving = planned(
        SET, DUE, CHICAGO, leaves=at("Tuesday 2026-03-03 00:00"), theirs=office(*("8:00-14:00",) * 5)
    )
    assert diary(leaving)[0] == "Monday 2026-03-02 12:00 leaving"


@pytest.mark.parametrize(
    ("own", "told"),
    [
        (("8:00-12:00",) * 5, "Tuesday 2026-03-03 12:00"),
        (("8:00-12:00", "", "8:00-12:00"), "Tuesday 2026-03-03 17:00"),  # a day off: whoever covers hears
        (("8:00-12:00", "18:00-20:00"), "Monday 2026-03-02 12:00"),  # not in before it
        (("8:00-18:00",) * 5, "Tuesday 2026-03-03 17:00"),
    ],
)
def test_that_it_is_due_is_said_before_its_owner_goes(own: tuple[str, ...], told: str) -> None:
    assert told_due(SET, DUE, CHICAGO, office(*own)) == at(told)


def test_beyond_the_known_days_a_point_is_left_out_and_the_others_come() -> None:
    due = at("Thursday 2026-04-30 17:00")
    points = planned(at("Wednesday 2026-04-29 09:00"), due, CHICAGO)
    assert [one.point.name for one in points] == ["before-240", "due"]


@pytest.mark.parametrize(
    ("told", "now", "expected"),
    [
        ([], "Tuesday 2026-03-03 12:59", []),
        ([], "Tuesday 2026-03-03 13:00", ["before-240"]),
        (["before-240"], "Tuesday 2026-03-03 13:00", []),
        (["before-60"], "Tuesday 2026-03-03 13:00", []),  # by a wish that has been changed since
        ([], "Tuesday 2026-03-03 16:59", ["before-240"]),
        ([], "Tuesday 2026-03-03 17:00", ["due"]),
        ([], "Tuesday 2026-03-03 17:15", ["due"]),
        ([], "Tuesday 2026-03-03 17:16", []),
        ([], "Wednesday 2026-03-04 08:59", []),
        ([], "Wednesday 2026-03-04 09:00", ["late-60"]),
        (["late-60"], "Wednesday 2026-03-04 09:59", []),
        (["due"], "Wednesday 2026-03-04 16:00", ["late-60", "supervisor-120", "above-480"]),
        (["supervisor-120"], "Friday 2026-03-13 09:00", ["late-60", "above-480"]),
    ],
)
def test_what_is_owed_at_a_moment(told: list[str], now: str, expected: list[str]) -> None:
    points = planned(SET, DUE, CHICAGO)
    assert [one.point.name for one in owed(points, told, at(now))] == expected


def test_of_words_ahead_the_newest_alone_is_owed_and_an_older_one_never_again() -> None:
    points = planned(at("Monday 2026-03-02 09:00"), at("Friday 2026-03-06 17:00"), CHICAGO)
    assert [one.point.name for one in points[:2]] == ["half", "before-240"]
    assert [one.point.name for one in owed(points, [], at("Friday 2026-03-06 14:00"))] == ["before-240"]
    assert owed(points, ["before-240"], at("Friday 2026-03-06 14:00")) == []


@pytest.mark.parametrize(
    ("told", "now", "expected"),
    [
        ([], "Monday 2026-03-02 09:00", "Tuesday 2026-03-03 13:00"),
        ([], "Tuesday 2026-03-03 13:00", "Tuesday 2026-03-03 17:00"),
        (["before-240"], "Monday 2026-03-02 09:00", "Tuesday 2026-03-03 17:00"),
        (["supervisor-120"], "Wednesday 2026-03-04 09:00", "Wednesday 2026-03-04 16:00"),
        ([], "Wednesday 2026-03-04 16:00", None),
    ],
)
def test_when_the_next_word_begins_to_be_owed(told: list[str], now: str, expected: str | None) -> None:
    found = next_word(planned(SET, DUE, CHICAGO), told, at(now))
    assert found == (at(expected) if expected else None)


# Whatever plan, whatever deadline, whatever hours.
WEEKS = st.sampled_from(
    [
        CHICAGO,
        office(*("8:00-12:00, 13:00-17:00",) * 5),
        office(*("10:00-20:00",) * 4),
        office(*("22:00-6:00",) * 5),
        office("", "9:00-11:00", "", "9:00-11:00"),
        office(*("8:00-17:00",) * 5, zone="America/Los_Angeles"),
    ]
)
AHEAD = st.one_of(
    st.sampled_from([Point(Kind.HALF), Point(Kind.MORNING), Point(Kind.LEAVING), Point(Kind.DUE)]),
    st.builds(Point, st.just(Kind.BEFORE), st.integers(1, 40).map(lambda hours: hours * 60)),
)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Point, ...]:
    """Any plan that can be read."""
    points = draw(st.lists(AHEAD, max_size=6))
    supervisor = draw(st.integers(0, 40))
    past = [Point(Kind.SUPERVISOR, supervisor * 60)]
    if draw(st.booleans()):
        past.append(Point(Kind.LATE, draw(st.integers(0, 40)) * 60))
    if draw(st.booleans()):
        past.append(Point(Kind.ABOVE, draw(st.integers(supervisor, 40)) * 60))
    return read_plan([str(one) for one in (*points, *past)])


PLANS = plans()
BEGIN = at("Monday 2026-02-16 00:00")
MOMENTS = st.integers(0, 30 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))
SPANS = st.tuples(MOMENTS, st.integers(1, 20 * 24 * 60)).map(
    lambda span: (span[0], span[0] + timedelta(minutes=span[1]))
)
LEAVES = st.none() | st.integers(0, 40).map(lambda days: BEGIN + timedelta(days=days))


@given(SPANS, WEEKS, PLANS, LEAVES, st.none() | WEEKS)
def test_the_points_come_in_order_and_none_ahead_of_its_time_or_past_it(
    span: tuple[datetime, datetime],
    calendar: Calendar,
    plan: tuple[Point, ...],
    leaves: datetime | None,
    theirs: Calendar | None,
) -> None:
    set_at, due = span
    points = planned(set_at, due, calendar, plan, leaves=leaves, theirs=theirs)
    told = told_due(set_at, due, calendar, theirs)
    assert told <= due
    assert [one.at for one in points] == sorted(one.at for one in points)
    for one in points:
        assert one.point in plan
        assert one.at > set_at
        if one.point.kind.ahead:
            assert one.at < told
            assert one.until is not None
            assert one.until <= told
        elif one.point.kind is Kind.DUE:
            assert (one.at, one.until) == (told, told + GRACE)
        else:
            assert one.at > due
            assert calendar.is_open(one.at), "what is past due is said in working time"
            assert one.until is None
        assert Planned.read(one.kept()) == one


@given(SPANS, PLANS, WEEKS)
def test_what_is_said_ahead_is_not_said_when_its_owner_has_gone_home(
    span: tuple[datetime, datetime], plan: tuple[Point, ...], theirs: Calendar
) -> None:
    for one in planned(*span, CHICAGO, plan, theirs=theirs):
        # On a day off, or before they have come, whoever covers hears of it, or it waits.
        if one.point.kind.ahead and not theirs.in_hours(one.at) and theirs.is_open_day(theirs.today(one.at)):
            assert theirs.today(theirs.last_close(one.at)) < theirs.today(one.at), one


@given(SPANS, WEEKS, PLANS)
def test_whoever_looks_at_each_next_word_misses_none_and_hears_none_twice(
    span: tuple[datetime, datetime], calendar: Calendar, plan: tuple[Point, ...]
) -> None:
    set_at, due = span
    points = planned(set_at, due, calendar, plan)
    told: list[str] = []
    now: datetime | None = set_at
    while now is not None:
        told += [one.point.name for one in owed(points, told, now)]
        now = next_word(points, told, now)
    # A wish changes when a word comes, and not how often; of those that come at once the newest is said.
    assert len(told) == len(set(told))
    expected = {one.point.name for one in points if not one.point.kind.ahead}
    assert expected <= set(told)
    instants = {one.at for one in points if one.point.kind.ahead}
    assert {one.at for one in points if one.point.name in told and one.point.kind.ahead} == instants


@given(SPANS, WEEKS, PLANS, st.lists(MOMENTS, max_size=6))
def test_whatever_moments_are_looked_at_nothing_past_due_is_lost(
    span: tuple[datetime, datetime], calendar: Calendar, plan: tuple[Point, ...], looks: list[datetime]
) -> None:
    points = planned(*span, calendar, plan)
    if not points:
        return  # nothing that the calendar knows
    told: list[str] = []
    for now in (*sorted(looks), max(one.at for one in points)):
        found = owed(points, told, now)
        assert all(one.at <= now for one in found)
        assert sum(one.point.kind.ahead for one in found) <= 1
        told += [one.point.name for one in found]
    assert {one.point.name for one in points if one.point.kind.past} <= set(told)
    assert len(told) == len(set(told))


@pytest.mark.parametrize("until", [None, DUE + GRACE])
def test_what_is_kept_of_a_point_is_read_back(until: datetime | None) -> None:
    one = Planned(DUE.astimezone(CHICAGO.tz), Point(Kind.BEFORE, 240), until)
    assert Planned.read(one.kept()) == one
    assert one.kept()[1] == "before-240"
    assert read_plan([str(one) for one in USUAL]) == USUAL
