"""Pauses by tables of dates. Office: Chicago, Monday to Friday 8 to 17, federal holidays."""

from datetime import UTC, datetime, timedelta

import pytest

from models.calendar import Calendar, Closure, UnknownDay
from models.deadline import reckon, reckon_all
from models.pause import Pause
from models.standard import load_standard
from tests.models.spelled_dates import at, day
from tests.models.test_deadline import ALWAYS, ANY_COUNT, LUNCH, NIGHTS, office, rule


def pause(span: str, reason: str = "") -> Pause:
    """ "Friday 2026-03-06 12:00 to Monday 2026-03-09 09:00" """
    start, end = span.split(" to ")
    return Pause(at(start), at(end), reason)


def due(received: str, *spans: str, calendar: Calendar | None = None, **count) -> datetime:
    return reckon(at(received), rule(**count), calendar or office(), [pause(one) for one in spans]).due


OVER_TUESDAY = "Tuesday 2026-03-10 10:00 to Wednesday 2026-03-11 09:00"
OVER_THE_WEEKEND = "Friday 2026-03-06 16:45 to Monday 2026-03-09 08:30"
A_WEEK = "Monday 2026-03-09 12:00 to Monday 2026-03-16 12:00"


# Which days are counted


@pytest.mark.parametrize(
    ("received", "span", "days", "expected"),
    [
        ("Monday 2026-03-09 10:00", OVER_TUESDAY, 1, "Wednesday 2026-03-11 17:00"),
        ("Monday 2026-03-09 10:00", OVER_TUESDAY, 2, "Thursday 2026-03-12 17:00"),
        # day 0 is not counted in any case
        ("Tuesday 2026-03-10 09:00", OVER_TUESDAY, 1, "Wednesday 2026-03-11 17:00"),
        ("Friday 2026-03-06 16:30", OVER_THE_WEEKEND, 1, "Monday 2026-03-09 17:00"),
        ("Thursday 2026-03-05 16:30", OVER_THE_WEEKEND, 1, "Monday 2026-03-09 17:00"),
        # received inside the pause, and after it
        ("Tuesday 2026-03-10 17:00", OVER_TUESDAY, 1, "Thursday 2026-03-12 17:00"),
        ("Wednesday 2026-03-11 10:00", OVER_TUESDAY, 1, "Thursday 2026-03-12 17:00"),
        ("Friday 2026-03-06 10:00", A_WEEK, 1, "Monday 2026-03-16 17:00"),
        ("Friday 2026-03-06 10:00", A_WEEK, 2, "Tuesday 2026-03-17 17:00"),
        # a pause that begins at closing holds it; one that ends there, or is over before, does not
        (
            "Monday 2026-03-09 10:00",
            "Tuesday 2026-03-10 17:00 to Tuesday 2026-03-10 17:01",
            1,
            "Wednesday 2026-03-11 17:00",
        ),
        (
            "Monday 2026-03-09 10:00",
            "Tuesday 2026-03-10 08:00 to Tuesday 2026-03-10 17:00",
            1,
            "Tuesday 2026-03-10 17:00",
        ),
        (
            "Monday 2026-03-09 10:00",
            "Tuesday 2026-03-10 16:59 to Tuesday 2026-03-10 17:01",
            1,
            "Wednesday 2026-03-11 17:00",
        ),
        (
            "Monday 2026-03-09 10:00",
            "Tuesday 2026-03-10 17:00 to Tuesday 2026-03-10 17:00",
            1,
            "Tuesday 2026-03-10 17:00",
        ),
        # over a weekend without any closing, and beside a holiday
        (
            "Friday 2026-03-06 10:00",
            "Friday 2026-03-06 17:01 to Monday 2026-03-09 16:59",
            1,
            "Monday 2026-03-09 17:00",
        ),
        (
            "Friday 2026-02-13 10:00",
            "Tuesday 2026-02-17 09:00 to Wednesday 2026-02-18 09:00",
            1,
            "Wednesday 2026-02-18 17:00",
        ),
        # over both nights on which the clocks change
        (
            "Friday 2026-03-06 10:00",
            "Friday 2026-03-06 12:00 to Monday 2026-03-09 17:01",
            1,
            "Tuesday 2026-03-10 17:00",
        ),
        (
            "Friday 2026-10-30 10:00",
            "Friday 2026-10-30 12:00 to Monday 2026-11-02 17:01",
            1,
            "Tuesday 2026-11-03 17:00",
        ),
    ],
)
def test_a_business_day_that_closes_in_a_pause_is_not_counted(received, span, days, expected):
    assert due(received, span, business_days=days) == at(expected)


