"""What must not vanish, and what must not crash: missed clocks, reopenings, lost files, other calendars."""

from threading import Thread

import pytest
from sqlmodel import select

from handlers.asking import Reply
from models.inquiry import Deadline, Inquiry
from models.outbox import Sending
from models.staff import Department
from scheduler.reminders import sweep
from tests.handlers.paused import is_at, said
from tests.seeded import counted, emptied, moment, seeded

LOG = "inquiry log email from Jane Doe about a permit"


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request, tmp_path):
    address = f"sqlite:///{tmp_path / 'office.db'}"
    if request.param == "postgresql":
        address = emptied(request.getfixturevalue("postgres_url"))
    with seeded(address) as office:
        yield office


@pytest.fixture
def office(tmp_path):
    with seeded(f"sqlite:///{tmp_path / 'office.db'}") as office:
        yield office


def lines(reply):
    return [(one["kind"], one["standing"]) for one in reply.facts["deadlines"]]


def test_a_pause_hides_no_miss_from_the_supervisor(either):
    either.say("dana", LOG)
    either.until("Wednesday 2026-03-04 07:00")
    reply = either.say("dana", "inquiry pause 1 waiting for the form", "Wednesday 2026-03-04 07:30")
    assert "past due already, and a pause does not change that" in said(reply)
    assert "These stand still" not in said(reply)
    assert either.until("Friday 2026-03-06 12:00") == [
        "Wednesday 2026-03-04 09:00 dana late INQ-1",
        "Wednesday 2026-03-04 10:00 sam overdue INQ-1",
        "Wednesday 2026-03-04 16:00 alex overdue INQ-1",
    ]


def test_a_word_that_is_owed_of_a_miss_is_not_taken_back_by_a_pause(either):
    either.say("dana", LOG)
    for at in ("Wednesday 2026-03-04 09:00", "Wednesday 2026-03-04 10:00"):
        sweep(either.store, either.at(at).now)
    either.say("dana", "inquiry pause 1 waiting for the form")
    assert [row.template for row in either.owed(Sending.OWED)] == ["late", "overdue"]
    either.tick()
    assert either.heard() == ["dana late INQ-1", "sam overdue INQ-1"]


def test_a_clock_that_still_runs_rests_beside_one_that_is_missed(office):
    office.say("dana", "inquiry log letter from Ann about rent")
    office.say("dana", "inquiry ack 1 by Tue 10:00")
    reply = office.say("dana", "inquiry pause 1 the form", "Tuesday 2026-03-03 11:00")
    assert [one["kind"] for one in reply.facts["stopped"]] == ["answer"]
    assert [one["standing"] for one in reply.facts["running"]] == ["overdue"]
    reply = office.say("dana", "inquiry resume 1", "Wednesday 2026-03-04 11:00")
    assert [(one["kind"], one["standing"]) for one in reply.facts["resumed"]] == [
        ("promise", "overdue"),
        ("answer", "running"),
    ]


@pytest.mark.parametrize(
    "since",
    [["inquiry pause 1 form", "inquiry resume 1"], ["inquiry pause 1 form", "inquiry ack 1 by 2026-03-10"]],
)
def test_the_owner_hears_that_it_was_reopened_whatever_comes_after(office, since):
    office.say("dana", LOG)
    office.say("dana", "inquiry answer 1")
    office.say("sam", "inquiry reopen 1 never arrived", "Monday 2026-03-02 18:00")
    for words in since:
        office.say("sam", words)
    clocks = [(one.kind, one.due) for one in office.rows(Deadline) if one.ended_at is None]
    [word] = [row for row in office.owed(Sending.OWED) if row.template == "inquiry_reopened"]
    # They are told of the deadlines as they are by then.
    assert [one["kind"] for one in word.facts["clocks"]] == [kind for kind, _ in clocks]
    assert "dana inquiry_reopened INQ-1" in " ".join(office.until("Tuesday 2026-03-03 09:00"))


@pytest.mark.parametrize("words", ["inquiry answer 1", 'inquiry close 1 "done"', "inquiry assign 1 to kim"])
def test_a_reopening_that_is_over_is_not_told(office, words):
    office.say("dana", LOG)
    office.say("dana", "inquiry answer 1")
    office.say("sam", "inquiry reopen 1 never arrived", "Monday 2026-03-02 18:00")
    office.say("sam", words)
    assert "inquiry_reopened" not in [row.template for row in office.owed(Sending.OWED)]


