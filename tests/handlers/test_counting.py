"""A count as staff type it: read as it is meant, asked about, or refused in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handlers.asking import Refusal
from handlers.counting import (
    CountBeyond,
    SeveralCounts,
    Uncountable,
    UnknownChannel,
    Wish,
    counted,
    in_words,
    read_channels,
    read_count,
    read_wish,
    typed,
)
from models.count import MOST, UNITS, Count
from models.standard import CHANNELS


@pytest.mark.parametrize(
    ("words", "unit", "pair"),
    [
        ("4 business hours", "business_hours", (4, 4)),
        ("4 working hours", "business_hours", (4, 4)),
        ("within 4 Business Hrs.", "business_hours", (4, 4)),
        ("two open hours", "business_hours", (2, 2)),
        ("1 business day", "business_days", (1, 1)),
        ("1-2 business days", "business_days", (1, 2)),
        ("1 – 2 working days", "business_days", (1, 2)),
        ("1 to 2 days", "business_days", (1, 2)),
        ("one or two days", "business_days", (1, 2)),
        ("a day", "business_days", (1, 1)),
        ("up to 3 days", "business_days", (3, 3)),
        ("24 to 48 hours", "clock_hours", (24, 48)),
        ("24-48 hours", "clock_hours", (24, 48)),
        ("24–48h", "clock_hours", (24, 48)),
        ("48 clock hours", "clock_hours", (48, 48)),
        ("1 week", "weeks", (1, 1)),
        ("a week", "weeks", (1, 1)),
        ("2 wks", "weeks", (2, 2)),
        ("72 elapsed hours", "elapsed_hours", (72, 72)),
        ("4 to 8 elapsed hours", "elapsed_hours", (4, 8)),
    ],
)
def test_a_count_is_read_as_people_write_it(words, unit, pair):
    assert read_count(words) == Count.model_validate({unit: pair})


@pytest.mark.parametrize(
    ("words", "ways"),
    [
        ("4 hours", ["4 business hours", "4 elapsed hours"]),
        ("an hour", ["1 business hour", "1 elapsed hour"]),
        ("4h", ["4 business hours", "4 elapsed hours"]),
        ("4 to 8 hours", ["4 to 8 business hours", "4 to 8 elapsed hours"]),
        ("12 to 24 hours", ["12 to 24 business hours", "12 to 24 elapsed hours"]),
        ("48 hours", ["48 clock hours", "48 business hours", "48 elapsed hours"]),
        ("5000 hours", ["5000 elapsed hours"]),
    ],
)
def test_hours_that_may_be_counted_in_several_ways_are_asked_about(words, ways):
    with pytest.raises(SeveralCounts, match="more than one way") as several:
        read_count(words)
    assert [typed(one) for one in several.value.counts] == ways


@pytest.mark.parametrize(
    "words",
    ["", " ", "soon", "4", "business days", "-1 days", "1.5 days", "half a day", "30 minutes", "1 month",
     "4 elapsed days", "1 day 2 hours", "1 2 days", "1--2 days", "days 4", "1-business-day", "day",
     "x" * 9000, "9" * 40 + " days", "² days"],
)  # fmt: skip
def test_words_that_are_no_count_are_refused_with_examples(words):
    with pytest.raises(
        Uncountable, match=r"4 business hours, 1 to 2 business days, 24 to 48 hours or 1 week"
    ):
        read_count(words)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("0 days", "business days counts from 1 up"),
        ("2 to 1 days", "its aim comes no later than its due"),
        ("261 days", "business days goes up to 260, about a year"),
        ("53 weeks", "weeks goes up to 52"),
        ("1 to 2 weeks", "weeks is one whole number"),
        ("2601 business hours", "business hours goes up to 2600"),
        ("9999 hours", "elapsed hours goes up to 8784"),
        ("0 hours", "counts from 1 up"),
        ("25 clock hours", "clock hours come in twenty-fours"),
    ],
)
def test_a_count_that_no_rule_may_have_says_why(words, why):
    with pytest.raises(CountBeyond, match=why) as beyond:
        read_count(words)
    assert "_" not in str(beyond.value)


@st.composite
def counts(draw):
    unit = draw(st.sampled_from(UNITS))
    step = 24 if unit == "clock_hours" else 1
    due = draw(st.integers(1, MOST[unit] // step)) * step
    aim = due if unit == "weeks" else draw(st.integers(1, due // step)) * step
    return Count.model_validate({unit: (aim, due)})


@given(counts())
def test_the_words_of_every_count_read_back_to_it_unless_they_are_asked_about(count):
    assert read_count(typed(count)) == count
    if count.unit == "clock_hours" and count.aim == count.due:
        with pytest.raises(SeveralCounts) as several:
            read_count(str(count))
        assert several.value.counts[0] == count
    else:
        assert read_count(str(count)) == count
    assert in_words(count).startswith(str(count))


PIECES = st.one_of(
    st.sampled_from(["1", "2", "24", "48", "0", "300", "a", "one", "to", "-", "–", "business", "working"]),
    st.sampled_from(["elapsed", "clock", "hours", "hour", "h", "days", "day", "week", "within", "answer"]),
    st.text(max_size=5),
)


def outcome(read, words):
    """What was read, or the kind error that refused it; any other error is a fault."""
    try:
        return read(words)
    except (SeveralCounts, Uncountable, CountBeyond, UnknownChannel) as refused:
        return refused


@given(st.one_of(st.text(max_size=100), st.lists(PIECES, max_size=6).map(" ".join)))
def test_whatever_is_typed_is_a_count_or_a_refusal(words):
    found = outcome(read_count, words)
    if isinstance(found, SeveralCounts):
        assert found.counts
        assert all(read_count(typed(one)) == one for one in found.counts)
    elif isinstance(found, Count):
        assert Count.model_validate(found.model_dump(exclude_none=True)) == found
    else:
        assert str(found).startswith("“")
    wish = outcome(read_wish, words)
    if isinstance(wish, Wish):
        assert set(wish.channels) <= set(CHANNELS)
    else:
        assert "There are email" in str(wish)


@given(st.integers(-5, 3000), st.integers(-5, 3000), st.sampled_from(["business days", "business hours"]))
def test_a_range_is_read_just_when_the_model_takes_it(aim, due, unit):
    key = unit.replace(" ", "_")
    try:
        wanted = Count.model_validate({key: (aim, due)})
    except ValidationError:
        with pytest.raises((CountBeyond, Uncountable)):
            read_count(f"{aim} to {due} {unit}")
    else:
        assert read_count(f"{aim} to {due} {unit}") == wanted


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("email 4 business hours", Wish(("email",), "4 business hours", "respond")),
        ("letter 1 week answer", Wish(("letter",), "1 week", "answer")),
        ("call 1 to 2 business days", Wish(("call",), "1 to 2 business days", "respond")),
        ("voicemail 24-48 hours", Wish(("voicemail",), "24-48 hours", "respond")),
        ("call, e-mail 1 business day", Wish(("email", "call"), "1 business day", "respond")),
        ("phone calls and walk-ins one day to answer", Wish(("call", "walk-in"), "one day", "answer")),
        ("walk in in 4 business hours", Wish(("walk-in",), "in 4 business hours", "respond")),
        ("a call a week", Wish(("call",), "a week", "respond")),
        ("all channels 1 day", Wish(CHANNELS, "1 day", "respond")),
        ("email", Wish(("email",), "", "respond")),
        ("4 days", Wish((), "4 days", "respond")),
        ("", Wish((), "", "respond")),
    ],
)
def test_channels_count_and_kind_are_taken_apart(words, wish):
    assert read_wish(words) == wish


def test_what_is_no_channel_is_refused_with_those_that_are():
    with pytest.raises(UnknownChannel, match=r"“fax” is no channel\. There are email, call"):
        read_wish("email, fax 4 days")
    assert read_channels("letters & forms; letter") == ("letter", "form")


def test_in_a_conversation_each_way_of_counting_is_a_button_with_the_whole_command():
    with pytest.raises(Refusal) as refusal:
        counted("48 hours", "usage", lambda words: f"desk standard set call {words} from 2026-03-09")
    reply = refusal.value.reply
    assert reply.template == "standard_which_hours"
    assert [one.words for one in reply.choices] == [
        "desk standard set call 48 clock hours from 2026-03-09",
        "desk standard set call 48 business hours from 2026-03-09",
        "desk standard set call 48 elapsed hours from 2026-03-09",
    ]
    for words in ("soon", "300 days"):
        with pytest.raises(Refusal) as refusal:
            counted(words, "usage")
        assert refusal.value.reply.template == "standard_unread"