def test_a_paused_day_is_told_by_name():
    waiting = pause(OVER_TUESDAY, "waiting for the customer's form.")
    found = reckon(at("Monday 2026-03-09 10:00"), rule(business_days=1), office(), [waiting])
    assert found.because == (
        "Received Monday 2026-03-09 10:00, before closing at 17:00: that day is day 0.",
        "Skipped Tuesday 2026-03-10: paused, waiting for the customer's form.",
        "Business day 1 is Wednesday 2026-03-11.",
        "Due at its last closing, Wednesday 2026-03-11 17:00 CDT.",
    )
    assert found.in_short == (
        "day 0 Mon 2026-03-09, business day 1 Wed 2026-03-11, due at closing 17:00; 1 day paused"
    )


def test_a_pause_without_a_reason_is_told_too_and_two_reasons_together():
    monday = "Monday 2026-03-09 10:00"
    bare = reckon(at(monday), rule(business_days=1), office(), [pause(OVER_TUESDAY)])
    assert "Skipped Tuesday 2026-03-10: paused." in bare.because
    both = [pause(OVER_TUESDAY, "waiting for a map"), pause(OVER_TUESDAY, "waiting for a form")]
    for given in (both, both[::-1]):
        found = reckon(at(monday), rule(business_days=1), office(), given)
        assert (
            "Skipped Tuesday 2026-03-10: paused, waiting for a form and waiting for a map." in found.because
        )


def test_the_paused_days_of_a_whole_week_are_told_beside_the_closed_ones():
    found = reckon(at("Friday 2026-03-06 10:00"), rule(business_days=1), office(), [pause(A_WEEK, "waiting")])
    assert [one for one in found.because if one.startswith("Skipped ")] == [
        "Skipped Saturday 2026-03-07: closed on Saturdays.",
        "Skipped Sunday 2026-03-08: closed on Sundays.",
        "Skipped Monday 2026-03-09: paused, waiting.",
        "Skipped Tuesday 2026-03-10: paused, waiting.",
        "Skipped Wednesday 2026-03-11: paused, waiting.",
        "Skipped Thursday 2026-03-12: paused, waiting.",
        "Skipped Friday 2026-03-13: paused, waiting.",
        "Skipped Saturday 2026-03-14: closed on Saturdays.",
        "Skipped Sunday 2026-03-15: closed on Sundays.",
    ]
    assert found.in_short.endswith("due at closing 17:00; 5 days paused; skipped 4 closed days")


@pytest.mark.parametrize(
    ("received", "span", "expected"),
    [
        ("Monday 2026-03-09 10:00", OVER_TUESDAY, "Wednesday 2026-03-11 10:00"),
        ("Monday 2026-03-09 08:30", OVER_TUESDAY, "Wednesday 2026-03-11 09:00"),
        # what came in on a day that is not counted counts as received at the next opening
        ("Tuesday 2026-03-10 08:30", OVER_TUESDAY, "Thursday 2026-03-12 08:00"),
        ("Wednesday 2026-03-11 08:30", OVER_TUESDAY, "Thursday 2026-03-12 08:30"),
        ("Friday 2026-03-06 16:30", OVER_THE_WEEKEND, "Tuesday 2026-03-10 08:00"),
        # a pause over the due itself: past the day's closing, and over before it
        (
            "Monday 2026-03-09 10:00",
            "Tuesday 2026-03-10 09:00 to Tuesday 2026-03-10 18:00",
            "Wednesday 2026-03-11 10:00",
        ),
        (
            "Monday 2026-03-09 10:00",
            "Tuesday 2026-03-10 09:00 to Tuesday 2026-03-10 11:00",
            "Tuesday 2026-03-10 11:00",
        ),
        (
            "Monday 2026-03-09 10:00",
            "Tuesday 2026-03-10 09:00 to Tuesday 2026-03-10 17:00",
            "Tuesday 2026-03-10 17:00",
        ),
        (
            "Monday 2026-03-09 10:00",
            "Monday 2026-03-09 11:00 to Monday 2026-03-09 12:00",
            "Tuesday 2026-03-10 10:00",
        ),
    ],
)
def test_24_hours_leave_out_the_days_that_close_in_a_pause(received, span, expected):
    assert due(received, span, clock_hours=24) == at(expected)