@pytest.fixture
def bereft(office, tmp_path):
    """INQ-1 has a clock from before rules were kept, and its department's file is gone."""
    office.say("dana", LOG)
    with office.store.transaction() as db:
        clock = db.exec(select(Deadline)).one()
        clock.counted_by = None
        department = db.exec(select(Department).where(Department.name == "Human Resources")).one()
        department.standard = str(tmp_path / "gone.toml")
        db.add_all([clock, department])
    return office


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("away from 2026-03-03 to 2026-03-04", "away_planned"),
        ("inquiry assign 1 to lee", "inquiry_assigned"),
        ("inquiry ack 1 by Thu", "inquiry_acknowledged"),
        ("inquiry needed 1 by Thu", "inquiry_needed"),
        ("inquiry extend 1 the archive is closed", "extension_needs_time"),
        ("inquiry pause 1 the form", "inquiry_paused"),
        (LOG, "standard_unreadable"),
    ],
)
def test_a_standard_that_cannot_be_read_crashes_nothing(bereft, words, template):
    reply = bereft.say("dana", words)
    assert reply.template == template
    assert said(reply)
    assert {row.standard for row in bereft.rows(Deadline)} == {"departmental"}


def test_what_was_answered_is_not_reopened_by_a_standard_that_cannot_be_read(bereft):
    bereft.say("dana", "inquiry pause 1 the form")
    assert bereft.say("dana", "inquiry resume 1", "Tuesday 2026-03-03 10:00").template == "inquiry_resumed"
    bereft.say("dana", "inquiry answer 1")
    assert bereft.say("dana", "inquiry reopen 1 again").template == "standard_unreadable"
    assert bereft.rows(Inquiry)[0].state == "answered"


@pytest.mark.parametrize("words", ["inquiry ack 1 by Thu", "inquiry needed 1 by Thu", "inquiry ack 1 Thu"])
@pytest.mark.parametrize("who", ["alex", "kim"])
def test_a_time_is_read_by_the_inquirys_calendar_whoever_says_it(office, who, words):
    office.say("robin", "desk hours apply Mon-Fri 8:00-12:00 from 2026-03-02")
    office.say("kim", LOG)
    office.say(who, words)
    [clock] = [one for one in office.rows(Deadline) if one.agreed_due is not None]
    assert is_at(clock.due.isoformat(), "Thursday 2026-03-05 12:00")


