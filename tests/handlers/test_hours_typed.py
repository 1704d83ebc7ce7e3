"""Hours as people type them are read as they are meant, or refused in a sentence."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.hours_typed import HoursUnreadable, read_spans, read_time, read_week, spoken_spans, spoken_week
from models.hours import check_week, hours
from tests.models.generated import own_days, without_overlaps

OFFICE = "8:00-17:00"


def week(monday="", tuesday="", wednesday="", thursday="", friday="", saturday="", sunday=""):
    return tuple(map(hours, (monday, tuesday, wednesday, thursday, friday, saturday, sunday)))


WEEKDAYS = week(*[OFFICE] * 5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Mon-Fri 8:00-17:00", WEEKDAYS),
        ("Mon–Fri 8–5", WEEKDAYS),
        ("Mon to Fri: 8 to 5", WEEKDAYS),
        ("weekdays 8am-5pm", WEEKDAYS),
        ("Weekdays from 8 a.m. until 5 p.m.", WEEKDAYS),
        ("monday through friday 0800-1700", WEEKDAYS),
        ("Mon-Fri 8-17, weekends closed", WEEKDAYS),
        ("daily 8-5; Sat & Sun closed", WEEKDAYS),
        ("Mon, Tues, Weds, Thurs and Fri 8.00-17.00", WEEKDAYS),
        ("Mon-Thu 8:00-18:00, Fri 8-12", week(*["8:00-18:00"] * 4, "8:00-12:00")),
        ("Mon-Thu 8-6 Fri 8:30 to noon", week(*["8:00-18:00"] * 4, "8:30-12:00")),
        ("weekdays 8:00-12:00 and 13:00-17:00", week(*["8:00-12:00, 13:00-17:00"] * 5)),
        ("weekdays 8-12, 1-5", week(*["8:00-12:00, 13:00-17:00"] * 5)),
        ("Wed 1-5", week(wednesday="13:00-17:00")),
        ("Wed 1-5pm", week(wednesday="13:00-17:00")),
        ("Wed 1am-5am", week(wednesday="1:00-5:00")),
        ("Wed 01:00-05:00", week(wednesday="1:00-5:00")),
        ("Sat 10-2", week(saturday="10:00-14:00")),
        ("Sat noon-midnight", week(saturday="12:00-24:00")),
        ("Sat midnight-noon", week(saturday="0:00-12:00")),
        ("daily 22:00-06:00", week(*["22:00-6:00"] * 7)),
        ("daily 10pm-6am", week(*["22:00-6:00"] * 7)),
        ("daily 10pm-6", week(*["22:00-6:00"] * 7)),
        ("daily 24 hours", week(*["0:00-24:00"] * 7)),
        ("Fri-Mon 9-1", week("9:00-13:00", "", "", "", *["9:00-13:00"] * 3)),
        ("Mon 8-12, Mon closed, Tue 8-12", week("", "8:00-12:00")),
    ],
)
def test_a_week_is_read_as_it_was_meant(typed, meant):
    assert read_week(typed) == meant


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "There are no hours in this"),
        ("8-5", "after the days"),
        ("Monster 8-5", "I cannot read “monster 8-5” as a day"),
        ("Mon", "The hours are missing"),
        ("Mon 8", "“8” needs a time to go with it"),
        ("Mon 8-", "“8” needs a time to go with it"),
        ("Mon 8-25", "“25” is no time of day"),
        ("Mon 8-13pm", "“13pm” is no time of day"),
        ("Mon 8-24:30", "“24:30” is no time of day"),
        ("Mon 24:00-8:00", "“24:00” is no time of day"),
        ("Mon 8:75-9", "I cannot read “8:75-9” as hours"),
        ("Mon 8-5 or so", "I cannot read “or so” as a day"),
        ("Mon 8-5, Mon 6-7", "Monday has hours twice"),
        ("Sun closed, daily 8-5", "Sunday is closed and has hours"),
        ("Mon 8-5, 4-6", "Monday: hours must be in order"),
        ("Mon 22:00-06:00, Tue 5-9am", "Tuesday: hours must be in order"),
        ("daily closed", "never open"),
        ("Mon 8-10pm", "may be 8:00-22:00 or 20:00-22:00"),
        ("Mon 8-5 " * 60, "more than hours need"),
    ],
)
def test_a_week_that_cannot_be_read_is_refused_in_a_sentence(typed, sentence):
    with pytest.raises(HoursUnreadable) as refused:
        read_week(typed)
    assert sentence in str(refused.value)


def test_the_hours_of_one_day_need_no_day():
    assert read_spans("13:00-17:00") == hours("13:00-17:00")
    assert read_spans("8-12 and 1-5") == hours("8:00-12:00, 13:00-17:00")
    assert read_spans("closed") == ()
    for typed in ("", "soon", "8-5 Monday", "closed 8-5"):
        with pytest.raises(HoursUnreadable):
            read_spans(typed)


def test_a_time_alone_may_mean_two_the_likelier_first():
    assert read_time("13:00") == (780,)
    assert read_time("1") == (780, 60)
    assert read_time("8:30") == (510, 1230)
    assert read_time("noon") == (720,)
    for typed in ("", "25", "8-5", "soon", "24:00"):
        with pytest.raises(HoursUnreadable):
            read_time(typed)


weeks = st.lists(own_days(), min_size=7, max_size=7).map(without_overlaps).filter(any)


@given(weeks)
@example(week("10:00-10:01", "11:00-10:59"))
@example(week("1:00-13:00", "11:59-11:58"))
def test_a_week_that_is_written_is_read_as_it_was(found):
    check_week(found)
    assert read_week(spoken_week(found)) == found
    for spans in found:
        assert read_spans(spoken_spans(spans)) == spans


PIECES = [
    *(
        "mon",
        "tue",
        "weekdays",
        "weekend",
        "daily",
        "Fri",
        "every day",
        "closed",
        "off",
        "24 hours",
        "8-5",
        "x",
    ),
    *("8", "5", "8:30", "12", "17:00", "24:00", "0", "00:00", "1200", "9999", "am", "pm", "noon", "midnight"),
    *("-", "–", "to", "and", ",", ";", ":", "from"),
]


@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map(" ".join) | st.text(max_size=60)
)
def test_whatever_is_typed_is_read_as_hours_or_refused(typed):
    with suppress(HoursUnreadable):
        found = read_week(typed)
        check_week(found)
        assert read_week(spoken_week(found)) == found
    with suppress(HoursUnreadable):
        assert all(start < end for start, end in read_spans(typed))
