"""Whatever is typed, whenever it is typed."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from handlers.when import (
    Gone,
    LongAgo,
    NotYet,
    TwoReadings,
    Unreadable,
    read_day,
    read_promise,
    read_received,
)
from models.agency_file import read_agency
from models.calendar import UnknownDay
from tests.models.spelled_dates import at

CALENDAR = read_agency(Path(__file__).parents[2] / "bot" / "demo").calendar()
NAMED = (Unreadable, TwoReadings, NotYet, Gone, LongAgo, UnknownDay)


def sometime(last: datetime = datetime(2032, 11, 30, tzinfo=UTC)) -> st.SearchStrategy[datetime]:
    """Instants to the minute, many of them in the nights when clocks change."""
    changes = st.sampled_from([at("Sunday 2026-03-08 03:00"), at("Sunday 2026-11-01 01:00 again")])
    near = st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes), changes, st.integers(-240, 240)
    )
    first = datetime(2020, 1, 10)  # noqa: DTZ001  # Hypothesis takes naive bounds and adds the zone
    any_time = st.datetimes(first, last.replace(tzinfo=None), timezones=st.just(UTC))
    return st.one_of(near, any_time).map(lambda one: one.astimezone(UTC).replace(second=0, microsecond=0))


WORDS = [
    "EOW", "end", "week", "month",
    "today", "yesterday", "tomorrow", "now", "noon", "EOD", "closing", "at", "on", "by", "the", "of",
    "in", "ago", "last", "this", "next", "a", "an", "two", "Mon", "Tuesday", "weds", "thurs", "Sat",
    "Mar", "March", "sept.", "Feb", "29", "31", "30th", "2nd", "2026", "2028", "26", "3/2", "12/31",
    "3/2/26", "2026-03-08", "2026-11-01", "1:30", "2:30", "8:40", "08:40", "16:30", "25:00", "4pm", "12",
    "am", "p.m.", "CST", "CDT", "days", "weeks", "hours", "minutes", "business", "T", "Z", "-06:00", ",",
    ".", "0", "7", "999", "\x00", "\u202f", "\u0663",
]  # fmt: skip
PHRASES = [
    "yesterday at 4:30", "last Thu 14:00", "Mar 2nd at 9", "2 Mar 16:30", "2026-03-08T02:30", "3/2/26 4 p.m.",
    "2026-03-02T16:30:00-06:00", "2 business days", "30 minutes ago", "close of business Thursday",
    "Monday, March 9, 2026 at 5:00 PM", "Mon 2026-03-09 17:00 CDT", "9999-12-31 23:59", "999 weeks ago",
    "end of the week", "end of next month at noon",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A phrase with a few of its characters replaced, doubled or dropped."""
    phrase = draw(st.sampled_from(PHRASES))
    for _ in range(draw(st.integers(0, 4))):
        cut, end = sorted((draw(st.integers(0, len(phrase))), draw(st.integers(0, len(phrase)))))
        middle = draw(st.sampled_from(["", phrase[cut:end] * 2]) | st.text("0123459/:-. apmtz", max_size=2))
        phrase = phrase[:cut] + middle + phrase[min(end, cut + 2) :]
    return phrase


@given(st.text() | st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join) | mutated(), sometime())
@example("9999-12-31T23:59-12:00", at("Wednesday 2026-03-04 14:00"))
@example("Feb 29 2027", at("Wednesday 2026-03-04 14:00"))
@example("Mar 1st at 0", at("Sunday 2026-11-01 01:00 again"))
def test_whatever_is_typed_gives_an_instant_on_the_right_side_or_a_named_refusal(words, now):
    for read in (read_received, read_promise):
        try:
            found = read(words, now, CALENDAR).instant
        except NAMED as error:
            for one in getattr(error, "readings", ()):
                assert (one > now) is (read is read_promise)
            continue
        assert found.utcoffset() == timedelta(0)
        assert (found > now) is (read is read_promise), words
    with suppress(Unreadable, TwoReadings, UnknownDay):
        assert type(read_day(words, now, CALENDAR)) is date


@given(sometime(), st.integers(1, 20_000))
def test_an_instant_that_is_written_out_reads_back(instant, minutes):
    local = CALENDAR.local(instant)
    gap = timedelta(minutes=minutes)
    # Of a time that is shown twice the first showing is meant, until the zone is named.
    first = local.replace(fold=0)
    written = f"{local:%Y-%m-%d %H:%M}"
    assert read_received(written, instant + gap, CALENDAR).instant == first.astimezone(UTC)
    assert read_promise(written, first.astimezone(UTC) - gap, CALENDAR).instant == first.astimezone(UTC)
    for style in (
        "%Y-%m-%d %H:%M %Z",
        "%a %Y-%m-%d %H:%M %Z",
        "%A, %B %d, %Y at %I:%M %p %Z",
        "%m/%d/%y %I:%M%p %Z",
    ):
        assert read_received(local.strftime(style), instant + gap, CALENDAR).instant == instant
        assert read_promise(local.strftime(style), instant - gap, CALENDAR).instant == instant


@given(sometime(), st.integers(1, 11), st.integers(0, 59))
def test_a_clock_reading_without_its_half_keeps_what_the_hands_show(now, hour, minute):
    words = f"{hour}:{minute:02}"
    for read in (read_received, read_promise):
        try:
            found = [read(words, now, CALENDAR).instant]
        except TwoReadings as error:
            found = list(error.readings)
            assert len(found) == 2
            assert sum(map(CALENDAR.in_hours, found)) != 1
        except (NotYet, Gone) as error:
            found = [error.args[0]]
        for one in found:
            local = CALENDAR.local(one)
            assert (local.hour % 12, local.minute, local.date()) == (hour, minute, CALENDAR.today(now))
