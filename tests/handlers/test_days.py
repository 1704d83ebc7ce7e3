"""The words that name a day or a time, taken apart."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.days import MONTHS, WEEKDAYS, Said, Standpoint, parse
from handlers.times import Unreadable
from models.agency_file import read_agency
from models.calendar import UnknownDay
from tests.models.spelled_dates import day

CALENDAR = read_agency(Path(__file__).parents[2] / "bot" / "demo").calendar()
TODAY = "Wednesday 2026-03-04"


def said(words: str, today: str = TODAY, ahead: bool = True, since: str | None = None) -> Said:
    return parse(words, Standpoint(day(today), CALENDAR, ahead, day(since) if since else None))


@pytest.mark.parametrize(
    ("words", "behind", "ahead"),
    [
        ("today", "Wednesday 2026-03-04", "Wednesday 2026-03-04"),
        ("Yesterday", "Tuesday 2026-03-03", "Tuesday 2026-03-03"),
        ("tomorrow", "Thursday 2026-03-05", "Thursday 2026-03-05"),
        ("2026-03-02", "Monday 2026-03-02", "Monday 2026-03-02"),
        ("2026-3-2", "Monday 2026-03-02", "Monday 2026-03-02"),
        ("3/20/26", "Friday 2026-03-20", "Friday 2026-03-20"),
        ("03/20/2026", "Friday 2026-03-20", "Friday 2026-03-20"),
        ("June 2", "Monday 2025-06-02", "Tuesday 2026-06-02"),
        ("6/2", "Monday 2025-06-02", "Tuesday 2026-06-02"),
        ("2 Jun", "Monday 2025-06-02", "Tuesday 2026-06-02"),
        ("the 2nd of June", "Monday 2025-06-02", "Tuesday 2026-06-02"),
        ("Sept. 1st", "Monday 2025-09-01", "Tuesday 2026-09-01"),
        ("September 1, 2027", "Wednesday 2027-09-01", "Wednesday 2027-09-01"),
        ("1 sep 2027", "Wednesday 2027-09-01", "Wednesday 2027-09-01"),
        ("Dec 31", "Wednesday 2025-12-31", "Thursday 2026-12-31"),
        ("Feb 29", "Thursday 2024-02-29", "Tuesday 2028-02-29"),
        ("3/4", "Wednesday 2026-03-04", "Wednesday 2026-03-04"),
        ("Mon", "Monday 2026-03-02", "Monday 2026-03-09"),
        ("on Tues.", "Tuesday 2026-03-03", "Tuesday 2026-03-10"),
        ("Weds", "Wednesday 2026-03-04", "Wednesday 2026-03-04"),
        ("Thurs", "Thursday 2026-02-26", "Thursday 2026-03-05"),
        ("sunday", "Sunday 2026-03-01", "Sunday 2026-03-08"),
        ("last Wednesday", "Wednesday 2026-02-25", "Wednesday 2026-02-25"),
        ("last Thu", "Thursday 2026-02-26", "Thursday 2026-02-26"),
        ("last Tue", "Tuesday 2026-03-03", "Tuesday 2026-03-03"),
        ("this Monday", "Monday 2026-03-02", "Monday 2026-03-09"),
        ("this Friday", "Friday 2026-03-06", "Friday 2026-03-06"),
        ("2 days ago", "Monday 2026-03-02", "Monday 2026-03-02"),
        ("in two days", "Friday 2026-03-06", "Friday 2026-03-06"),
        ("a week", "Wednesday 2026-03-11", "Wednesday 2026-03-11"),
        ("3 weeks ago", "Wednesday 2026-02-11", "Wednesday 2026-02-11"),
        ("Monday, March 9, 2026", "Monday 2026-03-09", "Monday 2026-03-09"),
        ("Mon 2026-03-09", "Monday 2026-03-09", "Monday 2026-03-09"),
        ("next Monday 3/16/26", "Monday 2026-03-16", "Monday 2026-03-16"),
    ],
)
def test_a_day_is_looked_for_in_the_direction_that_is_wanted(words, behind, ahead):
    assert said(words, ahead=False).days == (day(behind),)
    assert said(words, ahead=True).days == (day(ahead),)


@pytest.mark.parametrize(
    ("words", "today", "ahead", "meant"),
    [
        # A slip by a few days is not a year: the day just missed is meant, and is then refused as missed.
        ("3/2", "Wednesday 2026-03-04", True, "Monday 2026-03-02"),
        ("3/9", "Wednesday 2026-03-04", False, "Monday 2026-03-09"),
        ("Feb 1", "Wednesday 2026-03-04", True, "Sunday 2026-02-01"),
        ("Jan 31", "Wednesday 2026-03-04", True, "Sunday 2027-01-31"),
        ("Feb 29", "Sunday 2028-03-05", True, "Tuesday 2028-02-29"),
        # Round the end of the year, the near one is in the direction that is wanted anyway.
        ("12/30", "Friday 2027-01-01", False, "Wednesday 2026-12-30"),
        ("Jan 2", "Wednesday 2026-12-30", True, "Saturday 2027-01-02"),
    ],
)
def test_a_date_without_a_year_is_the_next_one_that_way_unless_it_was_just_missed(words, today, ahead, meant):
    assert said(words, today, ahead).days == (day(meant),)


@pytest.mark.parametrize(
    ("today", "words", "meant"),
    [
        ("Wednesday 2026-03-04", "next Friday", ("Friday 2026-03-06", "Friday 2026-03-13")),
        ("Monday 2026-03-02", "next Tue", ("Tuesday 2026-03-03", "Tuesday 2026-03-10")),
        ("Wednesday 2026-03-04", "next Wednesday", ("Wednesday 2026-03-11",)),
        ("Wednesday 2026-03-04", "next Monday", ("Monday 2026-03-09",)),
        ("Friday 2026-03-06", "next Thursday", ("Thursday 2026-03-12",)),
        # Whether Sunday ends the week or begins it is a matter of taste.
        ("Wednesday 2026-03-04", "next Sunday", ("Sunday 2026-03-08", "Sunday 2026-03-15")),
        ("Sunday 2026-03-08", "next Friday", ("Friday 2026-03-13", "Friday 2026-03-20")),
        ("Sunday 2026-03-08", "next Sunday", ("Sunday 2026-03-15",)),
        ("Saturday 2026-03-07", "next Saturday", ("Saturday 2026-03-14",)),
        ("Saturday 2026-03-07", "next Monday", ("Monday 2026-03-09",)),
    ],
)
def test_next_friday_is_two_days_when_this_weeks_is_still_to_come(today, words, meant):
    assert said(words, today).days == tuple(map(day, meant))


@pytest.mark.parametrize(
    ("since", "words", "meant"),
    [
        ("Monday 2026-03-09", "Friday", "Friday 2026-03-13"),
        ("Monday 2026-03-09", "next Friday", "Friday 2026-03-13"),
        ("Monday 2026-03-09", "Mon", "Monday 2026-03-09"),
        ("Monday 2026-12-21", "1/4", "Monday 2027-01-04"),
        ("Monday 2026-03-09", "tomorrow", "Thursday 2026-03-05"),
        ("Monday 2026-03-09", "in 2 weeks", "Wednesday 2026-03-18"),
    ],
)
def test_the_last_day_of_a_period_is_looked_for_from_its_first(since, words, meant):
    assert said(words, since=since).days == (day(meant),)


@pytest.mark.parametrize(
    ("today", "words", "meant"),
    [
        ("Wednesday 2026-03-04", "2 business days", "Friday 2026-03-06"),
        ("Thursday 2026-03-05", "in 2 business days", "Monday 2026-03-09"),
        ("Saturday 2026-03-07", "one working day", "Monday 2026-03-09"),
        ("Saturday 2026-03-07", "2 business days", "Tuesday 2026-03-10"),
        # Friday 3 July 2026 is the observed Independence Day.
        ("Thursday 2026-07-02", "a business day", "Monday 2026-07-06"),
    ],
)
def test_business_days_are_the_open_days_after_today(today, words, meant):
    found = said(words, today)
    assert (found.days, found.same_time) == ((day(meant),), False)


def test_business_days_beyond_the_calendar_are_not_guessed():
    with pytest.raises(UnknownDay):
        said("5 business days", "Wednesday 2032-12-29")


def test_a_bare_weekday_that_is_today_may_be_a_week_further():
    assert said("Wed 9:00", ahead=False).again == day("Wednesday 2026-02-25")
    assert said("Wed 9:00", ahead=True).again == day("Wednesday 2026-03-11")
    for words in ("Thu", "this Wed", "last Wed", "next Wed", "today", "Wed 3/4"):
        assert said(words).again is None, words


def test_days_and_weeks_from_now_keep_the_time_of_day_unless_one_is_named():
    assert said("2 days ago").same_time
    assert not said("2 days ago at noon").same_time
    assert not said("yesterday").same_time


@pytest.mark.parametrize(
    ("words", "today", "meant"),
    [
        ("end of week", "Wednesday 2026-03-04", ("Friday 2026-03-06",)),
        ("the end of the week", "Friday 2026-03-06", ("Friday 2026-03-06",)),
        ("EOW", "Saturday 2026-03-07", ("Friday 2026-03-13",)),
        ("end of this week", "Sunday 2026-03-08", ("Friday 2026-03-13",)),
        # Friday 3 July 2026 is the observed Independence Day.
        ("by the end of the week", "Monday 2026-06-29", ("Thursday 2026-07-02",)),
        ("end of next week", "Wednesday 2026-03-04", ("Friday 2026-03-13",)),
        # Whether Sunday ends the week or begins it is a matter of taste.
        ("end of next week", "Sunday 2026-03-08", ("Friday 2026-03-13", "Friday 2026-03-20")),
        ("end of the month", "Wednesday 2026-03-04", ("Tuesday 2026-03-31",)),
        ("end of month", "Saturday 2026-01-31", ("Friday 2026-02-27",)),
        ("end of next month", "Saturday 2026-01-31", ("Friday 2026-02-27",)),
        ("EOM", "Wednesday 2026-12-30", ("Thursday 2026-12-31",)),
    ],
)
def test_a_week_and_a_month_end_on_their_last_open_day(words, today, meant):
    assert said(words, today).days == tuple(map(day, meant))


@given(st.dates(day("Monday 2020-01-06"), day("Sunday 2032-10-31")), st.sampled_from(["week", "month"]))
def test_the_end_of_a_week_or_month_is_open_ahead_and_nothing_in_it_opens_after(today, unit):
    (end,) = parse(f"end of the {unit}", Standpoint(today, CALENDAR, True)).days
    assert CALENDAR.is_open_day(end)
    assert 0 <= (end - today).days < (14 if unit == "week" else 62)
    following = CALENDAR.open_day(end + timedelta(days=1), 0)
    if unit == "week":
        assert following.isocalendar()[:2] != end.isocalendar()[:2]
    else:
        assert following.month != end.month
    assert all(
        parse(f"end of {unit}", Standpoint(one, CALENDAR, True)).days == (end,)
        for one in (today, max(today, end - timedelta(days=1)))
    )


@pytest.mark.parametrize(
    "words",
    [
        "", " ", ".", ",", "the", "at", "at at", "Mar", "tonight", "midnight", "this morning",
        "yesterday afternoon", "today tomorrow", "Mon Tue", "Mon 2026-03-10", "Friday yesterday",
        "marble 5", "decoy 5", "mart 5", "ma 5", "mond day", "sundae", "March 32", "Feb 30", "2/30", "13/1",
        "0/1", "1/0", "1/2/3", "1/2/026", "3.2", "2026-13-01", "2026-02-29", "9999-99-99", "0000-01-01",
        "9999-12-31", "2 dayz", "in 2 days ago", "0 business days", "2 business days ago", "1000 weeks ago",
        "99999999999999999999 weeks ago", "-1 days ago", "CST", "Monday CST", "now", "2 hours ago",
        "\uff13/2", "2026-03-0\u0662", "\u00b2", "2 \u212aays", "Mon\0", "\0", "\ud800", "Mon \u202e",
        "x" * 10_000, "1" * 10_000, " at" * 5_000, "the " * 5_000 + "Monday", "mar 2 " * 2_000,
        "3/2/" * 3_000, "next " * 2_000,
    ],
    ids=ascii,
)  # fmt: skip
def test_every_word_must_be_understood(words):
    with pytest.raises(Unreadable):
        said(words)


@pytest.mark.parametrize("name", MONTHS)
def test_a_month_may_be_cut_short_but_not_misspelt(name):
    month = MONTHS.index(name) + 1
    for length in range(3, len(name) + 1):
        assert said(f"{name[:length]} 5 2027").days[0].month == month
    for wrong in (name[:2], name[:3] + "x", name + "s"):
        with pytest.raises(Unreadable):
            said(f"{wrong} 5 2027")


@pytest.mark.parametrize("name", WEEKDAYS)
def test_a_weekday_may_be_cut_short_but_not_misspelt(name):
    for length in range(3, len(name) + 1):
        assert said(name[:length]).days[0].weekday() == WEEKDAYS.index(name)
    for wrong in (name[:2], name[:3] + "x", name + "s"):
        with pytest.raises(Unreadable):
            said(wrong)


@given(st.dates(day("Monday 2020-01-06"), day("Sunday 2032-12-19")), st.sampled_from(WEEKDAYS), st.booleans())
def test_a_bare_weekday_is_within_six_days(today, name, ahead):
    (found,) = parse(name, Standpoint(today, CALENDAR, ahead)).days
    assert f"{found:%A}".lower() == name
    assert 0 <= (found - today if ahead else today - found).days <= 6


@given(st.dates(day("Monday 2020-01-06"), day("Sunday 2032-12-19")), st.sampled_from(WEEKDAYS))
def test_next_weekday_is_in_the_coming_fortnight(today, name):
    found = parse(f"next {name}", Standpoint(today, CALENDAR, True)).days
    assert {f"{one:%A}".lower() for one in found} == {name}
    assert [(one - found[0]).days for one in found] in ([0], [0, 7])
    assert 1 <= (found[0] - today).days <= 7


@given(
    st.dates(day("Monday 1900-01-01"), day("Thursday 2099-12-31")),
    st.dates(day("Monday 1900-01-01"), day("Thursday 2099-12-31")),
    st.booleans(),
)
# No leap year between: the first year of a century is one only every four hundred years.
@example(day("Tuesday 2096-05-01"), day("Wednesday 2096-02-29"), True)
@example(day("Monday 1904-01-04"), day("Monday 1904-02-29"), False)
def test_a_day_and_month_are_found_in_some_year(today, wanted, ahead):
    (found,) = parse(f"{wanted:%b} {wanted.day}", Standpoint(today, CALENDAR, ahead)).days
    assert (found.month, found.day) == (wanted.month, wanted.day)
    way = (found - today).days if ahead else (today - found).days
    assert -31 <= way <= 8 * 366