def test_who_was_promised_the_earlier_time_is_to_hear_of_the_later_one(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack 1 by Thu")
    office.say("dana", "inquiry pause 1 the form", "Tuesday 2026-03-03 09:00")
    words = said(office.say("dana", "inquiry resume 1", "Wednesday 2026-03-04 09:00"))
    assert "Jane Doe was promised Thu 2026-03-05 17:00 CST, and gets Fri 2026-03-06 17:00 CST now." in words
    assert "You will hear from us by Friday, March 6, 2026 at 5:00 PM" in words.replace("| ", "")


def test_who_resumes_anothers_inquiry_leaves_the_writing_to_the_owner(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry ack 1 by Thu")
    office.say("dana", "inquiry pause 1 the form", "Tuesday 2026-03-03 09:00")
    reply = office.say("sam", "inquiry resume 1", "Wednesday 2026-03-04 09:00")
    assert "Dana Whitfield is to write to the customer." in said(reply)
    assert "You will hear" not in said(reply)
    [word] = [row for row in office.owed() if row.template == "inquiry_resumed"]
    assert "You will hear from us by" in said(Reply(word.template, word.facts))


def test_a_pause_that_moves_no_promise_has_no_letter_to_write(office):
    office.say("dana", LOG)
    office.say("dana", "inquiry pause 1 the form", "Tuesday 2026-03-03 09:00")
    reply = office.say("dana", "inquiry resume 1", "Wednesday 2026-03-04 09:00")
    assert reply.facts["promised"] is None
    assert "promised" not in said(reply)


def test_an_acknowledgement_does_not_call_the_later_time_the_deadline(office):
    office.say("dana", "inquiry log letter from Ann about rent")
    words = said(office.say("dana", "inquiry ack 1 by 2026-03-20"))
    assert "That is its deadline now" not in words
    assert "That is one more deadline; the one below comes first." in words
    office.say("dana", LOG)
    assert "That is its deadline now" in said(office.say("dana", "inquiry ack 2 by Fri"))


@pytest.mark.parametrize(
    ("words", "template"),
    [
        ("inquiry ack 1 tomorrow", "inquiry_acknowledged"),
        ("inquiry ack 1 tomorrow 'We’re looking at Jane's form'", "inquiry_acknowledged"),
        ("inquiry ack 1 We are looking into it", "ack_needs_time"),
        ("inquiry ack 1 by blursday", "unreadable_time"),
        ("inquiry ack 1 yesterday", "gone_by"),
        ("inquiry needed 1 tomorrow", "inquiry_needed"),
        ("inquiry needed 1 soon", "missing_piece"),
        ("inquiry needed 1 yesterday", "needed_gone_by"),
    ],
)
def test_a_time_may_stand_without_by(office, words, template):
    office.say("dana", LOG)
    assert office.say("dana", words).template == template


@pytest.mark.parametrize(
    ("words", "resolution"),
    [
        ("'Permit sent'", "Permit sent"),
        ("‘Permit sent’", "Permit sent"),
        ("'The customer's form came'", "The customer's form came"),
        ("'sent' or 'kept'", "'sent' or 'kept'"),
    ],
)
def test_a_resolution_in_single_quotes_loses_them(office, words, resolution):
    office.say("dana", LOG)
    assert office.say("dana", f"inquiry close 1 {words}").facts["resolution"] == resolution


def test_what_runs_is_shown_first_and_what_was_replaced_last(office):
    office.say("dana", "inquiry log letter from Ann about rent needed by Fri")
    office.say("dana", "inquiry ack 1 by Thu")
    office.say("dana", "inquiry ack 1 by Tue")
    assert lines(office.say("dana", "inquiry show 1")) == [
        ("promise", "running"),
        ("needed", "running"),
        ("answer", "running"),
        ("promise", "replaced"),
    ]


def test_the_buttons_that_fit(office):
    office.say("dana", LOG)
    assert [one.label for one in office.say("dana", "inquiry answer 1").choices] == ["Close…", "Show"]
    assert [one.label for one in office.say("dana", "inquiry show 1").choices] == ["Close…", "Reopen…"]
    closing = office.say("dana", 'inquiry close 1 "done"')
    assert [one.label for one in closing.choices] == ["Show"]
    [reopen] = office.say("dana", "inquiry show 1").choices
    assert (reopen.label, office.say("dana", reopen.words).template) == ("Reopen…", "missing_piece")


def test_an_absence_that_comes_while_a_deadline_moves_is_reckoned_with_it_as_it_is(postgres_url):
    with seeded(emptied(postgres_url)) as office:
        office.say("sam", "desk standard use madison-hr")
        office.say("dana", LOG)
        planned = Thread(target=lambda: office.say("dana", "away from 2026-03-03 to 2026-03-04"))
        with office.store.transaction() as db:
            inquiry = db.get(Inquiry, 1, with_for_update=True)
            clock = db.exec(select(Deadline)).one()
            clock.ended_at, clock.ended_by = office.now, "answer"
            db.add_all([inquiry, clock])
            db.flush()
            planned.start()
            with office.store.engine.connect() as watcher:
                waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
                while not watcher.exec_driver_sql(waiting).scalar_one():
                    assert planned.is_alive()
        planned.join()
        [clock] = office.rows(Deadline)
        # It was answered meanwhile, so there is nothing to excuse.
        assert (clock.ended_by, clock.excused_until) == ("answer", None)


def test_planning_an_absence_asks_for_the_inquiries_before_their_clocks(either):
    either.say("sam", "desk standard use madison-hr")
    for _ in range(2):
        either.say("dana", LOG)
    with counted(either) as statements:
        either.say("dana", "away from 2026-03-03 to 2026-03-04")
    locking = [
        one for one in statements if one.startswith("SELECT inquiry.id") and "ORDER BY inquiry.id" in one
    ]
    changing = [one for one in statements if one.startswith("UPDATE deadline")]
    assert changing
    assert statements.index(locking[0]) < statements.index(changing[0])
    for one in locking:
        assert ("FOR UPDATE" in one) == (either.store.engine.dialect.name == "postgresql")
    assert {row.excused_until for row in either.rows(Deadline)} == {moment("Friday 2026-03-06 17:00")}