def test_24_hours_tell_why_they_wait_for_the_end_of_a_pause():
    ends = pause("Tuesday 2026-03-10 09:00 to Tuesday 2026-03-10 11:00")
    found = reckon(at("Monday 2026-03-09 10:00"), rule(clock_hours=24), office(), [ends])
    assert found.because[-1] == (
        "Due when the pause ends, as the same time of day is inside it, Tuesday 2026-03-10 11:00 CDT."
    )
    early = reckon(at("Tuesday 2026-03-10 08:30"), rule(clock_hours=24), office(), [pause(OVER_TUESDAY, "x")])
    assert early.because == (
        "Received Tuesday 2026-03-10 08:30, and paused before that day counted: "
        "counts as received at the next opening that is counted, Wednesday 2026-03-11 08:00.",
        "Skipped Tuesday 2026-03-10: paused, x.",
        "Counted from Wednesday 2026-03-11.",
        "Open day 1 is Thursday 2026-03-12.",
        "Due at the same time of day, Thursday 2026-03-12 08:00 CDT.",
    )


@pytest.mark.parametrize(
    ("received", "span", "expected"),
    [
        ("Monday 2026-03-09 10:00", OVER_TUESDAY, "Tuesday 2026-03-17 17:00"),
        ("Monday 2026-03-02 10:00", OVER_TUESDAY, "Monday 2026-03-09 17:00"),
        # the due itself
        ("Tuesday 2026-03-03 10:00", OVER_TUESDAY, "Wednesday 2026-03-11 17:00"),
        # Friday is not counted; Saturday and Sunday have no closing and pass as ever
        ("Thursday 2026-03-05 10:00", OVER_THE_WEEKEND, "Friday 2026-03-13 17:00"),
        ("Friday 2026-03-06 10:00", A_WEEK, "Wednesday 2026-03-18 17:00"),
        # a holiday is judged by the closing that it would have had
        (
            "Thursday 2026-02-12 10:00",
            "Monday 2026-02-16 16:00 to Tuesday 2026-02-17 09:00",
            "Friday 2026-02-20 17:00",
        ),
    ],
)
def test_a_week_leaves_out_the_days_that_close_in_a_pause(received, span, expected):
    assert due(received, span, weeks=1) == at(expected)


def test_a_week_tells_what_it_left_out():
    found = reckon(at("Monday 2026-03-09 10:00"), rule(weeks=1), office(), [pause(OVER_TUESDAY, "waiting")])
    assert found.because == (
        "Received Monday 2026-03-09 10:00.",
        "Skipped Tuesday 2026-03-10: paused, waiting.",
        "7 calendar days later is Tuesday 2026-03-17, paused days left out.",
        "Due at its last closing, Tuesday 2026-03-17 17:00 CDT.",
    )
    assert found.in_short == (
        "1 week from Mon 2026-03-09 is Tue 2026-03-17, due at closing 17:00; 1 day paused"
    )


def test_a_night_desk_is_judged_by_the_closing_after_midnight():
    early = "Wednesday 2026-03-11 05:00 to Wednesday 2026-03-11 07:00"
    night = office(NIGHTS)
    assert due("Monday 2026-03-09 23:00", early, calendar=night, business_days=1) == at(
        "Thursday 2026-03-12 06:00"
    )
    before = "Tuesday 2026-03-10 22:00 to Wednesday 2026-03-11 05:00"
    assert due("Monday 2026-03-09 23:00", before, calendar=night, business_days=1) == at(
        "Wednesday 2026-03-11 06:00"
    )


# Which hours are counted


