"""Times as staff type them, read for what was received and for what is promised."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.when import Gone, NotYet, TwoReadings, Unreadable, read_day, read_promise, read_received
from models.agency_file import read_agency
from models.calendar import UnknownDay
from tests.models import spelled_dates
from tests.models.spelled_dates import day

CALENDAR = read_agency(Path(__file__).parents[2] / "bot" / "demo").calendar()
WEDNESDAY = "Wednesday 2026-03-04 14:00"
FORWARD = "Sunday 2026-03-08 12:00"  # the clocks went from 2:00 to 3:00 that night
BACK = "Sunday 2026-11-01 12:00"  # and from 2:00 back to 1:00


def at(spelled: str) -> datetime:
    # In UTC, because Python holds no time that a zone shows twice equal to one of another zone.
    return spelled_dates.at(spelled).astimezone(UTC)


def received(words: str, now: str) -> datetime:
    return read_received(words, at(now), CALENDAR).instant


def promised(words: str, now: str) -> datetime:
    return read_promise(words, at(now), CALENDAR).instant


@pytest.mark.parametrize(
    ("now", "words", "meant"),
    [
        (WEDNESDAY, "now", "Wednesday 2026-03-04 14:00"),
        (WEDNESDAY, "8:40", "Wednesday 2026-03-04 08:40"),
        (WEDNESDAY, "08:40", "Wednesday 2026-03-04 08:40"),
        (WEDNESDAY, "8.40am", "Wednesday 2026-03-04 08:40"),
        (WEDNESDAY, "at 9", "Wednesday 2026-03-04 09:00"),
        (WEDNESDAY, "noon", "Wednesday 2026-03-04 12:00"),
        # Half past four this afternoon is still to come, so this morning's is meant.
        (WEDNESDAY, "4:30", "Wednesday 2026-03-04 04:30"),
        (WEDNESDAY, "yesterday", "Tuesday 2026-03-03 08:00"),
        (WEDNESDAY, "yesterday at 4:30", "Tuesday 2026-03-03 16:30"),
        (WEDNESDAY, "yesterday 4:30 am", "Tuesday 2026-03-03 04:30"),
        (WEDNESDAY, "today 9:15", "Wednesday 2026-03-04 09:15"),
        (WEDNESDAY, "Mon", "Monday 2026-03-02 08:00"),
        (WEDNESDAY, "Monday 9am", "Monday 2026-03-02 09:00"),
        (WEDNESDAY, "Mon 9:00", "Monday 2026-03-02 09:00"),
        (WEDNESDAY, "last Thu 14:00", "Thursday 2026-02-26 14:00"),
        (WEDNESDAY, "last Friday", "Friday 2026-02-27 08:00"),
        (WEDNESDAY, "this Monday 10:00", "Monday 2026-03-02 10:00"),
        (WEDNESDAY, "3/2", "Monday 2026-03-02 08:00"),
        (WEDNESDAY, "3/2/26 4pm", "Monday 2026-03-02 16:00"),
        (WEDNESDAY, "March 2", "Monday 2026-03-02 08:00"),
        (WEDNESDAY, "Mar 2nd at 9", "Monday 2026-03-02 09:00"),
        (WEDNESDAY, "2 Mar 16:30", "Monday 2026-03-02 16:30"),
        (WEDNESDAY, "2026-03-02", "Monday 2026-03-02 08:00"),
        (WEDNESDAY, "2026-03-02 16:30", "Monday 2026-03-02 16:30"),
        (WEDNESDAY, "2026-03-02 4:30", "Monday 2026-03-02 04:30"),
        (WEDNESDAY, "2026-03-02T16:30", "Monday 2026-03-02 16:30"),
        (WEDNESDAY, "2026-03-02T16:30:00-06:00", "Monday 2026-03-02 16:30"),
        (WEDNESDAY, "2026-03-02T22:30Z", "Monday 2026-03-02 16:30"),
        (WEDNESDAY, "Mon 2026-03-02 16:30 CST", "Monday 2026-03-02 16:30"),
        (WEDNESDAY, "Monday, March 2, 2026 at 4:30 PM", "Monday 2026-03-02 16:30"),
        (WEDNESDAY, "30 minutes ago", "Wednesday 2026-03-04 13:30"),
        (WEDNESDAY, "an hour ago", "Wednesday 2026-03-04 13:00"),
        (WEDNESDAY, "2 days ago", "Monday 2026-03-02 14:00"),
        (WEDNESDAY, "2 days ago at 4:30", "Monday 2026-03-02 16:30"),
        (WEDNESDAY, "yesterday EOD", "Tuesday 2026-03-03 17:00"),
        # A weekday's time that is still to come today was last week's.
        (WEDNESDAY, "Wed 4pm", "Wednesday 2026-02-25 16:00"),
        (WEDNESDAY, "Wed 9:00", "Wednesday 2026-03-04 09:00"),
        # On a closed day the reading in the past is the one, if there is only one.
        ("Saturday 2026-03-07 14:00", "9:00", "Saturday 2026-03-07 09:00"),
        ("Monday 2026-03-09 07:00", "today", "Monday 2026-03-09 07:00"),
        ("Monday 2026-03-09 09:00", "today", "Monday 2026-03-09 08:00"),
        ("Monday 2026-03-09 09:00", "Saturday", "Saturday 2026-03-07 00:00"),
        # Friday 1 January 2027 is a holiday.
        ("Monday 2027-01-04 09:00", "Jan 1", "Friday 2027-01-01 00:00"),
        ("Monday 2027-01-04 09:00", "12/31 4:30", "Thursday 2026-12-31 16:30"),
        ("Friday 2028-03-03 09:00", "Feb 29", "Tuesday 2028-02-29 08:00"),
        ("Wednesday 2028-03-01 09:00", "yesterday 3:15", "Tuesday 2028-02-29 15:15"),
        (FORWARD, "1:59 am", "Sunday 2026-03-08 01:59"),
        (FORWARD, "3:00 am", "Sunday 2026-03-08 03:00"),
        # The morning's half past two was skipped; the afternoon's is still to come, so yesterday's is named.
        (FORWARD, "Saturday 2:30 am", "Saturday 2026-03-07 02:30"),
        ("Monday 2026-03-09 02:30", "1 day ago", "Sunday 2026-03-08 03:30"),
        (BACK, "1:30 am", "Sunday 2026-11-01 01:30"),
        (BACK, "1:30 am CDT", "Sunday 2026-11-01 01:30"),
        (BACK, "1:30 am CST", "Sunday 2026-11-01 01:30 again"),
        (BACK, "11 hours ago", "Sunday 2026-11-01 01:00 again"),
        ("Sunday 2026-11-01 01:20 again", "1:30 am", "Sunday 2026-11-01 01:30"),
    ],
)
def test_what_was_received_lies_in_the_past(now, words, meant):
    assert received(words, now) == at(meant)


@pytest.mark.parametrize(
    ("now", "words", "meant"),
    [
        (WEDNESDAY, "4pm", "Wednesday 2026-03-04 16:00"),
        (WEDNESDAY, "4:30", "Wednesday 2026-03-04 16:30"),
        (WEDNESDAY, "5:00", "Wednesday 2026-03-04 17:00"),
        (WEDNESDAY, "7:30", "Wednesday 2026-03-04 19:30"),
        (WEDNESDAY, "end of day", "Wednesday 2026-03-04 17:00"),
        (WEDNESDAY, "today", "Wednesday 2026-03-04 17:00"),
        (WEDNESDAY, "tomorrow noon", "Thursday 2026-03-05 12:00"),
        (WEDNESDAY, "Thu", "Thursday 2026-03-05 17:00"),
        (WEDNESDAY, "EOD Friday", "Friday 2026-03-06 17:00"),
        (WEDNESDAY, "close of business Thursday", "Thursday 2026-03-05 17:00"),
        (WEDNESDAY, "Fri at 9", "Friday 2026-03-06 09:00"),
        (WEDNESDAY, "this Friday", "Friday 2026-03-06 17:00"),
        (WEDNESDAY, "next Monday", "Monday 2026-03-09 17:00"),
        (WEDNESDAY, "Monday 9am", "Monday 2026-03-09 09:00"),
        (WEDNESDAY, "Mar 9 at noon", "Monday 2026-03-09 12:00"),
        (WEDNESDAY, "3/20", "Friday 2026-03-20 17:00"),
        (WEDNESDAY, "in 3 hours", "Wednesday 2026-03-04 17:00"),
        (WEDNESDAY, "30 minutes", "Wednesday 2026-03-04 14:30"),
        (WEDNESDAY, "in 2 days", "Friday 2026-03-06 14:00"),
        (WEDNESDAY, "a week", "Wednesday 2026-03-11 14:00"),
        (WEDNESDAY, "2 business days", "Friday 2026-03-06 17:00"),
        ("Thursday 2026-03-05 14:00", "in 2 business days", "Monday 2026-03-09 17:00"),
        (WEDNESDAY, "2026-03-09T17:00-05:00", "Monday 2026-03-09 17:00"),
        # A weekday whose time is over today is next week's; a closed day means the closing before it.
        (WEDNESDAY, "Wed", "Wednesday 2026-03-04 17:00"),
        (WEDNESDAY, "Wed 9:00", "Wednesday 2026-03-11 09:00"),
        ("Wednesday 2026-03-04 17:00", "Wed", "Wednesday 2026-03-11 17:00"),
        (WEDNESDAY, "Saturday", "Friday 2026-03-06 17:00"),
        ("Saturday 2026-03-07 10:00", "Saturday", "Friday 2026-03-13 17:00"),
        (WEDNESDAY, "Saturday 10am", "Saturday 2026-03-07 10:00"),
        # Monday 25 May 2026 is Memorial Day, Friday 3 July the observed Independence Day.
        ("Thursday 2026-05-21 14:00", "5/25", "Friday 2026-05-22 17:00"),
        ("Thursday 2026-05-21 14:00", "5/25 4:30pm", "Monday 2026-05-25 16:30"),
        ("Wednesday 2026-07-01 14:00", "EOD Friday", "Thursday 2026-07-02 17:00"),
        ("Thursday 2026-12-31 09:00", "Jan 4", "Monday 2027-01-04 17:00"),
        ("Thursday 2026-12-31 09:00", "tomorrow", "Thursday 2026-12-31 17:00"),
        ("Monday 2028-02-28 09:00", "tomorrow 4:30", "Tuesday 2028-02-29 16:30"),
        (WEDNESDAY, "Feb 29 2028", "Tuesday 2028-02-29 17:00"),
        # On a night that skips half past two, the afternoon's is the only one there is.
        ("Saturday 2026-03-07 12:00", "tomorrow 2:30", "Sunday 2026-03-08 14:30"),
        ("Saturday 2026-03-07 02:30", "in 1 day", "Sunday 2026-03-08 03:30"),
        ("Saturday 2026-10-31 12:00", "tomorrow 1:30 am", "Sunday 2026-11-01 01:30"),
        ("Sunday 2026-11-01 01:20", "1:30 am", "Sunday 2026-11-01 01:30"),
        ("Sunday 2026-11-01 01:40", "1:30 am", "Sunday 2026-11-01 01:30 again"),
        ("Sunday 2026-11-01 01:20", "1:30 am CST", "Sunday 2026-11-01 01:30 again"),
    ],
)
def test_what_is_promised_lies_ahead(now, words, meant):
    assert promised(words, now) == at(meant)


@pytest.mark.parametrize(
    ("read", "words", "assumed"),
    [
        (read_received, "yesterday", "opening time"),
        (read_received, "Saturday", "the start of that day"),
        (read_received, "yesterday 16:30", None),
        (read_promise, "Friday", "closing time"),
        (read_promise, "2 business days", "closing time"),
        (read_promise, "EOD Friday", None),
        (read_promise, "Saturday", "the last closing before; closed on Saturdays"),
        (read_promise, "Friday 4pm", None),
        (read_promise, "in 2 days", None),
    ],
)
def test_what_was_taken_for_granted_is_said(read, words, assumed):
    assert read(words, at(WEDNESDAY), CALENDAR).assumed == assumed


def test_a_day_alone_before_the_office_opens_was_received_now():
    assert read_received("today", at("Monday 2026-03-09 07:00"), CALENDAR).assumed == "now"


@pytest.mark.parametrize(
    ("read", "words", "meant"),
    [
        (read_received, "Saturday 9:00", ["Saturday 2026-02-28 09:00", "Saturday 2026-02-28 21:00"]),
        (read_received, "yesterday 6:00", ["Tuesday 2026-03-03 06:00", "Tuesday 2026-03-03 18:00"]),
        (read_promise, "tomorrow 7:30", ["Thursday 2026-03-05 07:30", "Thursday 2026-03-05 19:30"]),
        (read_promise, "next Friday", ["Friday 2026-03-06 17:00", "Friday 2026-03-13 17:00"]),
        (read_promise, "next Friday 4:30", ["Friday 2026-03-06 16:30", "Friday 2026-03-13 16:30"]),
        (read_day, "next Friday", ["Friday 2026-03-06 00:00", "Friday 2026-03-13 00:00"]),
    ],
)
def test_when_two_readings_are_possible_both_are_told(read, words, meant):
    with pytest.raises(TwoReadings) as told:
        read(words, at(WEDNESDAY), CALENDAR)
    assert told.value.readings == tuple(map(at, meant))
    assert told.value.args == (words,)


@pytest.mark.parametrize(
    ("read", "error", "words", "meant"),
    [
        (read_received, NotYet, "4pm", "Wednesday 2026-03-04 16:00"),
        (read_received, NotYet, "tomorrow", "Thursday 2026-03-05 08:00"),
        (read_received, NotYet, "next Friday", "Friday 2026-03-06 08:00"),
        (read_received, NotYet, "this Friday 4pm", "Friday 2026-03-06 16:00"),
        (read_received, NotYet, "3/9 4:30", "Monday 2026-03-09 16:30"),
        (read_received, NotYet, "in 2 days", "Friday 2026-03-06 14:00"),
        (read_received, NotYet, "EOD", "Wednesday 2026-03-04 17:00"),
        (read_promise, Gone, "now", "Wednesday 2026-03-04 14:00"),
        (read_promise, Gone, "yesterday", "Tuesday 2026-03-03 17:00"),
        # Nine in the evening is not what was meant.
        (read_promise, Gone, "9:00", "Wednesday 2026-03-04 09:00"),
        (read_promise, Gone, "3/2", "Monday 2026-03-02 17:00"),
        (read_promise, Gone, "2 hours ago", "Wednesday 2026-03-04 12:00"),
        (read_promise, Gone, "last Friday", "Friday 2026-02-27 17:00"),
    ],
)
def test_the_wrong_side_of_now_is_refused_with_what_was_read(read, error, words, meant):
    with pytest.raises(error) as told:
        read(words, at(WEDNESDAY), CALENDAR)
    assert told.value.args == (at(meant),)


@pytest.mark.parametrize("read", [read_received, read_promise])
@pytest.mark.parametrize(
    "words",
    [
        "2026-03-08 2:30", "Mar 8 2:00 am", "3/8/26 2:59am", "2:30 am 3/8/2026", "2026-03-02 16:30 CDT",
        "2026-03-02 16:30 PST", "tonight", "yesterday afternoon", "", "25:00", "2026-03-02T16:30+99:99",
    ],
)  # fmt: skip
def test_a_time_that_no_clock_shows_is_unreadable(read, words):
    for now in (WEDNESDAY, FORWARD):
        with pytest.raises(Unreadable):
            read(words, at(now), CALENDAR)


def test_an_office_that_is_open_at_both_readings_is_asked_which():
    late = replace(CALENDAR, week=(((6 * 60, 22 * 60),),) * 7)
    with pytest.raises(TwoReadings) as told:
        read_promise("tomorrow 8:00", at(WEDNESDAY), late)
    assert told.value.readings == (at("Thursday 2026-03-05 08:00"), at("Thursday 2026-03-05 20:00"))
    assert read_promise("tomorrow 5:00", at(WEDNESDAY), late).instant == at("Thursday 2026-03-05 17:00")


def test_a_night_desk_closes_on_the_next_morning():
    night = replace(CALENDAR, week=(((22 * 60, 30 * 60),),) * 7)
    assert read_promise("EOD today", at(WEDNESDAY), night).instant == at("Thursday 2026-03-05 06:00")
    assert read_promise("tomorrow 4:30", at(WEDNESDAY), night).instant == at("Thursday 2026-03-05 04:30")
    assert read_received("yesterday", at(WEDNESDAY), night).instant == at("Tuesday 2026-03-03 22:00")


def test_a_promise_that_was_shown_twice_is_gone_after_the_second_time():
    with pytest.raises(Gone) as told:
        promised("1:30 am", BACK)
    assert told.value.args == (at("Sunday 2026-11-01 01:30 again"),)


def test_a_closed_day_had_no_closing_to_receive_anything_at():
    with pytest.raises(Unreadable):
        received("EOD Saturday", WEDNESDAY)


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (read_received, "2019-12-31 16:30"),
        (read_received, "2019-12-31"),
        (read_received, "1999-03-03T09:00Z"),
        (read_received, "999 weeks ago"),
        (read_promise, "2033-01-03"),
        (read_promise, "2033-01-03 16:30"),
        (read_promise, "999 weeks"),
        (read_day, "2033-01-03"),
    ],
)
def test_days_that_the_calendar_does_not_know_are_its_own_refusal(read, words):
    with pytest.raises(UnknownDay):
        read(words, at(WEDNESDAY), CALENDAR)


def test_the_week_after_the_calendar_ends_is_looked_at_only_when_it_is_needed():
    assert promised("Thu", "Thursday 2032-12-30 09:00") == at("Thursday 2032-12-30 17:00")
    with pytest.raises(UnknownDay):
        promised("Thu", "Thursday 2032-12-30 17:00")


@pytest.mark.parametrize(
    ("words", "since", "meant"),
    [
        ("today", None, "Wednesday 2026-03-04"),
        ("tomorrow", None, "Thursday 2026-03-05"),
        ("Mon", None, "Monday 2026-03-09"),
        ("Wednesday", None, "Wednesday 2026-03-04"),
        ("3/20", None, "Friday 2026-03-20"),
        ("2026-03-13", None, "Friday 2026-03-13"),
        ("in 2 days", None, "Friday 2026-03-06"),
        ("in a week", None, "Wednesday 2026-03-11"),
        ("Saturday", None, "Saturday 2026-03-07"),
        ("yesterday", None, "Tuesday 2026-03-03"),
        ("Jan 4", None, "Monday 2027-01-04"),
        ("Friday", "Monday 2026-03-09", "Friday 2026-03-13"),
        ("next Friday", "Monday 2026-03-09", "Friday 2026-03-13"),
        ("1/8", "Monday 2027-01-04", "Friday 2027-01-08"),
    ],
)
def test_a_day_is_today_or_ahead(words, since, meant):
    assert read_day(words, at(WEDNESDAY), CALENDAR, day(since) if since else None) == day(meant)


@pytest.mark.parametrize(
    "words", ["noon", "Friday noon", "EOD", "EOD Friday", "now", "in 2 hours", "someday", ""]
)
def test_a_day_has_no_time(words):
    with pytest.raises(Unreadable):
        read_day(words, at(WEDNESDAY), CALENDAR)


@pytest.mark.parametrize("read", [read_received, read_promise, read_day])
def test_a_naive_now_is_a_mistake_of_ours(read):
    with pytest.raises(ValueError, match="naive"):
        read("today", datetime.fromisoformat("2026-03-04T14:00"), CALENDAR)
