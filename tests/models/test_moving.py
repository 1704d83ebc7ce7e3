"""What a change of the calendar does to deadlines: by example, from two sides at once, whatever it closes."""

import threading
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from models import outbox
from models.anew import anew
from models.calendars import (
    ClosureDay,
    calendar_of,
    closures_of,
    compose,
    put_in_force,
)
from models.inquiry import Deadline, Event, Happening, Inquiry
from models.moved import carry_out
from models.moving import CannotMove, calendars_by_department, moves
from models.outbox import Owed, Sending
from models.staff import Staff
from tests.seeded import Office, emptied, seeded

MORNING = "Monday 2026-03-02 09:00"
KINDS = ("email", "letter", "call", "walk-in")


@pytest.fixture
def office(tmp_path):
    with seeded(f"sqlite:///{tmp_path / 'x.db'}") as found:
        yield found


def busy(office: Office) -> None:
    """Inquiries of every sort: running, paused, promised, needed, extended, missed, met."""
    say = office.say
    say("dana", "inquiry log email from A about x", "Thursday 2026-02-26 09:00")
    for number, channel in enumerate(KINDS):
        say("dana", f"inquiry log {channel} from B{number} about x", "Friday 2026-02-27 15:00")
    say("kim", "inquiry log letter from K about x")
    say("dana", "inquiry log letter from P about x")
    say("dana", "inquiry pause 7 waiting for the form", "Friday 2026-02-27 16:00")
    say("dana", "inquiry log letter from Q about x needed by Fri 10:00", MORNING)
    say("dana", 'inquiry ack 3 by Thu 16:00 "soon"')
    say("dana", "inquiry answer 4")


def close(db, office, days, department=None, start=None, end=None):
    before = calendars_by_department(db)
    for day in days:
        db.add(
            ClosureDay(
                day=day, name="storm", start=start, end=end, department_id=department, put_at=office.now
            )
        )
    put_in_force(db, office.now)
    return moves(db, list(before), office.now, before)


def test_what_ended_or_is_past_due_is_not_looked_at_and_the_rest_is_sorted(office):
    busy(office)
    with office.store.transaction() as db:
        found = close(db, office, [date(2026, 3, 2)])
        assert [one.inquiry.number for one in found.moved if one.shifts] == ["INQ-2", "INQ-5"]
        assert found.overdue == 1  # INQ-1
        running = db.exec(select(Deadline).where(col(Deadline.ended_at).is_(None))).all()
        assert len(running) == len(found.shifted) + found.kept + found.overdue + len(found.staying)
        db.rollback()


def test_looking_changes_no_clock(office):
    busy(office)
    before = [one.model_dump() for one in office.rows(Deadline)]
    with office.store.transaction() as db:
        close(db, office, [date(2026, 3, 3), date(2026, 3, 4)])
        assert not db.dirty
        put_in_force(db, office.now)
    assert [one.model_dump() for one in office.rows(Deadline)] == before


def test_one_department_moves_alone(office):
    busy(office)
    with office.store.transaction() as db:
        kim = db.exec(select(Staff).where(Staff.handle == "kim")).one()
        found = close(db, office, [date(2026, 3, 6)], department=kim.department_id)
        assert [one.inquiry.number for one in found.shifted] == ["INQ-6"]
        assert calendar_of(db) != calendar_of(db, kim.department_id)


def test_a_clock_that_leaves_the_known_days_names_its_inquiry(office):
    office.say("dana", "inquiry log letter from A about x", "Tuesday 2032-12-21 09:00")
    with office.store.transaction() as db:
        with pytest.raises(CannotMove, match="2033-01-01") as refused:
            close(db, office, [date(2032, 12, 28) + timedelta(days=number) for number in range(3)])
        assert refused.value.number == "INQ-1"
        db.rollback()


def test_words_about_a_deadline_that_moves_are_taken_back_and_others_are_not(office):
    for number in range(2):
        office.say("dana", f"inquiry log {('email', 'letter')[number]} from A about x")
    with office.store.transaction() as db:
        sam = db.exec(select(Staff).where(Staff.handle == "sam")).one()
        for clock in db.exec(select(Deadline)).all():
            outbox.put(db, f"soon:{clock.id}", "staff:1", "due_soon", {}, now=office.now, about=clock)
        found = close(db, office, [date(2026, 3, 3)])
        carry_out(db, found, by=sam, now=office.now, said="storm", change={}, told_by=sam.name)
    words = {row.deadline_id: row.state for row in office.rows(Owed) if row.deadline_id}
    assert words == {1: Sending.WITHDRAWN, 2: Sending.OWED}


def test_an_unsent_reminder_is_withdrawn_and_the_sweep_owes_one_for_the_new_time(office):
    office.say("dana", "inquiry log email from A about x", "Monday 2026-03-02 16:00")
    office.tick("Tuesday 2026-03-03 12:00")
    look = office.say("sam", '/desk closed tomorrow "flood"')
    assert look.facts["lines"] == []
    office.say("sam", '/desk closed apply 2026-03-03 "flood"', "Tuesday 2026-03-03 12:30")
    said = office.until("Wednesday 2026-03-04 17:30")
    assert [line for line in said if "due_" in line] == [
        "Wednesday 2026-03-04 13:00 dana due_soon INQ-1",
        "Wednesday 2026-03-04 17:00 dana due_now INQ-1",
    ]
    # Nobody is at the office on the day that is closed, so the word waits until morning.
    assert "Wednesday 2026-03-04 08:00 dana deadlines_moved" in said