@pytest.mark.parametrize(
    ("received", "spans", "hours", "expected"),
    [
        ("Monday 2026-03-09 10:00", ["Monday 2026-03-09 11:00 to Monday 2026-03-09 12:30"], 4, "15:30"),
        # before and after the count, and exactly at its ends
        ("Monday 2026-03-09 10:00", ["Monday 2026-03-09 08:00 to Monday 2026-03-09 10:00"], 4, "14:00"),
        ("Monday 2026-03-09 10:00", ["Monday 2026-03-09 14:00 to Monday 2026-03-09 16:00"], 4, "14:00"),
        ("Monday 2026-03-09 10:00", ["Monday 2026-03-09 13:59 to Monday 2026-03-09 15:59"], 4, "16:00"),
        # received while paused
        ("Monday 2026-03-09 10:00", ["Monday 2026-03-09 09:00 to Monday 2026-03-09 11:00"], 4, "15:00"),
        # overlapping, one inside the other, and touching: each minute is lost once
        (
            "Monday 2026-03-09 10:00",
            [
                "Monday 2026-03-09 12:00 to Monday 2026-03-09 13:00",
                "Monday 2026-03-09 11:00 to Monday 2026-03-09 12:30",
                "Monday 2026-03-09 11:15 to Monday 2026-03-09 11:30",
                "Monday 2026-03-09 13:00 to Monday 2026-03-09 13:15",
            ],
            4,
            "16:15",
        ),
    ],
)
def test_business_hours_lose_the_working_minutes_that_were_paused(received, spans, hours, expected):
    for given in (spans, spans[::-1]):
        assert due(received, *given, business_hours=hours) == at(f"Monday 2026-03-09 {expected}")


def test_business_hours_lose_no_closed_time():
    assert due("Friday 2026-03-06 16:30", OVER_THE_WEEKEND, business_hours=2) == at("Monday 2026-03-09 10:15")
    lunch = "Monday 2026-03-09 12:00 to Monday 2026-03-09 13:00"
    for span in ([lunch], []):
        assert due("Monday 2026-03-09 11:00", *span, calendar=office(LUNCH), business_hours=4) == at(
            "Monday 2026-03-09 16:00"
        )


def test_two_pauses_within_a_minute_lose_their_seconds_and_no_more():
    ten = at("Monday 2026-03-09 10:00")
    seconds = [(5, 20), (40, 55)]
    pauses = [Pause(ten + timedelta(seconds=a), ten + timedelta(seconds=b)) for a, b in seconds]
    for given in (pauses, pauses[::-1]):
        found = reckon(ten, rule(business_hours=1), office(), given)
        assert found.due == at("Monday 2026-03-09 11:00") + timedelta(seconds=30)
        assert reckon(ten, rule(elapsed_hours=1), office(), given).due == found.due
        paused, never = (reckon(ten, rule(business_days=1), office(), one) for one in (given, ()))
        assert (paused.due, paused.in_short) == (never.due, never.in_short)
        told = [one for one in paused.because if one not in never.because]
        assert len(told) == 2
        assert all(one.endswith(": no closing fell inside it, so no day is left out.") for one in told)


def test_two_pauses_within_a_minute_round_closing_leave_the_day_out_only_when_one_holds_it():
    closing = at("Tuesday 2026-03-10 17:00")

    def around(*seconds):
        given = [Pause(closing + timedelta(seconds=a), closing + timedelta(seconds=b)) for a, b in seconds]
        return reckon(at("Monday 2026-03-09 10:00"), rule(business_days=1), office(), given).due

    assert around((-30, -10), (1, 20)) == closing
    assert around((-30, -10), (0, 20)) == at("Wednesday 2026-03-11 17:00")
    assert around((-30, 0), (0, 20)) == at("Wednesday 2026-03-11 17:00")
    assert around((-30, 0)) == closing


def test_business_hours_tell_what_was_paused_day_by_day():
    spans = [
        pause("Monday 2026-03-09 15:00 to Monday 2026-03-09 16:00", "waiting for a map"),
        pause("Monday 2026-03-09 16:30 to Wednesday 2026-03-11 09:00", "waiting for a form"),
    ]
    found = reckon(at("Monday 2026-03-09 14:00"), rule(business_hours=4), office(), spans)
    assert found.because == (
        "Received Monday 2026-03-09 14:00, while open.",
        "Counted 1 hour 30 minutes on Monday 2026-03-09, not 1 hour 30 minutes: "
        "paused, waiting for a map and waiting for a form.",
        "Skipped Tuesday 2026-03-10: paused, waiting for a form.",
        "Counted 2 hours 30 minutes on Wednesday 2026-03-11, not 1 hour: paused, waiting for a form.",
        "Due when 4 business hours have passed, Wednesday 2026-03-11 11:30 CDT.",
    )
    assert found.in_short == (
        "from Mon 2026-03-09 14:00, 4 business hours end Wed 2026-03-11 11:30; less pauses"
    )


