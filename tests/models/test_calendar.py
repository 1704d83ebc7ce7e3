"""Office hours by tables of dates, the nights on which the clocks change included."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.calendar import Calendar, Closure, UnknownDay, hours
from tests.models.spelled_dates import at, day

WORKDAYS = (hours("8:00-17:00"),) * 5 + ((), ())
LUNCH = (hours("8:00-12:00, 13:00-17:00"),) * 5 + ((), ())
NIGHTS = (hours("22:00-6:00"),) * 5 + ((), ())
ALWAYS = (hours("0:00-24:00"),) * 7
FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)
CLOSED = (
    Closure(day("Monday 2026-02-16"), "Washington's Birthday"),
    Closure(day("Tuesday 2026-02-17"), "Snow", 780, 1440),
    Closure(day("Friday 2026-07-03"), "Independence Day (observed)"),
    Closure(day("Saturday 2026-07-04"), "Independence Day"),
)


def office(week=WORKDAYS, closures=CLOSED, zone="America/Chicago", first=FIRST, last=LAST) -> Calendar:
    return Calendar(zone, week, closures, first, last)


def test_a_wrong_weekday_in_a_table_is_noticed():
    with pytest.raises(AssertionError, match="is a Friday, not a Thursday"):
        at("Thursday 2026-03-06 16:30")
    with pytest.raises(AssertionError, match="is a Saturday, not a Friday"):
        day("Friday 2026-07-04")


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("8:00-17:00", ((480, 1020),)),
        ("08:00 – 12:00,13:00-17:00", ((480, 720), (780, 1020))),
        ("", ()),
        ("  ", ()),
        ("22:00-06:00", ((1320, 1800),)),
        ("0:00-24:00", ((0, 1440),)),
        ("22:00-0:00", ((1320, 1440),)),
    ],
)
def test_hours_are_read_as_people_write_them(text, spans):
    assert hours(text) == spans


@pytest.mark.parametrize(
    "text", ["8-17", "8:00", "8:00-8:00", "8:00-25:00", "24:00-6:00", "8:60-9:00", "8:00-9:00,"]
)
def test_hours_that_cannot_be_read_are_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match=r"^(Hours are written like|'.*' are not hours of a day)"):
        hours(text)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"week": ((),) * 7}, "never open"),
        ({"week": WORKDAYS[:6]}, "seven days of hours, Monday first; here are 6"),
        ({"week": (((780, 1020), (480, 720)), *WORKDAYS[1:])}, "Monday: hours must be in order"),
        ({"week": (*WORKDAYS[:1], ((480, 720), (700, 1020)), *WORKDAYS[2:])}, "Tuesday: .*overlap"),
        ({"week": (hours("22:00-9:00"), hours("8:00-17:00"), *WORKDAYS[2:])}, "Tuesday: .*overlap"),
        ({"week": (hours("4:00-8:00"), *WORKDAYS[1:6], hours("22:00-5:00"))}, "Monday: .*overlap"),
        ({"week": (((480, 2000),), *WORKDAYS[1:])}, "Monday: .*within 24 hours"),
        ({"week": (((-60, 60),), *WORKDAYS[1:])}, "Monday: .*start on that day"),
        ({"week": (((600, 600),), *WORKDAYS[1:])}, "Monday: .*start on that day"),
        ({"zone": "America/Springfield"}, "no time zone called 'America/Springfield'"),
        ({"zone": "../etc"}, "no time zone called"),
        ({"zone": "America"}, "no time zone called"),
        ({"zone": ""}, "no time zone called"),
        ({"first": LAST, "last": FIRST}, "cannot begin on 2028-12-31"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_with_the_reason(changes, reason):
    with pytest.raises(ValueError, match=reason):
        office(**changes)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"start": 60},
        {"end": 60},
        {"start": 600, "end": 600},
        {"start": 1440, "end": 1500},
        {"start": -1, "end": 10},
    ],
)
def test_a_closure_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="The closure on 2026-02-16"):
        Closure(**{"day": day("Monday 2026-02-16"), "name": "Snow", **wrong})


def test_an_office_that_closures_keep_shut_has_no_open_day():
    every = tuple(Closure(FIRST + timedelta(days=number), "Strike") for number in range(10))
    shut = office(closures=every, first=FIRST, last=FIRST + timedelta(days=9))
    with pytest.raises(UnknownDay):
        shut.open_day(FIRST, 0)
    with pytest.raises(UnknownDay):
        shut.add_minutes(at("Friday 2026-01-02 10:00"), 1)
    with pytest.raises(UnknownDay):
        shut.next_open(at("Friday 2026-01-02 10:00"))


def test_the_version_changes_with_the_content_and_with_nothing_else():
    assert office().version == office(closures=CLOSED[::-1]).version
    assert len(office().version) == 12
    others = [
        office(zone="UTC"),
        office(LUNCH),
        office(closures=CLOSED[1:]),
        office(closures=(Closure(CLOSED[0].day, "Presidents' Day"), *CLOSED[1:])),
        office(first=FIRST + timedelta(days=1)),
        office(last=LAST - timedelta(days=1)),
    ]
    assert len({office().version, *(one.version for one in others)}) == 7


@pytest.mark.parametrize(
    ("on", "after", "expected"),
    [
        ("Friday 2026-03-06", 0, "Friday 2026-03-06"),
        ("Friday 2026-03-06", 1, "Monday 2026-03-09"),
        ("Saturday 2026-03-07", 0, "Monday 2026-03-09"),
        ("Saturday 2026-03-07", 1, "Tuesday 2026-03-10"),
        ("Friday 2026-02-13", 1, "Tuesday 2026-02-17"),
        ("Thursday 2026-07-02", 1, "Monday 2026-07-06"),
        ("Thursday 2026-12-31", 2, "Monday 2027-01-04"),
        ("Monday 2028-02-28", 1, "Tuesday 2028-02-29"),
        ("Tuesday 2028-02-29", 1, "Wednesday 2028-03-01"),
    ],
)
def test_open_days_are_counted_over_closed_ones(on, after, expected):
    assert office().open_day(day(on), after) == day(expected)


def test_the_next_open_day_is_never_the_day_itself():
    assert office().next_open_day(day("Thursday 2026-07-02")) == day("Monday 2026-07-06")
    assert office().next_open_day(day("Saturday 2026-07-04")) == day("Monday 2026-07-06")


def test_open_days_are_not_counted_backward():
    with pytest.raises(ValueError, match="forward"):
        office().open_day(day("Friday 2026-03-06"), -1)


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("Saturday 2026-03-07", "closed on Saturdays"),
        ("Sunday 2026-03-08", "closed on Sundays"),
        ("Monday 2026-02-16", "Washington's Birthday"),
        ("Saturday 2026-07-04", "Independence Day"),
    ],
)
def test_a_closed_day_says_why(on, why):
    assert not office().is_open_day(day(on))
    assert office().why_closed(day(on)) == why


def test_a_day_that_half_day_closures_take_whole_is_closed_by_their_names():
    on = day("Tuesday 2026-02-17")
    shut = office(closures=(Closure(on, "Snow", 0, 720), Closure(on, "Ice", 720, 1440)))
    assert not shut.is_open_day(on)
    assert shut.why_closed(on) == "Snow and Ice"


def test_an_open_day_has_no_reason_to_be_closed_and_a_closed_one_no_hours():
    with pytest.raises(ValueError, match="2026-03-06 is an open day"):
        office().why_closed(day("Friday 2026-03-06"))
    for ask in (office().opening, office().closing):
        with pytest.raises(ValueError, match="does not open on 2026-03-07: closed on Saturdays"):
            ask(day("Saturday 2026-03-07"))
    assert office().spans(day("Saturday 2026-03-07")) == ()


def test_a_half_day_closes_early_and_lunch_makes_two_spans():
    half = day("Tuesday 2026-02-17")
    assert office().closing(half) == at("Tuesday 2026-02-17 13:00")
    lunch = office(LUNCH).spans(day("Friday 2026-03-06"))
    assert list(lunch) == [
        (at("Friday 2026-03-06 08:00"), at("Friday 2026-03-06 12:00")),
        (at("Friday 2026-03-06 13:00"), at("Friday 2026-03-06 17:00")),
    ]
    assert all(instant.tzinfo is UTC for span in lunch for instant in span)


def test_a_night_desk_belongs_to_the_day_it_opens_on():
    nights = office(NIGHTS, closures=(Closure(day("Tuesday 2026-03-10"), "Training"),))
    assert nights.opening(day("Friday 2026-03-06")) == at("Friday 2026-03-06 22:00")
    assert nights.closing(day("Friday 2026-03-06")) == at("Saturday 2026-03-07 06:00")
    assert nights.is_open(at("Saturday 2026-03-07 05:59"))
    assert not nights.is_open(at("Saturday 2026-03-07 22:30"))
    # The closed Tuesday shuts the night that begins on it, not the one that ends on it.
    assert nights.is_open(at("Tuesday 2026-03-10 05:00"))
    assert not nights.is_open(at("Wednesday 2026-03-11 05:00"))


def test_a_half_day_closure_reaches_the_night_that_runs_into_it():
    nights = office(NIGHTS, closures=(Closure(day("Tuesday 2026-03-10"), "Power cut", 120, 240),))
    assert nights.spans(day("Monday 2026-03-09")) == (
        (at("Monday 2026-03-09 22:00"), at("Tuesday 2026-03-10 02:00")),
        (at("Tuesday 2026-03-10 04:00"), at("Tuesday 2026-03-10 06:00")),
    )


@pytest.mark.parametrize(
    ("when", "is_open", "in_hours", "with_grace"),
    [
        ("Friday 2026-03-06 07:59", False, False, False),
        ("Friday 2026-03-06 08:00", True, True, True),
        ("Friday 2026-03-06 16:59", True, True, True),
        ("Friday 2026-03-06 17:00", False, True, True),
        ("Friday 2026-03-06 17:01", False, False, True),
        ("Friday 2026-03-06 17:15", False, False, True),
        ("Friday 2026-03-06 17:16", False, False, False),
        ("Saturday 2026-03-07 10:00", False, False, False),
        ("Monday 2026-02-16 10:00", False, False, False),
    ],
)
def test_an_office_is_open_until_its_closing_and_in_hours_at_it(when, is_open, in_hours, with_grace):
    instant = at(when)
    assert (office().is_open(instant), office().in_hours(instant), office().in_hours(instant, 15)) == (
        is_open,
        in_hours,
        with_grace,
    )


@pytest.mark.parametrize(
    ("when", "opens", "closed"),
    [
        ("Friday 2026-03-06 16:59", "Friday 2026-03-06 16:59", "Thursday 2026-03-05 17:00"),
        ("Friday 2026-03-06 17:00", "Monday 2026-03-09 08:00", "Friday 2026-03-06 17:00"),
        ("Sunday 2026-03-08 02:30", "Monday 2026-03-09 08:00", "Friday 2026-03-06 17:00"),
        ("Tuesday 2026-02-17 13:00", "Wednesday 2026-02-18 08:00", "Tuesday 2026-02-17 13:00"),
        ("Friday 2026-07-03 12:00", "Monday 2026-07-06 08:00", "Thursday 2026-07-02 17:00"),
    ],
)
def test_the_next_opening_and_the_last_closing_are_found(when, opens, closed):
    assert office().next_open(at(when)) == at(opens)
    assert office().last_close(at(when)) == at(closed)


@pytest.mark.parametrize(
    ("week", "start", "minutes", "end"),
    [
        (WORKDAYS, "Friday 2026-03-06 16:30", 30, "Friday 2026-03-06 17:00"),
        (WORKDAYS, "Friday 2026-03-06 16:30", 31, "Monday 2026-03-09 08:01"),
        (WORKDAYS, "Friday 2026-03-06 17:00", 60, "Monday 2026-03-09 09:00"),
        (WORKDAYS, "Saturday 2026-03-07 10:00", 540, "Monday 2026-03-09 17:00"),
        (WORKDAYS, "Saturday 2026-03-07 10:00", 0, "Monday 2026-03-09 08:00"),
        (WORKDAYS, "Tuesday 2026-02-17 12:00", 90, "Wednesday 2026-02-18 08:30"),
        (LUNCH, "Friday 2026-03-06 11:00", 60, "Friday 2026-03-06 12:00"),
        (LUNCH, "Friday 2026-03-06 11:00", 61, "Friday 2026-03-06 13:01"),
        (LUNCH, "Friday 2026-03-06 12:30", 10, "Friday 2026-03-06 13:10"),
        (NIGHTS, "Friday 2026-03-06 23:00", 480, "Monday 2026-03-09 23:00"),
        (ALWAYS, "Saturday 2026-03-07 12:00", 1440, "Sunday 2026-03-08 13:00"),
        (ALWAYS, "Saturday 2026-10-31 12:00", 1440, "Sunday 2026-11-01 11:00"),
        (ALWAYS, "Sunday 2026-11-01 01:30", 60, "Sunday 2026-11-01 01:30 again"),
        (ALWAYS, "Thursday 2026-12-31 23:30", 60, "Friday 2027-01-01 00:30"),
    ],
)
def test_working_minutes_are_added_and_measured(week, start, minutes, end):
    calendar = office(week)
    assert calendar.add_minutes(at(start), minutes) == at(end).astimezone(UTC)
    assert calendar.minutes_between(at(start), at(end)) == minutes
    assert calendar.minutes_between(at(end), at(start)) == -minutes


@pytest.mark.parametrize(
    ("week", "end", "minutes", "start"),
    [
        (WORKDAYS, "Monday 2026-03-09 12:00", 240, "Monday 2026-03-09 08:00"),
        (WORKDAYS, "Monday 2026-03-09 12:00", 241, "Friday 2026-03-06 16:59"),
        (WORKDAYS, "Monday 2026-03-09 17:00", 540, "Monday 2026-03-09 08:00"),
        (WORKDAYS, "Sunday 2026-03-08 12:00", 60, "Friday 2026-03-06 16:00"),
        (WORKDAYS, "Sunday 2026-03-08 12:00", 0, "Friday 2026-03-06 17:00"),
        (WORKDAYS, "Monday 2026-03-09 08:00", 0, "Monday 2026-03-09 08:00"),
        (WORKDAYS, "Monday 2026-03-09 17:00", 0, "Monday 2026-03-09 17:00"),
        (LUNCH, "Friday 2026-03-06 14:00", 61, "Friday 2026-03-06 11:59"),
        (ALWAYS, "Sunday 2026-03-08 13:00", 1440, "Saturday 2026-03-07 12:00"),
    ],
)
def test_working_minutes_are_walked_backward(week, end, minutes, start):
    assert office(week).subtract_minutes(at(end), minutes) == at(start)


def test_negative_minutes_are_refused():
    for ask in (office().add_minutes, office().subtract_minutes):
        with pytest.raises(ValueError, match="from zero up"):
            ask(at("Friday 2026-03-06 16:30"), -1)


def test_seconds_and_their_parts_are_kept():
    start = at("Friday 2026-03-06 16:59") + timedelta(seconds=59, microseconds=999_999)
    end = at("Monday 2026-03-09 08:59") + timedelta(seconds=59, microseconds=999_999)
    assert office().is_open(start)
    assert office().add_minutes(start, 60) == end
    assert office().subtract_minutes(end, 60) == start


# The nights on which the clocks change. America/Chicago: from 02:00 to 03:00 on Sunday 2026-03-08,
# from 02:00 back to 01:00 on Sunday 2026-11-01.


def only(hours_text: str, on: str) -> Calendar:
    week = [()] * 7
    week[day(on).weekday()] = hours(hours_text)
    return office(tuple(week), ())


@pytest.mark.parametrize(
    ("on", "text", "open_minutes"),
    [
        ("Sunday 2026-03-08", "1:00-4:00", 120),
        ("Sunday 2026-11-01", "1:00-4:00", 240),
        ("Sunday 2026-11-01", "0:00-1:30", 90),  # until the first half past one
        ("Sunday 2026-11-01", "1:30-2:00", 90),  # from the first half past one
        (
            "Sunday 2026-03-08",
            "1:00-2:30",
            90,
        ),  # half past two does not exist: 90 minutes after one it is over
        ("Sunday 2026-03-08", "2:30-4:00", 30),
        ("Sunday 2026-03-08", "1:00-2:30, 3:00-4:00", 120),  # the spans meet; no minute counts twice
        ("Saturday 2026-03-07", "22:00-6:00", 420),
        ("Saturday 2026-10-31", "22:00-6:00", 540),
    ],
)
def test_on_the_nights_the_clocks_change_real_minutes_count(on, text, open_minutes):
    calendar, begin = only(text, on), at(f"{on} 00:00")
    assert calendar.minutes_between(begin, begin + timedelta(hours=36)) == open_minutes


def test_hours_that_the_clocks_skip_make_a_closed_day():
    calendar = only("2:30-3:00", "Sunday 2026-03-08")
    assert not calendar.is_open_day(day("Sunday 2026-03-08"))
    assert calendar.why_closed(day("Sunday 2026-03-08")) == "the clocks skip its hours"
    assert calendar.is_open_day(day("Sunday 2026-03-15"))


def test_a_closure_that_the_clocks_skip_takes_no_minute():
    on = day("Sunday 2026-03-08")
    calendar = office(ALWAYS, (Closure(on, "Drill", 150, 180),))
    assert calendar.minutes_between(at("Sunday 2026-03-08 00:00"), at("Monday 2026-03-09 00:00")) == 23 * 60
    assert calendar.spans(on) == ((at("Sunday 2026-03-08 00:00"), at("Monday 2026-03-09 00:00")),)


def test_a_day_is_never_over_before_the_day_ahead_of_it_even_when_the_clocks_jump():
    # Saturday's hours end at half past two, which is skipped: 90 minutes after one it is half past three.
    calendar = office(((),) * 5 + (hours("22:00-2:30"), hours("3:00-3:20")), ())
    assert calendar.closing(day("Saturday 2026-03-07")) == at("Sunday 2026-03-08 03:30")
    assert calendar.closing(day("Sunday 2026-03-08")) == at("Sunday 2026-03-08 03:30")


def test_a_zone_whose_clocks_change_by_half_an_hour_is_no_exception():
    calendar = office(ALWAYS, (), "Australia/Lord_Howe")
    start = at("Sunday 2026-04-05 00:00", "Australia/Lord_Howe")
    assert (
        calendar.minutes_between(start, at("Monday 2026-04-06 00:00", "Australia/Lord_Howe")) == 24 * 60 + 30
    )


# What is not known


def test_what_lies_outside_the_known_days_is_refused_in_a_sentence_that_names_them():
    calendar = office()
    sentence = "knows the days from 2026-01-01 to 2028-12-31; this needs "
    with pytest.raises(UnknownDay, match=sentence + "2029-01-02"):
        calendar.is_open_day(day("Tuesday 2029-01-02"))
    with pytest.raises(UnknownDay, match=sentence + "2025-12-31"):
        calendar.is_open(at("Wednesday 2025-12-31 10:00"))
    with pytest.raises(UnknownDay, match=sentence + "2029-01-02"):
        calendar.next_open(at("Tuesday 2029-01-02 10:00"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda calendar: calendar.add_minutes(at("Friday 2028-12-29 16:00"), 61),
        lambda calendar: calendar.next_open(at("Friday 2028-12-29 17:00")),
        lambda calendar: calendar.open_day(day("Friday 2028-12-29"), 1),
        lambda calendar: calendar.next_open_day(day("Sunday 2028-12-31")),
        lambda calendar: calendar.business_day(at("Friday 2028-12-29 17:00")),
        lambda calendar: calendar.subtract_minutes(at("Thursday 2026-01-01 09:00"), 61),
        lambda calendar: calendar.last_close(at("Thursday 2026-01-01 09:00")),
        lambda calendar: calendar.minutes_between(
            at("Friday 2026-01-02 09:00"), at("Monday 2029-01-01 09:00")
        ),
        lambda calendar: calendar.why_closed(day("Monday 2029-01-01")),
        lambda calendar: calendar.spans(day("Monday 2029-01-01")),
        lambda calendar: calendar.in_hours(at("Monday 2029-01-01 00:00")),
        lambda calendar: calendar.is_open(at("Monday 2029-01-01 00:00")),
        lambda calendar: calendar.check_known(at("Monday 2029-01-01 00:01")),
    ],
)
def test_an_answer_that_would_need_an_unknown_day_is_never_guessed(ask):
    with pytest.raises(UnknownDay):
        ask(office())


def test_the_very_last_known_minute_can_still_be_reached():
    assert office(ALWAYS).add_minutes(at("Sunday 2028-12-31 23:00"), 60) == at("Monday 2029-01-01 00:00")
    assert office(ALWAYS).closing(day("Sunday 2028-12-31")) == at("Monday 2029-01-01 00:00")


def test_a_night_that_runs_beyond_the_known_days_has_no_known_closing():
    nights = (hours("22:00-6:00"),) * 7
    for ask in (office(nights).closing, office(nights).spans):
        with pytest.raises(UnknownDay, match="needs 2029-01-01"):
            ask(day("Sunday 2028-12-31"))
    assert office(nights).add_minutes(at("Sunday 2028-12-31 23:00"), 60) == at("Monday 2029-01-01 00:00")
    with pytest.raises(UnknownDay, match="needs 2029-01-01"):
        office(nights).add_minutes(at("Sunday 2028-12-31 23:00"), 61)
    # Nor is it known whether a night began on the day before the first.
    with pytest.raises(UnknownDay, match="needs 2025-12-31"):
        office(nights).is_open(at("Thursday 2026-01-01 05:59"))
    assert not office(nights).is_open(at("Thursday 2026-01-01 06:00"))


def test_a_naive_datetime_is_refused_everywhere():
    naive = datetime(2026, 3, 6, 16, 30)  # noqa: DTZ001  # the mistake that is meant
    calendar = office()
    for ask in (calendar.local, calendar.today, calendar.is_open, calendar.next_open, calendar.last_close):
        with pytest.raises(ValueError, match="naive"):
            ask(naive)
    for count in (calendar.add_minutes, calendar.subtract_minutes):
        for minutes in (0, 10):
            with pytest.raises(ValueError, match="naive"):
                count(naive, minutes)


def test_the_local_day_is_the_offices_and_not_utcs():
    assert office().today(datetime(2026, 3, 7, 3, 0, tzinfo=UTC)) == day("Friday 2026-03-06")
    assert office().local(datetime(2026, 3, 7, 3, 0, tzinfo=UTC)).isoformat() == "2026-03-06T21:00:00-06:00"