days = st.lists(st.dates(date(2026, 2, 20), date(2026, 3, 20)), min_size=1, max_size=12, unique=True)
parts = st.none() | st.sampled_from([(480, 720), (780, 1020), (960, 1020), (0, 600)])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days, parts, st.booleans(), st.integers(0, 60 * 24 * 4))
def test_whatever_is_closed_what_is_written_is_what_reckoning_anew_gives(
    tmp_path, closed, part, agencys, later
):
    with seeded(f"sqlite:///{tmp_path / 'h.db'}") as office:
        busy(office)
        office.now += timedelta(minutes=later)
        start, end = part or (None, None)
        with office.store.transaction() as db:
            sam = db.exec(select(Staff).where(Staff.handle == "sam")).one()
            was = {one.id: (one.due, one.ended_at) for one in db.exec(select(Deadline))}
            standing = {
                one.id: one.due < (one.stopped_at or office.now)
                for one in db.exec(select(Deadline))
                if not one.ended_at
            }
            found = close(db, office, closed, None if agencys else sam.department_id, start, end)
            shifted = {one.clock.id for one in found.shifted}
            stays = {clock.id for clock, _ in found.staying}
            carry_out(db, found, by=sam, now=office.now, said="storm", change={}, told_by=sam.name)
            for clock, inquiry in db.exec(
                select(Deadline, Inquiry).join(Inquiry, col(Inquiry.id) == col(Deadline.inquiry_id))
            ):
                calendar, since = calendar_of(db, inquiry.department_id), clock.stopped_at or office.now
                if clock.ended_at or standing[clock.id] or clock.agreed_due or clock.id in stays:
                    assert (clock.due, clock.ended_at) == was[clock.id]
                    assert clock.id not in shifted
                    continue
                fresh = anew(db, clock, inquiry, calendar, since)
                if clock.stopped_at and fresh.due < was[clock.id][0]:
                    assert clock.due == was[clock.id][0], "what stands still never comes earlier"
                    continue
                assert (clock.due, clock.aim, clock.because) == (fresh.due, fresh.aim, list(fresh.because))
                assert clock.due >= since, "nothing is made overdue"
                assert (clock.due != was[clock.id][0]) == (clock.id in shifted)
                if part is None:
                    assert clock.due >= was[clock.id][0], "a whole closed day makes nothing earlier"
            moved = db.exec(select(Event).where(Event.what == Happening.MOVED)).all()
            assert {one.inquiry_id for one in moved} == {one.inquiry.id for one in found.shifted}
            waiting = db.exec(
                select(Owed).where(Owed.state == Sending.OWED, col(Owed.deadline_id).is_not(None))
            )
            assert not {row.deadline_id for row in waiting} & shifted
            # Looking once more finds nothing left to do.
            again = moves(db, list(calendars_by_department(db)), office.now, calendars_by_department(db))
            assert again.moved == []


@pytest.mark.parametrize("words", [("Tue", "Wed"), ("Tue", "Tue")])
def test_two_who_close_at_once_see_each_other(tmp_path, request, words):
    """On PostgreSQL: SQLite lets one transaction in at a time."""
    address = emptied(request.getfixturevalue("postgres_url"))
    with seeded(address) as office:
        office.say("dana", "inquiry log email from Jo about tax")
        office.say("lee", "inquiry log letter from Bo about rent")
        look = office.say("sam", '/desk closed Tue "flood"')
        assert (look.template, [one["number"] for one in look.facts["lines"]]) == ("closure", ["INQ-1"])
        assert [row for row in office.rows(ClosureDay) if row.put_at] == []
        start, replies = threading.Barrier(2), {}

        def apply(who, day):
            start.wait(20)
            replies[who] = office.say(who, f'/desk closed apply {day} "flood" for Human Resources')

        pair = [threading.Thread(target=apply, args=one) for one in zip(("sam", "alex"), words, strict=True)]
        for one in pair:
            one.start()
        for one in pair:
            one.join(60)
        templates = sorted(reply.template for reply in replies.values())
        assert templates == (
            ["closure", "closure"] if words[0] != words[1] else ["closed_already", "closure"]
        )
        with office.store.transaction() as db:
            department = db.exec(select(Staff).where(Staff.handle == "sam")).one().department_id
            assert calendar_of(db, department) == compose(db, department)
            own = [row for row in closures_of(db, department) if row.department_id]
            assert len(own) == len(set(words))
            for clock, inquiry in db.exec(
                select(Deadline, Inquiry).join(Inquiry, col(Inquiry.id) == col(Deadline.inquiry_id))
            ):
                fresh = anew(db, clock, inquiry, calendar_of(db, department), office.now)
                assert clock.due == fresh.due
