"""Deadlines by tables of dates, rule by rule. Office: Chicago, Monday to Friday 8 to 17, federal holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.calendar import Calendar, Closure, UnknownDay, hours
from models.closures import freeze
from models.count import Count
from models.deadline import promise, reckon, reckon_all
from models.standard import Rule, load_standard
from tests.models.spelled_dates import at, day

FIRST, LAST = date(2025, 1, 1), date(2029, 12, 31)
HOLIDAYS = freeze("US", FIRST, LAST)
WORKDAYS = (hours("8:00-17:00"),) * 5 + ((), ())
LUNCH = (hours("8:00-12:00, 13:00-17:00"),) * 5 + ((), ())
NIGHTS = (hours("22:00-6:00"),) * 5 + ((), ())
SEVEN = (hours("9:00-21:00"),) * 7
ALWAYS = (hours("0:00-24:00"),) * 7


def office(week=WORKDAYS, closures=(), zone="America/Chicago", last=LAST) -> Calendar:
    return Calendar(zone, week, (*HOLIDAYS, *closures), FIRST, last)


def rule(**count) -> Rule:
    return Rule(
        id="R0",
        citation="made up",
        says="It is answered in time.",
        channels=("email",),
        kind="respond",
        count=Count.model_validate(count),
        met_by=("answer", "acknowledgement"),
    )


def due(received: str, calendar: Calendar | None = None, **count) -> datetime:
    return reckon(at(received), rule(**count), calendar or office()).due


def test_the_departmental_standard_gives_an_email_the_next_business_day():
    (found,) = reckon_all(at("Friday 2026-03-06 16:30"), load_standard("departmental"), "email", office())
    assert found.due.astimezone(office().tz).isoformat() == "2026-03-09T17:00:00-05:00"
    assert found.due.tzinfo is UTC
    assert found.aim == found.due
    assert (found.kind, found.rule, found.citation) == ("respond", "R5", "FED L3 (3)")
    assert found.met_by == ("answer", "acknowledgement")
    assert found.because == (
        "Received Friday 2026-03-06 16:30, before closing at 17:00: that day is day 0.",
        "Skipped Saturday 2026-03-07: closed on Saturdays.",
        "Skipped Sunday 2026-03-08: closed on Sundays.",
        "Business day 1 is Monday 2026-03-09.",
        "Due at its last closing, Monday 2026-03-09 17:00 CDT.",
    )
    assert found.in_short == (
        "day 0 Fri 2026-03-06, business day 1 Mon 2026-03-09, due at closing 17:00; "
        "skipped Sat 03-07, Sun 03-08"
    )


def test_a_closure_is_named_where_it_is_skipped():
    found = reckon(at("Friday 2026-02-13 17:01"), rule(business_days=1), office())
    assert found.because == (
        "Received Friday 2026-02-13 17:01, after closing at 17:00: the next open day is day 0.",
        "Skipped Saturday 2026-02-14: closed on Saturdays.",
        "Skipped Sunday 2026-02-15: closed on Sundays.",
        "Skipped Monday 2026-02-16: Washington's Birthday.",
        "Day 0 is Tuesday 2026-02-17.",
        "Business day 1 is Wednesday 2026-02-18.",
        "Due at its last closing, Wednesday 2026-02-18 17:00 CST.",
    )
    assert found.in_short == (
        "day 0 Tue 2026-02-17, business day 1 Wed 2026-02-18, due at closing 17:00; "
        "skipped Mon 2026-02-16 Washington's Birthday and 2 more"
    )


@pytest.mark.parametrize(
    ("received", "days", "expected"),
    [
        ("Thursday 2026-03-05 08:00", 1, "Friday 2026-03-06 17:00"),
        ("Thursday 2026-03-05 07:00", 1, "Friday 2026-03-06 17:00"),
        ("Friday 2026-03-06 16:59", 1, "Monday 2026-03-09 17:00"),
        ("Friday 2026-03-06 17:00", 1, "Tuesday 2026-03-10 17:00"),
        ("Friday 2026-03-06 17:01", 1, "Tuesday 2026-03-10 17:00"),
        ("Saturday 2026-03-07 12:00", 1, "Tuesday 2026-03-10 17:00"),
        ("Sunday 2026-03-08 02:30", 1, "Tuesday 2026-03-10 17:00"),
        ("Friday 2026-03-06 16:59", 2, "Tuesday 2026-03-10 17:00"),
        ("Friday 2026-03-06 12:00", 10, "Friday 2026-03-20 17:00"),
        # a holiday beside a weekend, on either side
        ("Friday 2026-02-13 16:00", 1, "Tuesday 2026-02-17 17:00"),
        ("Monday 2026-02-16 10:00", 1, "Wednesday 2026-02-18 17:00"),
        ("Thursday 2026-06-18 16:59", 1, "Monday 2026-06-22 17:00"),
        # Independence Day of 2026 is a Saturday and observed on the Friday
        ("Thursday 2026-07-02 16:59", 1, "Monday 2026-07-06 17:00"),
        ("Thursday 2026-07-02 17:00", 1, "Tuesday 2026-07-07 17:00"),
        ("Friday 2026-07-03 09:00", 1, "Tuesday 2026-07-07 17:00"),
        ("Saturday 2026-07-04 09:00", 2, "Wednesday 2026-07-08 17:00"),
        # Thanksgiving
        ("Wednesday 2026-11-25 12:00", 1, "Friday 2026-11-27 17:00"),
        # the end of a year
        ("Thursday 2026-12-31 16:59", 1, "Monday 2027-01-04 17:00"),
        ("Thursday 2026-12-24 17:00", 1, "Tuesday 2026-12-29 17:00"),
        ("Thursday 2027-12-30 12:00", 1, "Monday 2028-01-03 17:00"),
        # a leap day
        ("Monday 2028-02-28 12:00", 1, "Tuesday 2028-02-29 17:00"),
        ("Tuesday 2028-02-29 12:00", 1, "Wednesday 2028-03-01 17:00"),
    ],
)
def test_business_days_are_counted_from_the_day_of_receipt(received, days, expected):
    assert due(received, business_days=days) == at(expected)


def test_seconds_before_closing_still_count_as_that_day():
    received = at("Friday 2026-03-06 16:59") + timedelta(seconds=59, microseconds=999_999)
    assert reckon(received, rule(business_days=1), office()).due == at("Monday 2026-03-09 17:00")


def test_a_closure_added_afterwards_moves_the_deadline():
    snow = Closure(day("Monday 2026-03-09"), "Snow")
    assert due("Friday 2026-03-06 16:30", office(closures=[snow]), business_days=1) == at(
        "Tuesday 2026-03-10 17:00"
    )


def test_a_half_day_closes_the_day_of_receipt_and_the_day_due_early():
    half = office(closures=[Closure(day("Friday 2026-03-06"), "Staff day", 12 * 60, 17 * 60)])
    assert due("Thursday 2026-03-05 10:00", half, business_days=1) == at("Friday 2026-03-06 12:00")
    assert due("Friday 2026-03-06 11:59", half, business_days=1) == at("Monday 2026-03-09 17:00")
    assert due("Friday 2026-03-06 12:00", half, business_days=1) == at("Tuesday 2026-03-10 17:00")
    assert due("Thursday 2026-03-05 15:00", half, clock_hours=24) == at("Friday 2026-03-06 12:00")
    assert due("Friday 2026-02-27 15:00", half, weeks=1) == at("Friday 2026-03-06 12:00")


def test_a_lunch_break_does_not_end_the_day():
    assert due("Friday 2026-03-06 12:30", office(LUNCH), business_days=1) == at("Monday 2026-03-09 17:00")
    assert due("Friday 2026-03-06 12:30", office(LUNCH), business_hours=4) == at("Friday 2026-03-06 17:00")
    assert due("Friday 2026-03-06 12:30", office(LUNCH), clock_hours=24) == at("Monday 2026-03-09 13:00")


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("Thursday 2026-03-05 20:00", "Saturday 2026-03-07 06:00"),
        ("Thursday 2026-03-05 23:00", "Saturday 2026-03-07 06:00"),
        # After midnight the desk is still in the hours that it opened for the evening before: that is day 0.
        ("Friday 2026-03-06 02:00", "Saturday 2026-03-07 06:00"),
        ("Friday 2026-03-06 05:59", "Saturday 2026-03-07 06:00"),
        ("Friday 2026-03-06 06:00", "Tuesday 2026-03-10 06:00"),
        ("Saturday 2026-03-07 02:00", "Tuesday 2026-03-10 06:00"),
        ("Saturday 2026-03-07 06:00", "Wednesday 2026-03-11 06:00"),
    ],
)
def test_a_night_desk_counts_what_comes_after_midnight_to_the_night_it_came_in(received, expected):
    assert due(received, office(NIGHTS), business_days=1) == at(expected)


def test_a_night_desk_tells_which_day_is_day_0_and_when_its_hours_end():
    found = reckon(at("Friday 2026-03-06 02:00"), rule(business_days=1), office(NIGHTS))
    assert found.because == (
        "Received Friday 2026-03-06 02:00, in the hours that began on Thursday 2026-03-05 "
        "and close at 06:00: that is day 0.",
        "Business day 1 is Friday 2026-03-06.",
        "Due at its last closing, Saturday 2026-03-07 06:00 CST.",
    )
    assert found.in_short == (
        "day 0 Thu 2026-03-05, business day 1 Fri 2026-03-06, due at closing Sat 03-07 06:00"
    )


def test_a_seven_day_desk_closes_on_holidays_only():
    assert due("Saturday 2026-03-07 20:59", office(SEVEN), business_days=1) == at("Sunday 2026-03-08 21:00")
    assert due("Sunday 2026-02-15 20:00", office(SEVEN), business_days=1) == at("Tuesday 2026-02-17 21:00")


def test_a_desk_that_never_closes_counts_from_midnight_to_midnight():
    assert due("Wednesday 2026-03-11 00:00", office(ALWAYS), business_days=1) == at("Friday 2026-03-13 00:00")
    assert due("Wednesday 2026-03-11 23:59", office(ALWAYS), business_days=1) == at("Friday 2026-03-13 00:00")


def test_a_range_gives_an_aim_and_a_due():
    found = reckon(at("Friday 2026-03-06 16:30"), rule(business_days=[1, 2]), office())
    assert (found.aim, found.due) == (at("Monday 2026-03-09 17:00"), at("Tuesday 2026-03-10 17:00"))
    assert "Business day 1 is Monday 2026-03-09. Aim for its last closing, 17:00." in found.because
    assert found.because[-1] == "Due at its last closing, Tuesday 2026-03-10 17:00 CDT."
    assert found.in_short == (
        "day 0 Fri 2026-03-06, aim Mon 03-09, due Tue 2026-03-10 at closing 17:00; "
        "skipped Sat 03-07, Sun 03-08"
    )


# R3: 24 to 48 hours


@pytest.mark.parametrize(
    ("received", "aim", "expected"),
    [
        ("Tuesday 2026-03-03 09:15", "Wednesday 2026-03-04 09:15", "Thursday 2026-03-05 09:15"),
        ("Friday 2026-03-06 16:30", "Monday 2026-03-09 16:30", "Tuesday 2026-03-10 16:30"),
        ("Friday 2026-03-06 16:59", "Monday 2026-03-09 16:59", "Tuesday 2026-03-10 16:59"),
        ("Friday 2026-03-06 17:00", "Tuesday 2026-03-10 08:00", "Wednesday 2026-03-11 08:00"),
        ("Saturday 2026-03-07 11:00", "Tuesday 2026-03-10 08:00", "Wednesday 2026-03-11 08:00"),
        ("Friday 2026-02-13 10:00", "Tuesday 2026-02-17 10:00", "Wednesday 2026-02-18 10:00"),
        ("Wednesday 2026-07-01 10:00", "Thursday 2026-07-02 10:00", "Monday 2026-07-06 10:00"),
        ("Friday 2026-10-30 10:00", "Monday 2026-11-02 10:00", "Tuesday 2026-11-03 10:00"),
    ],
)
def test_24_to_48_hours_are_the_same_time_one_and_two_open_days_later(received, aim, expected):
    found = reckon(at(received), rule(clock_hours=[24, 48]), office())
    assert (found.aim, found.due) == (at(aim), at(expected))


def test_24_to_48_hours_tell_where_they_begin_and_what_was_skipped():
    found = reckon(at("Saturday 2026-03-07 11:00"), rule(clock_hours=[24, 48]), office())
    assert found.because == (
        "Received Saturday 2026-03-07 11:00, while closed: counts as received at the next opening, "
        "Monday 2026-03-09 08:00.",
        "Skipped Saturday 2026-03-07: closed on Saturdays.",
        "Skipped Sunday 2026-03-08: closed on Sundays.",
        "Counted from Monday 2026-03-09.",
        "Open day 1 is Tuesday 2026-03-10. Aim for Tuesday 2026-03-10 08:00 CDT.",
        "Open day 2 is Wednesday 2026-03-11.",
        "Due at the same time of day, Wednesday 2026-03-11 08:00 CDT.",
    )
    assert found.in_short == (
        "from Mon 2026-03-09 08:00, aim Tue 03-10 08:00, due Wed 2026-03-11 08:00; "
        "skipped Sat 03-07, Sun 03-08"
    )


def test_24_hours_end_no_later_than_that_day_closes():
    early = office(closures=[Closure(day("Friday 2026-03-06"), "Staff day", 12 * 60, 17 * 60)])
    found = reckon(at("Thursday 2026-03-05 15:00"), rule(clock_hours=24), early)
    assert found.because[-1] == (
        "Due at closing, as the same time of day would be later, Friday 2026-03-06 12:00 CST."
    )


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("Thursday 2026-03-05 23:00", "Friday 2026-03-06 23:00"),
        ("Friday 2026-03-06 02:00", "Saturday 2026-03-07 02:00"),
        ("Friday 2026-03-06 23:00", "Monday 2026-03-09 23:00"),
        ("Saturday 2026-03-07 02:00", "Tuesday 2026-03-10 02:00"),
    ],
)
def test_24_hours_of_a_night_desk_end_in_its_next_night(received, expected):
    assert due(received, office(NIGHTS), clock_hours=24) == at(expected)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        # Half past two is skipped on Sunday 8 March: due when the clocks have jumped over it, at three.
        ("Saturday 2026-03-07 01:59", "Sunday 2026-03-08 01:59"),
        ("Saturday 2026-03-07 02:30", "Sunday 2026-03-08 03:00"),
        ("Saturday 2026-03-07 03:00", "Sunday 2026-03-08 03:00"),
        # Half past one comes twice on Sunday 1 November: due at the first.
        ("Saturday 2026-10-31 01:30", "Sunday 2026-11-01 01:30"),
        # Whatever comes in the second time round is not due before what came in the first.
        ("Sunday 2026-11-01 01:30", "Monday 2026-11-02 01:30"),
        ("Sunday 2026-11-01 01:59", "Monday 2026-11-02 01:59"),
        ("Sunday 2026-11-01 01:00 again", "Monday 2026-11-02 02:00"),
        ("Sunday 2026-11-01 01:30 again", "Monday 2026-11-02 02:00"),
        ("Sunday 2026-11-01 02:00", "Monday 2026-11-02 02:00"),
    ],
)
def test_the_same_time_of_day_on_the_nights_the_clocks_change(received, expected):
    assert due(received, office(ALWAYS), clock_hours=24) == at(expected).astimezone(UTC)


def test_a_time_that_the_clocks_skip_or_show_twice_is_explained():
    skipped = reckon(at("Saturday 2026-03-07 02:30"), rule(clock_hours=24), office(ALWAYS))
    assert skipped.because[-1] == "Due when the clocks have skipped 02:30, Sunday 2026-03-08 03:00 CDT."
    again = reckon(at("Sunday 2026-11-01 01:30 again"), rule(clock_hours=24), office(ALWAYS))
    assert again.because == (
        "Received Sunday 2026-11-01 01:30, while open.",
        "The clocks show that time twice, so it counts as 02:00.",
        "Counted from Sunday 2026-11-01.",
        "Open day 1 is Monday 2026-11-02.",
        "Due at the same time of day, Monday 2026-11-02 02:00 CST.",
    )


def test_a_night_desks_early_hours_are_not_due_before_the_day_ahead_is_over():
    # Monday and Tuesday begin at five; on Monday night the desk stays until half past five.
    week = (hours("5:00-6:00, 22:00-5:30"), hours("5:30-6:00, 22:00-5:00"), *WORKDAYS[2:])
    found = reckon(at("Monday 2026-03-09 05:10"), rule(clock_hours=24), office(week))
    assert found.due == at("Tuesday 2026-03-10 05:30")
    assert found.because[-1] == (
        "Due when the hours of the open day before end, as the same time of day would be earlier, "
        "Tuesday 2026-03-10 05:30 CDT."
    )


# R6: a week


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("Friday 2026-03-06 16:30", "Friday 2026-03-13 17:00"),
        ("Friday 2026-03-06 23:00", "Friday 2026-03-13 17:00"),
        ("Saturday 2026-03-07 10:00", "Monday 2026-03-16 17:00"),
        ("Monday 2026-02-09 10:00", "Tuesday 2026-02-17 17:00"),
        ("Friday 2026-06-26 10:00", "Monday 2026-07-06 17:00"),
        ("Sunday 2026-03-01 10:00", "Monday 2026-03-09 17:00"),
        ("Sunday 2026-10-25 10:00", "Monday 2026-11-02 17:00"),
        ("Thursday 2026-12-24 10:00", "Thursday 2026-12-31 17:00"),
        ("Friday 2026-12-25 10:00", "Monday 2027-01-04 17:00"),
        ("Tuesday 2028-02-22 10:00", "Tuesday 2028-02-29 17:00"),
    ],
)
def test_a_week_is_seven_calendar_days_and_ends_at_closing(received, expected):
    assert due(received, weeks=1) == at(expected)


def test_a_week_that_ends_on_a_holiday_says_so():
    found = reckon(at("Monday 2026-02-09 10:00"), rule(weeks=1), office())
    assert found.because == (
        "Received Monday 2026-02-09 10:00.",
        "7 calendar days later is Monday 2026-02-16.",
        "Skipped Monday 2026-02-16: Washington's Birthday.",
        "The next open day is Tuesday 2026-02-17.",
        "Due at its last closing, Tuesday 2026-02-17 17:00 CST.",
    )
    assert found.in_short == (
        "1 week from Mon 2026-02-09 is Mon 2026-02-16, due Tue 2026-02-17 at closing 17:00; "
        "skipped Mon 2026-02-16 Washington's Birthday"
    )


# Hours


@pytest.mark.parametrize(
    ("received", "number", "expected"),
    [
        ("Friday 2026-03-06 10:00", 4, "Friday 2026-03-06 14:00"),
        ("Friday 2026-03-06 13:00", 4, "Friday 2026-03-06 17:00"),
        ("Friday 2026-03-06 16:30", 4, "Monday 2026-03-09 11:30"),
        ("Friday 2026-03-06 17:00", 4, "Monday 2026-03-09 12:00"),
        ("Thursday 2026-07-02 16:00", 2, "Monday 2026-07-06 09:00"),
        ("Thursday 2026-12-31 16:00", 2, "Monday 2027-01-04 09:00"),
    ],
)
def test_business_hours_are_working_time(received, number, expected):
    assert due(received, business_hours=number) == at(expected)


def test_business_hours_tell_how_much_each_day_took():
    found = reckon(at("Friday 2026-03-06 16:30"), rule(business_hours=[1, 10]), office())
    assert found.because == (
        "Received Friday 2026-03-06 16:30, while open.",
        "Counted 30 minutes on Friday 2026-03-06.",
        "Skipped Saturday 2026-03-07: closed on Saturdays.",
        "Skipped Sunday 2026-03-08: closed on Sundays.",
        "Counted 9 hours on Monday 2026-03-09.",
        "Counted 30 minutes on Tuesday 2026-03-10.",
        "Aim: 1 business hour ends Monday 2026-03-09 08:30 CDT.",
        "Due when 10 business hours have passed, Tuesday 2026-03-10 08:30 CDT.",
    )


@pytest.mark.parametrize(
    ("received", "number", "expected"),
    [
        ("Friday 2026-03-06 16:30", 24, "Saturday 2026-03-07 16:30"),
        ("Saturday 2026-03-07 16:30", 24, "Sunday 2026-03-08 17:30"),
        ("Saturday 2026-10-31 16:30", 24, "Sunday 2026-11-01 15:30"),
        ("Saturday 2026-10-31 23:30", 2, "Sunday 2026-11-01 01:30"),
        ("Saturday 2026-10-31 23:30", 3, "Sunday 2026-11-01 01:30 again"),
    ],
)
def test_elapsed_hours_pass_day_and_night(received, number, expected):
    assert due(received, elapsed_hours=number) == at(expected).astimezone(UTC)


def test_elapsed_hours_say_that_closed_hours_count():
    found = reckon(at("Saturday 2026-03-07 16:30"), rule(elapsed_hours=[12, 24]), office())
    assert found.because == (
        "Received Saturday 2026-03-07 16:30; every hour counts, open or closed.",
        "Aim: 12 hours later, Sunday 2026-03-08 05:30 CDT.",
        "Due 24 hours later, Sunday 2026-03-08 17:30 CDT.",
    )


# All counts

ANY_COUNT = [
    {"business_days": 1},
    {"clock_hours": [24, 48]},
    {"weeks": 1},
    {"business_hours": 4},
    {"elapsed_hours": 24},
]


@pytest.mark.parametrize("count", ANY_COUNT)
def test_a_naive_instant_is_refused(count):
    with pytest.raises(ValueError, match="naive"):
        reckon(datetime(2026, 3, 6, 16, 30), rule(**count), office())  # noqa: DTZ001  # the mistake that is meant


@pytest.mark.parametrize("count", ANY_COUNT)
@pytest.mark.parametrize(
    "received", ["Monday 2029-12-31 16:59", "Tuesday 2030-01-01 10:00", "Tuesday 2024-12-31 10:00"]
)
def test_a_reckoning_that_leaves_the_known_days_is_refused(count, received):
    with pytest.raises(UnknownDay, match="knows the days from 2025-01-01 to 2029-12-31; this needs "):
        reckon(at(received), rule(**count), office())


def test_an_office_without_an_open_day_ahead_is_refused():
    for_good = [Closure(day("Monday 2026-03-09") + timedelta(days=number), "Moved") for number in range(365)]
    shut = Calendar("America/Chicago", WORKDAYS, tuple(for_good), FIRST, date(2026, 12, 31))
    with pytest.raises(UnknownDay):
        reckon(at("Friday 2026-03-06 16:30"), rule(business_days=1), shut)


def test_a_received_time_may_come_in_any_zone():
    berlin = at("Friday 2026-03-06 23:30", "Europe/Berlin")
    assert reckon(berlin, rule(business_days=1), office()) == reckon(
        at("Friday 2026-03-06 16:30"), rule(business_days=1), office()
    )


def test_a_default_says_first_that_it_is_one():
    (found,) = reckon_all(at("Friday 2026-03-06 16:30"), load_standard("departmental"), "walk-in", office())
    assert found.rule == "default"
    assert found.because[0].endswith("Replyby's own default of 2 business days applies.")
    assert found.due == at("Tuesday 2026-03-10 17:00")


def test_a_long_list_of_skipped_days_is_counted_instead():
    found = reckon(at("Friday 2026-03-06 10:00"), rule(business_days=30), office())
    assert found.in_short.endswith("due at closing 17:00; skipped 12 closed days")
    assert len([one for one in found.because if one.startswith("Skipped ")]) == 12
    assert len([one for one in found.because if one.startswith("Business day ")]) == 30


# R2: what was promised to the customer


def test_a_promise_is_a_deadline_of_its_own():
    found = promise(at("Thursday 2026-03-12 12:00"), at("Friday 2026-03-06 16:30"), office())
    assert (found.kind, found.rule, found.citation) == (
        "promise",
        "R2",
        "MAD Communication, e-mail; SJ dept. 6a",
    )
    assert found.aim == found.due == at("Thursday 2026-03-12 12:00")
    assert found.due.tzinfo is UTC
    assert found.because[0] == (
        "On Friday 2026-03-06 16:30 the customer was promised an answer by Thursday 2026-03-12 12:00 CDT."
    )
    assert found.in_short == "promised Fri 2026-03-06 16:30, due Thu 2026-03-12 12:00"
    assert "acknowledgement" not in found.met_by


def test_a_promise_lies_ahead():
    for said in ("Friday 2026-03-06 16:30", "Friday 2026-03-06 16:31"):
        with pytest.raises(ValueError, match="A promise lies ahead; Friday 2026-03-06 16:30 does not"):
            promise(at("Friday 2026-03-06 16:30"), at(said), office())


def test_a_promise_beyond_the_known_days_is_refused():
    with pytest.raises(UnknownDay):
        promise(at("Wednesday 2030-01-02 12:00"), at("Friday 2026-03-06 16:30"), office())
