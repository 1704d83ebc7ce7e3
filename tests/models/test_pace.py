"""How long the owner's like inquiries took, and whether a promise is bolder than that (R14)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendars import calendar_of
from models.inquiry import Happening, Inquiry, State, note
from models.pace import FEWEST, MOST, SHARE, Pace, minutes_taken, pace, percentile
from tests.models.spelled_dates import at
from tests.seeded import Office, counted

RECEIVED = at("Monday 2026-03-02 09:00")
SHARES = st.integers(1, 20).flatmap(lambda below: st.integers(1, below).map(lambda top: Fraction(top, below)))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), SHARES)
def test_the_percentile_is_the_least_value_that_so_many_do_not_pass(
    values: list[int], share: Fraction
) -> None:
    enough = [one for one in values if sum(other <= one for other in values) >= share * len(values)]
    assert percentile(values, share) == min(enough)


@pytest.mark.parametrize(
    ("values", "expected"), [([7], 7), ([1, 2, 3, 4, 5], 4), ([5, 4, 3, 2, 1, 0], 4), (list(range(1, 11)), 8)]
)
def test_four_in_five_by_the_nearest_rank(values: list[int], expected: int) -> None:
    assert percentile(values, SHARE) == expected


@pytest.mark.parametrize(("values", "share"), [([], SHARE), ([1], Fraction(0)), ([1], Fraction(6, 5))])
def test_a_percentile_of_nothing_is_refused(values: list[int], share: Fraction) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, share)


def stored(office: Office, hours: Sequence[float], **other: Any) -> None:
    """Inquiries of Dana's, received last Monday at eight, each answered so many working hours later."""
    with office.store.transaction() as db:
        calendar = calendar_of(db)
        received: datetime = other.pop("received_at", at("Monday 2026-02-23 08:00"))
        for one in hours:
            row: dict[str, Any] = {
                "department_id": 1, "owner_id": 1, "channel": "email", "customer": "Jo", "subject": "tax",
                "received_at": received, "logged_at": received, "logged_by_id": 1, "state": State.ANSWERED,
            }  # fmt: skip
            inquiry = Inquiry(**{**row, **other})
            db.add(inquiry)
            db.flush()
            answered = calendar.add_minutes(received, one * 60)
            note(db, inquiry, Happening.ANSWERED, 1, answered)
            # A later closing is no first answer.
            note(db, inquiry, Happening.CLOSED, 1, answered + timedelta(hours=30))


def pace_of(office: Office, promised: str) -> Pace | None:
    with office.store.transaction() as db:
        inquiry = Inquiry(
            department_id=1, owner_id=1, channel="email", customer="Ann", subject="fees",
            received_at=RECEIVED, logged_at=RECEIVED, logged_by_id=1,
        )  # fmt: skip
        db.add(inquiry)
        db.flush()
        return pace(db, inquiry, at(promised), calendar_of(db), RECEIVED)


def test_a_promise_is_held_against_four_in_five_of_the_owners_like_inquiries(either: Office) -> None:
    stored(either, [1, 2, 3, 4, 5, 6, 7, 12, 20, 30])
    found = pace_of(either, "Monday 2026-03-02 15:00")
    assert found == Pace(took=12 * 60, leaves=6 * 60, count=10)
    assert found.bold
    fair = pace_of(either, "Tuesday 2026-03-03 13:00")
    assert fair is not None
    assert (fair.leaves, fair.bold) == (13 * 60, False)


def test_fewer_than_eight_say_nothing(either: Office) -> None:
    stored(either, [20] * (FEWEST - 1))
    assert pace_of(either, "Monday 2026-03-02 10:00") is None
    stored(either, [20])
    assert pace_of(either, "Monday 2026-03-02 10:00") is not None


@pytest.mark.parametrize(
    "other",
    [
        {"channel": "call"},
        {"owner_id": 2},
        {"department_id": 2},
        {"received_at": at("Monday 2025-02-24 08:00")},
    ],
)
def test_other_inquiries_are_not_alike(office: Office, other: dict[str, Any]) -> None:
    stored(office, [20] * FEWEST, **other)
    assert pace_of(office, "Monday 2026-03-02 10:00") is None


def test_what_was_paused_does_not_count(office: Office) -> None:
    office.say("dana", "inquiry log email from Jane Doe about a permit", "Monday 2026-02-23 09:00")
    office.say("dana", "inquiry pause 1 waiting for the form", "Monday 2026-02-23 11:00")
    office.say("dana", "inquiry resume 1", "Wednesday 2026-02-25 15:00")
    office.say("dana", "inquiry answer 1", "Wednesday 2026-02-25 16:00")
    with office.store.transaction() as db:
        like = Inquiry(
            department_id=1, owner_id=1, channel="email", customer="Ann", subject="fees",
            received_at=RECEIVED, logged_at=RECEIVED, logged_by_id=1,
        )  # fmt: skip
        assert minutes_taken(db, like, calendar_of(db), RECEIVED) == [3 * 60]


def test_a_reopened_inquiry_took_as_long_as_its_first_answer(office: Office) -> None:
    office.say("dana", "inquiry log email from Jane Doe about a permit", "Monday 2026-02-23 09:00")
    office.say("dana", "inquiry answer 1", "Monday 2026-02-23 11:00")
    office.say("dana", "inquiry reopen 1 it never arrived", "Wednesday 2026-02-25 11:00")
    office.say("dana", "inquiry answer 1", "Friday 2026-02-27 11:00")
    with office.store.transaction() as db:
        like = db.get_one(Inquiry, 1).model_copy(update={"id": 99})
        assert minutes_taken(db, like, calendar_of(db), RECEIVED) == [2 * 60]


def test_a_long_record_is_read_in_two_statements_and_its_newest_part(office: Office) -> None:
    stored(office, [1] * (MOST + 5))
    like = office.rows(Inquiry)[0]
    with counted(office) as statements, office.store.transaction() as db:
        calendar = calendar_of(db)
        before = len(statements)
        assert len(minutes_taken(db, like, calendar, RECEIVED)) == MOST
        assert len(statements) - before == 2
