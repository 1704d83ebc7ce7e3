"""The words that name a time of day, or an instant by themselves."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from handlers.days import Said, Standpoint, parse
from handlers.times import Unreadable, instant
from models.agency_file import read_agency
from tests.models.spelled_dates import at

CALENDAR = read_agency(Path(__file__).parents[2] / "bot" / "demo").calendar()


def said(words: str) -> Said:
    return parse(words, Standpoint(date(2026, 3, 4), CALENDAR, ahead=True))


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("8:40", ("08:40", "20:40")),
        ("08:40", ("08:40",)),
        ("8:40am", ("08:40",)),
        ("8.40am", ("08:40",)),
        ("8.40 p.m.", ("20:40",)),
        ("8:40 PM", ("20:40",)),
        ("8:40\u202fPM", ("20:40",)),
        ("8:40:15 pm", ("20:40:15",)),
        ("4pm", ("16:00",)),
        ("4 p.m.", ("16:00",)),
        ("at 4 a.m. today", ("04:00",)),
        ("4p", ("16:00",)),
        ("12am", ("00:00",)),
        ("12 pm", ("12:00",)),
        ("12:30", ("12:30",)),
        ("0:15", ("00:15",)),
        ("16:30", ("16:30",)),
        ("23:59:59.5", ("23:59:59",)),
        ("noon", ("12:00",)),
        ("12 noon", ("12:00",)),
        ("at 9", ("09:00", "21:00")),
        ("at 09", ("09:00",)),
        ("at 16", ("16:00",)),
        ("Mar 2nd at 9", ("09:00", "21:00")),
        ("at 9 on Friday", ("09:00", "21:00")),
        ("2026-03-02 4:30", ("04:30",)),
        ("2026-03-02T04:30", ("04:30",)),
        ("2026-03-02T4:30", ("04:30",)),
        ("at 4:30 on 2026-03-02", ("04:30",)),
        ("2026-03-02 4:30 pm", ("16:30",)),
        ("2026-03-02 at 9", ("09:00",)),
        ("3/2 4:30", ("04:30", "16:30")),
        ("yesterday", ()),
    ],
)
def test_a_time_without_its_half_of_the_day_may_be_either(words, times):
    assert said(words).times == tuple(map(time.fromisoformat, times))


@pytest.mark.parametrize(
    "words",
    [
        "EOD", "cob", "closing", "closing time", "end of day", "by the end of the day", "end of business",
        "close of business Thursday", "EOD Friday", "tomorrow, end of day",
    ],
)  # fmt: skip
def test_the_end_of_the_office_day_has_many_names(words):
    found = said(words)
    assert (found.closing, found.times) == (True, ())


def test_the_zone_on_the_clock_may_be_named():
    assert said("Mon 2026-03-09 17:00 CDT").zone == "cdt"
    assert said("17:00 est").zone == "est"


@pytest.mark.parametrize(
    "words",
    [
        "8.40", "9", "1630", "8:40 9:40", "noon 4pm", "EOD noon", "25:00", "24:00", "8:60", "8:4", "8:400",
        "8:40:60", "13pm", "0am", "0:30 pm", "at 24", "at 100", "at 9 March", "8:40 xm", "8:40pmm",
        "8:40 pm pm", "4pm UTC+6", "4pm PDT EDT", "EOD CST", "8.60am", "\uff18:40", "8:4\u0660", "\u2463pm",
        "8:40\0", "8:40 \u202e", "8:" * 5_000, "4 p.m" * 2_000, "0" * 10_000 + ":00",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_time_that_cannot_be_is_unreadable(words):
    with pytest.raises(Unreadable):
        said(words)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("now", "Wednesday 2026-03-04 14:00"),
        ("Just now", "Wednesday 2026-03-04 14:00"),
        ("30 minutes ago", "Wednesday 2026-03-04 13:30"),
        ("5 min ago", "Wednesday 2026-03-04 13:55"),
        ("an hour ago", "Wednesday 2026-03-04 13:00"),
        ("2 hrs ago", "Wednesday 2026-03-04 12:00"),
        ("in 3 hours", "Wednesday 2026-03-04 17:00"),
        ("2026-03-02T16:30:00-06:00", "Monday 2026-03-02 16:30"),
        ("2026-03-02T22:30Z", "Monday 2026-03-02 16:30"),
        ("2026-03-02 22:30:00.000 z", "Monday 2026-03-02 16:30"),
        ("2026-03-02T23:30+0100", "Monday 2026-03-02 16:30"),
    ],
)
def test_some_words_name_an_instant_by_themselves(words, meant):
    assert instant(words, at("Wednesday 2026-03-04 14:00")) == at(meant)


@pytest.mark.parametrize(
    "words", ["2026-13-01T00:00Z", "2026-03-02T25:00Z", "2026-03-02T16:30+99:99", "in an hour ago"]
)
def test_an_instant_that_cannot_be_is_unreadable(words):
    with pytest.raises(Unreadable):
        instant(words, at("Wednesday 2026-03-04 14:00"))


def test_an_instant_from_a_naive_now_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="naive"):
        instant("2 hours ago", datetime(2026, 3, 4))  # noqa: DTZ001  # the mistake itself