@pytest.mark.parametrize(
    ("received", "span", "hours", "expected"),
    [
        ("Friday 2026-03-06 16:30", OVER_THE_WEEKEND, 1, "Monday 2026-03-09 09:15"),
        # the night on which the clocks go forward is 23 hours long, and all of them were paused
        (
            "Saturday 2026-03-07 23:00",
            "Sunday 2026-03-08 00:00 to Monday 2026-03-09 00:00",
            2,
            "Monday 2026-03-09 01:00",
        ),
        (
            "Saturday 2026-03-07 12:00",
            "Saturday 2026-03-07 13:00 to Saturday 2026-03-07 14:00",
            24,
            "Sunday 2026-03-08 14:00",
        ),
    ],
)
def test_elapsed_hours_lose_every_paused_hour_by_night_too(received, span, hours, expected):
    assert due(received, span, elapsed_hours=hours) == at(expected).astimezone(UTC)


def test_elapsed_hours_tell_when_they_were_paused():
    found = reckon(
        at("Friday 2026-03-06 16:30"), rule(elapsed_hours=1), office(), [pause(OVER_THE_WEEKEND, "waiting")]
    )
    assert found.because == (
        "Received Friday 2026-03-06 16:30; every hour counts, open or closed.",
        "Skipped Friday 2026-03-06 16:45 to Monday 2026-03-09 08:30: paused, waiting.",
        "Due 1 hour counted later, Monday 2026-03-09 09:15 CDT.",
    )


# All counts


@pytest.mark.parametrize("count", ANY_COUNT)
@pytest.mark.parametrize(
    "span",
    [
        "Thursday 2026-03-05 09:00 to Friday 2026-03-06 10:00",  # over before it was received
        "Monday 2026-06-01 09:00 to Tuesday 2026-06-02 09:00",  # long after
        "Saturday 2026-03-07 09:00 to Saturday 2026-03-07 09:00",  # empty
    ],
)
def test_a_pause_that_does_not_touch_the_count_changes_nothing(count, span):
    received = at("Friday 2026-03-06 10:00")
    assert reckon(received, rule(**count), office(), [pause(span)]) == reckon(
        received, rule(**count), office()
    )


@pytest.mark.parametrize("count", ANY_COUNT)
def test_a_pause_beyond_the_known_days_is_refused_and_never_guessed(count):
    endless = Pause(at("Friday 2026-03-06 11:00"), at("Tuesday 2030-01-01 09:00"))
    with pytest.raises(UnknownDay):
        reckon(at("Friday 2026-03-06 10:00"), rule(**count), office(), [endless])


@pytest.mark.parametrize("count", ANY_COUNT)
def test_a_desk_that_never_closes_can_be_paused(count):
    span = "Monday 2026-03-09 12:00 to Wednesday 2026-03-11 12:00"
    found = reckon(at("Monday 2026-03-09 11:00"), rule(**count), office(ALWAYS), [pause(span)])
    assert found.due > reckon(at("Monday 2026-03-09 11:00"), rule(**count), office(ALWAYS)).due


def test_closing_a_paused_day_gives_no_time_back():
    snow = office(closures=[Closure(day("Tuesday 2026-03-10"), "Snow")])
    for count in ANY_COUNT:
        with_snow = due("Monday 2026-03-09 10:00", OVER_TUESDAY, calendar=snow, **count)
        assert with_snow >= due("Monday 2026-03-09 10:00", OVER_TUESDAY, **count)


def test_a_whole_standard_can_be_paused():
    received, standard = at("Monday 2026-03-09 10:00"), load_standard("san-jose")
    (found,) = reckon_all(received, standard, "email", office(), [pause(OVER_TUESDAY)])
    assert found.due == at("Wednesday 2026-03-11 17:00")


def test_a_naive_pause_and_one_that_ends_before_it_begins_are_refused():
    noon = datetime(2026, 3, 9, 12)  # noqa: DTZ001  # the mistake that is meant
    for start, end in ((noon, at("Monday 2026-03-09 13:00")), (at("Monday 2026-03-09 11:00"), noon)):
        with pytest.raises(ValueError, match="naive"):
            Pause(start, end)
    with pytest.raises(
        ValueError, match=r"A pause ends after it begins; this one is from 2026-03-09T17:00:00"
    ):
        pause("Monday 2026-03-09 12:00 to Monday 2026-03-09 11:59")


def test_a_pause_is_kept_in_utc_whatever_zone_it_came_in():
    one = Pause(at("Monday 2026-03-09 12:00"), at("Monday 2026-03-09 19:00", "Europe/Berlin"))
    assert one.start == at("Monday 2026-03-09 12:00")
    assert one.start.tzinfo is one.end.tzinfo is UTC
