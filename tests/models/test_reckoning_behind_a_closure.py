"""On PostgreSQL: who reckons a deadline while the calendar is being changed reckons by the new one."""

import threading

import pytest
from sqlmodel import select

from handlers import calendar_changes
from models.anew import anew
from models.calendars import calendar_of
from models.inquiry import Deadline, Inquiry
from tests.seeded import emptied, seeded

EMAIL = "inquiry log email from Jane Doe about a permit"
EVENING = "Monday 2026-03-02 18:00"
CLOSURE = 'desk closed apply 2026-03-03 to 2026-03-06 "snow"'


@pytest.fixture
def office(request):
    with seeded(emptied(request.getfixturevalue("postgres_url"))) as found:
        yield found


@pytest.fixture
def held(monkeypatch):
    """A change of the calendar stands still when it has been written, until `go` is set."""
    written, go = threading.Event(), threading.Event()
    carry_out = calendar_changes.carry_out

    def slowly(*given, **named):
        told = carry_out(*given, **named)
        written.set()
        assert go.wait(60)
        return told

    monkeypatch.setattr(calendar_changes, "carry_out", slowly)
    return written, go


def waits(office):
    """Whether somebody waits for a lock in the database."""
    here = "datname = current_database() AND wait_event_type = 'Lock'"
    waiting = f"SELECT count(*) FROM pg_stat_activity WHERE {here}"  # noqa: S608  # the words are our own
    with office.store.engine.connect() as connection:
        return bool(connection.exec_driver_sql(waiting).scalar())


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ([], EMAIL),
        ([EMAIL, "inquiry answer INQ-1"], "inquiry reopen INQ-1 again please"),
        ([EMAIL, "inquiry pause INQ-1 waiting for the form"], "inquiry resume INQ-1"),
        ([EMAIL], "inquiry extend INQ-1 information not readily available"),
    ],
)
def test_what_is_reckoned_behind_a_closure_counts_it(office, held, before, words):
    written, go = held
    for line in before:
        office.say("dana", line)
    office.at(EVENING)
    threads = [
        threading.Thread(target=office.say, args=("alex", CLOSURE)),
        threading.Thread(target=office.say, args=("dana", words)),
    ]
    threads[0].start()
    assert written.wait(60)
    threads[1].start()
    while not waits(office) and threads[1].is_alive():
        threads[1].join(0.02)
    go.set()
    for one in threads:
        one.join(60)
        assert not one.is_alive()
    with office.store.transaction() as db:
        (inquiry,) = db.exec(select(Inquiry)).all()
        clocks = [one for one in db.exec(select(Deadline)).all() if one.ended_at is None]
        calendar = calendar_of(db, inquiry.department_id)
        for clock in clocks:
            fresh = anew(db, clock, inquiry, calendar, office.now)
            assert (clock.due, clock.calendar_version) == (fresh.due, calendar.version)
        assert clocks


def test_a_look_holds_nobody_up(office, held):
    """Two looks, an apply and asks at once: nobody waits for ever, and nobody fails."""
    _, go = held
    go.set()
    replies = []
    say = lambda who, words: replies.append(office.say(who, words).template)  # noqa: E731  # for threads
    everybody = [
        *[("dana", EMAIL)] * 4,
        *[("sam", 'desk closed 2026-03-04 "look"')] * 3,
        ("alex", CLOSURE),
        ("alex", 'desk closed apply 2026-03-10 "ice"'),
        ("sam", 'desk closed apply 2026-03-11 "ice"'),
        *[("sam", "desk hours")] * 2,
    ]
    threads = [threading.Thread(target=say, args=one) for one in everybody]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(replies) == len(everybody)
    with office.store.transaction() as db:
        for clock in db.exec(select(Deadline)).all():
            inquiry = db.get_one(Inquiry, clock.inquiry_id)
            fresh = anew(db, clock, inquiry, calendar_of(db, inquiry.department_id), office.now)
            assert clock.due == fresh.due
