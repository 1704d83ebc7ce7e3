"""R1's excuse: past due while the owner's out-of-office message is on is not missed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from models.absence import Absence
from models.adopting import standard_for
from models.calendar import Calendar
from models.calendars import calendar_of
from models.deadline import reckon_all
from models.excuse import excuse
from models.inquiry import Deadline, Event, Inquiry, ident
from models.staff import Department
from models.telling import standing
from scheduler.reminders import sweep
from tests.models.spelled_dates import at, day
from tests.seeded import Office

LOG = "inquiry log email from Jane Doe about a permit"
MONDAY = "Monday 2026-03-02 09:00"
LATE = ("overdue", "excuse_over")


@pytest.fixture
def framework(office: Office) -> Office:
    """The office while Human Resources keeps madison-hr: e-mail in 1 to 2 business days (R1)."""
    keep(office, "madison-hr")
    return office


def keep(office: Office, standard: str) -> None:
    with office.store.transaction() as db:
        department = db.exec(select(Department).where(Department.name == "Human Resources")).one()
        department.standard = standard
        db.add(department)


def clock_of(office: Office, number: int = 0) -> Deadline:
    return office.rows(Deadline)[number]


# Logged on Monday at nine, so it is due on Wednesday at the closing; the absence is planned an hour later.
@pytest.mark.parametrize(
    ("first", "last", "excused_until"),
    [
        ("Tuesday 2026-03-03", "Wednesday 2026-03-04", "Friday 2026-03-06 17:00"),
        ("Wednesday 2026-03-04", "Wednesday 2026-03-04", "Thursday 2026-03-05 17:00"),
        ("Tuesday 2026-03-03", "Friday 2026-03-06", "Tuesday 2026-03-10 17:00"),
        ("Tuesday 2026-03-03", "Sunday 2026-03-08", "Tuesday 2026-03-10 17:00"),
        ("Thursday 2026-03-05", "Friday 2026-03-06", None),
        ("Monday 2026-03-02", "Monday 2026-03-02", None),
    ],
)
def test_the_days_away_are_given_back_once_the_clock_is_past_due(
    framework: Office, first: str, last: str, excused_until: str | None
) -> None:
    framework.say("dana", LOG, MONDAY)
    reply = framework.say("dana", f"away from {day(first)} to {day(last)}", "Monday 2026-03-02 10:00")
    assert reply.template == "away_planned"
    clock = clock_of(framework)
    assert clock.due == at("Wednesday 2026-03-04 17:00"), "the clock stays the policy's"
    assert clock.excused_until == (at(excused_until) if excused_until else None)


def test_past_due_it_is_excused_up_to_then_and_overdue_after(framework: Office) -> None:
    framework.say("dana", LOG, MONDAY)
    framework.say("dana", "away from 2026-03-03 to 2026-03-04")
    clock = clock_of(framework)
    for moment, word in (
        ("Wednesday 2026-03-04 17:00", "running"),
        ("Thursday 2026-03-05 09:00", "excused"),
        ("Friday 2026-03-06 17:00", "excused"),
        ("Friday 2026-03-06 17:01", "overdue"),
    ):
        assert standing(clock, at(moment)) == word, moment
    framework.say("dana", "inquiry answer 1", "Friday 2026-03-06 12:00")
    assert standing(clock_of(framework), at("Monday 2026-03-09 09:00")) == "excused"


def test_a_standard_that_excuses_nothing_is_as_strict_as_ever(office: Office) -> None:
    office.say("dana", LOG, MONDAY)
    office.say("dana", "away from 2026-03-03 to 2026-03-06")
    assert clock_of(office).excused_until is None


def test_coming_back_early_shrinks_the_excuse_to_the_days_away(framework: Office) -> None:
    framework.say("dana", LOG, MONDAY)
    framework.say("dana", "away from 2026-03-03 to 2026-03-06")
    framework.say("dana", "away back", "Thursday 2026-03-05 09:00")
    assert clock_of(framework).excused_until == at("Friday 2026-03-06 17:00")


def test_an_absence_that_never_began_excuses_nothing(framework: Office) -> None:
    framework.say("dana", LOG, MONDAY)
    framework.say("dana", "away from 2026-03-03 to 2026-03-06")
    framework.say("dana", "away back", "Monday 2026-03-02 16:00")
    assert clock_of(framework).excused_until is None


def test_what_is_missed_stays_missed(framework: Office) -> None:
    framework.say("dana", LOG, MONDAY)
    framework.say("dana", "away from 2026-03-03 to 2026-03-06", "Thursday 2026-03-05 09:00")
    assert clock_of(framework).excused_until is None


def test_a_clock_that_is_set_while_its_owner_is_away_is_excused_at_once(framework: Office) -> None:
    framework.say("dana", "away from 2026-03-02 to 2026-03-03", MONDAY)
    framework.say("lee", f"{LOG} owner dana", "Monday 2026-03-02 11:00")
    # Tuesday is away, so Wednesday is day 1 and Thursday day 2.
    assert clock_of(framework).excused_until == at("Thursday 2026-03-05 17:00")


def test_each_owners_absence_counts_while_it_was_theirs(framework: Office) -> None:
    framework.say("dana", LOG, MONDAY)
    framework.say("dana", "away from 2026-03-03 to 2026-03-06")
    framework.say("sam", "inquiry assign 1 to lee", "Wednesday 2026-03-04 10:00")
    # Dana was away on Tuesday alone while it was hers.
    assert clock_of(framework).excused_until == at("Thursday 2026-03-05 17:00")
    framework.say("lee", "away from 2026-03-05 to 2026-03-05", "Wednesday 2026-03-04 11:00")
    assert clock_of(framework).excused_until == at("Friday 2026-03-06 17:00")


def test_a_promise_is_excused_by_nothing(framework: Office) -> None:
    framework.say("dana", LOG, MONDAY)
    framework.say("dana", "inquiry ack 1 by Wed")
    framework.say("dana", "away from 2026-03-03 to 2026-03-06")
    assert [one.excused_until for one in framework.rows(Deadline)] == [None, None]


def test_who_covers_hears_of_it_when_it_is_due_and_others_when_the_excuse_has_run_out(either: Office) -> None:
    keep(either, "madison-hr")
    either.say("dana", LOG, MONDAY)
    either.say("dana", "away from 2026-03-03 to 2026-03-06")
    # INQ-2 is of lee, excused by nothing, and due at the same instant.
    either.say("lee", LOG)
    heard = either.until("Wednesday 2026-03-11 12:00")
    assert [one for one in heard if "overdue" in one or "excuse" in one or "due_now INQ-1" in one] == [
        "Wednesday 2026-03-04 17:00 sam due_now INQ-1",
        "Thursday 2026-03-05 10:00 sam overdue INQ-2",
        "Thursday 2026-03-05 16:00 alex overdue INQ-2",
        "Wednesday 2026-03-11 09:00 dana excuse_over INQ-1",
        "Wednesday 2026-03-11 10:00 sam overdue INQ-1",
    ]
    [word] = [one for one in either.owed() if one.template == "excuse_over"]
    assert (word.facts["next"]["standing"], word.facts["covering_for"]) == ("overdue", None)
    late = [_spoken(one.template, one.facts) for one in either.owed() if one.template in LATE]
    assert ["excused until Tue 2026-03-10 17:00 CDT" in one for one in late] == [False, False, True, True]


def test_a_word_that_it_is_overdue_waits_when_the_excuse_grows(framework: Office) -> None:
    framework.say("dana", LOG, MONDAY)
    framework.say("dana", "away from 2026-03-03 to 2026-03-03")
    for moment in ("Friday 2026-03-06 09:00", "Friday 2026-03-06 10:00"):
        sweep(framework.store, at(moment))
    with framework.store.transaction() as db:
        clock = db.exec(select(Deadline)).one()
        clock.excused_until = at("Friday 2026-03-06 17:00")
        db.add(clock)
    framework.tick("Friday 2026-03-06 10:00")
    late = [(one.template, one.reason) for one in framework.owed() if one.template in LATE]
    assert late == [("excuse_over", "excused"), ("overdue", "excused")]
    assert framework.until("Monday 2026-03-09 10:00") == [
        "Monday 2026-03-09 09:00 dana excuse_over INQ-1",
        "Monday 2026-03-09 10:00 sam overdue INQ-1",
    ]


def test_an_owner_who_is_away_again_is_not_told_but_who_covers(framework: Office) -> None:
    framework.say("dana", LOG, MONDAY)
    framework.say("dana", "away from 2026-03-03 to 2026-03-03")
    framework.say("dana", "away from 2026-03-06 to 2026-03-06 alternate lee", "Thursday 2026-03-05 18:00")
    assert framework.until("Friday 2026-03-06 10:00")[-2:] == [
        "Friday 2026-03-06 09:00 lee excuse_over INQ-1",
        "Friday 2026-03-06 10:00 sam overdue INQ-1",
    ]


def test_lists_say_until_when_it_is_excused(framework: Office) -> None:
    framework.say("dana", LOG, MONDAY)
    framework.say("dana", "away from 2026-03-03 to 2026-03-06")
    framework.at("Thursday 2026-03-05 09:00")
    for who, words in (("sam", "desk overdue"), ("dana", "inquiry mine")):
        reply = framework.say(who, words)
        assert "excused until Tue 2026-03-10 17:00 CDT" in _spoken(reply.template, reply.facts)
    assert framework.say("sam", "desk team").facts["lines"][0]["overdue"] == 0
    [one] = framework.say("sam", "inquiry why 1").facts["deadlines"]
    assert (one["standing"], one["excused_until"]) == ("excused", "2026-03-10T22:00:00+00:00")


def test_an_absence_beyond_the_known_calendar_excuses_nothing(framework: Office) -> None:
    framework.say("dana", LOG, "Wednesday 2032-12-22 09:00")
    with framework.store.transaction() as db:
        db.add(_absence(date(2032, 12, 23), date(2033, 2, 1)))
    _look_again(framework)
    assert clock_of(framework).excused_until is None


DAYS = st.integers(0, 25).map(lambda count: date(2026, 2, 25) + timedelta(days=count))
SPANS = st.lists(st.tuples(DAYS, st.integers(0, 6)), max_size=4)


@given(SPANS, st.integers(0, 8 * 60), st.integers(0, 9))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_excuse_is_never_before_the_due_and_counts_the_open_days_at_work(
    framework: Office, spans: list[tuple[date, int]], minute: int, later: int
) -> None:
    received = at("Monday 2026-03-02 08:30") + timedelta(minutes=minute, days=later)
    away = {first + timedelta(days=one) for first, length in spans for one in range(length + 1)}
    with framework.store.transaction() as db:
        inquiry, clock = _logged(db, received)
        for first, length in spans:
            db.add(_absence(first, first + timedelta(days=length)))
        db.flush()
        calendar = calendar_of(db)
        excuse(db, clock, inquiry, calendar, received)
        found, due = clock.excused_until, clock.due
        zero = calendar.business_day(received)
        expected = calendar.closing(_second_day_at_work(calendar, zero, away))
        for row in (*db.exec(select(Absence)), *db.exec(select(Event)), clock):
            db.delete(row)
        db.flush()
        db.delete(inquiry)
    assert found == (expected if expected > due else None)
    assert found is None or found > due


def _second_day_at_work(calendar: Calendar, zero: date, away: set[date]) -> date:
    """The oracle, day by day."""
    left, one = 2, zero
    while left:
        one += timedelta(days=1)
        left -= calendar.is_open_day(one) and one not in away
    return one


def _logged(db: Session, instant: datetime) -> tuple[Inquiry, Deadline]:
    inquiry = Inquiry(
        department_id=1, owner_id=1, channel="email", customer="Jo", subject="tax",
        received_at=instant, logged_at=instant, logged_by_id=1,
    )  # fmt: skip
    db.add(inquiry)
    db.flush()
    department = db.get_one(Department, 1)
    calendar = calendar_of(db)
    [one] = reckon_all(instant, standard_for(db, department, instant.date()), "email", calendar)
    assert one.counted_by is not None
    clock = Deadline(
        inquiry_id=ident(inquiry), kind=one.kind, rule=one.rule, citation=one.citation, aim=one.aim,
        due=one.due, set_at=instant, because=[], in_short="", standard="madison-hr", standard_version="",
        met_by=["answer"], calendar_version=calendar.version, counted_from=one.counted_from,
        counted_by=one.counted_by.model_dump(mode="json", exclude_none=True),
    )  # fmt: skip
    db.add(clock)
    db.flush()
    return inquiry, clock


def _absence(first: date, last: date) -> Absence:
    return Absence(staff_id=1, first=first, last=last, told_at=at(MONDAY))


def _spoken(template: str, facts: dict[str, Any]) -> str:
    voice = Voice(TEMPLATES, "plain", "America/Chicago", str)
    return to_text(voice.say(template, facts), (), width=10_000)


def _look_again(office: Office) -> None:
    with office.store.transaction() as db:
        clock, inquiry = db.exec(select(Deadline)).one(), db.exec(select(Inquiry)).one()
        excuse(db, clock, inquiry, calendar_of(db), office.now)


def test_both_databases_excuse_alike_and_the_words_say_why(either: Office) -> None:
    keep(either, "madison-hr")
    either.say("dana", LOG, MONDAY)
    either.say("dana", "away from 2026-03-03 to 2026-03-06")
    either.until("Thursday 2026-03-05 09:00")
    assert clock_of(either).excused_until == at("Tuesday 2026-03-10 17:00")
    why = either.say("sam", "inquiry why 1")
    reckoned = _spoken(why.template, why.facts)
    assert "Past due it is excused up to Tue 2026-03-10 17:00 CDT" in reckoned
