"""Another standard or calendar on what was stored: the same history, judged twice."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from models import trying
from models.adopting import own_rules, with_own_rules
from models.calendar import Closure, hours
from models.calendars import calendar_of
from models.count import Count
from models.deadline import reckon_all
from models.inquiry import Deadline, Event, Happening, Inquiry, State, ident
from models.pause import Pause
from models.staff import Department
from models.standard import Standard, load_standard
from models.trying import replay, size
from models.verdict import Trial, Verdict
from tests.models.spelled_dates import at, day
from tests.seeded import Office, counted

FIRST, LAST = day("Monday 2026-03-02"), day("Tuesday 2026-03-31")
NOW = at("Wednesday 2026-04-01 09:00")
ON_TIME, MISSED, OPEN, EXCUSED = Verdict.ON_TIME, Verdict.MISSED, Verdict.OPEN, Verdict.EXCUSED


def everywhere(standard: Standard) -> dict[int, Standard]:
    return {1: standard, 2: standard, 3: standard}


def own(db: Session, kind: str = "respond", channel: str = "email", **count: int) -> dict[int, Standard]:
    """One rule of their own over the departmental standard, for every department."""
    departments = db.exec(select(Department)).all()
    rules = own_rules("HR", [channel], Count.model_validate(count), kind, "Sam", FIRST)  # type: ignore[arg-type]
    base = load_standard("departmental")
    return {one.id or 0: with_own_rules(one, base, rules, 1) for one in departments}


def tried(office: Office, now: datetime = NOW, **given: object) -> Trial:
    with office.store.transaction() as db:
        if "count" in given:
            given = {"standards": own(db, **given.pop("count"))}  # type: ignore[arg-type]
        return replay(db, None, FIRST, LAST, now, **given)  # type: ignore[arg-type]


def verdicts(trial: Trial) -> tuple[dict[Verdict, int], dict[Verdict, int]]:
    return dict(trial.all.today), dict(trial.all.tried)


def test_a_stricter_rule_moves_what_was_on_time_to_missed_and_says_which(either: Office):
    either.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    either.say("dana", "inquiry log email from Ben about tax")
    either.say("dana", "inquiry log call from Cy about tax", "Tuesday 2026-03-03 09:00")
    either.say("dana", "inquiry answer 1", "Tuesday 2026-03-03 12:59")
    either.say("dana", "inquiry answer 2")
    either.say("dana", "inquiry answer 3")
    either.say("dana", "inquiry log email from Di about tax", "Friday 2026-03-06 16:00")
    either.say("dana", "inquiry answer 4", "Monday 2026-03-09 11:00")
    trial = tried(either, count={"business_hours": 4})
    assert verdicts(trial) == ({ON_TIME: 4}, {ON_TIME: 2, MISSED: 2})
    assert [(one.number, one.customer) for one in trial.changed] == [("INQ-1", "Ann"), ("INQ-2", "Ben")]
    one = trial.changed[0]
    assert (one.today.verdict, one.today.due, one.today.rule) == (
        ON_TIME,
        at("Tuesday 2026-03-03 17:00"),
        "R5",
    )
    assert (one.tried.verdict, one.tried.due) == (MISSED, at("Monday 2026-03-02 13:00"))
    assert one.tried.rule == "R7-email"
    assert one.tried.in_short is not None
    assert "4 business hours" in one.tried.in_short
    assert {name: verdicts_of.inquiries for name, verdicts_of in trial.channels.items()} == {
        "email": 3,
        "call": 1,
    }
    assert dict(trial.weekdays[0].tried) == {MISSED: 2}
    assert dict(trial.weekdays[1].tried) == dict(trial.weekdays[4].tried) == {ON_TIME: 1}
    assert (trial.earlier, trial.later, trial.same) == (3, 0, 1)


def test_a_milder_rule_moves_what_was_missed_to_on_time(office: Office):
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "inquiry answer 1", "Wednesday 2026-03-04 16:59")
    trial = tried(office, standards=everywhere(load_standard("madison-hr")))
    assert verdicts(trial) == ({MISSED: 1}, {ON_TIME: 1})
    assert (trial.earlier, trial.later, trial.same) == (0, 1, 0)


def test_met_at_the_very_due_is_on_time_and_a_minute_later_is_not(office: Office):
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "inquiry log email from Ben about tax")
    office.say("dana", "inquiry answer 1", "Monday 2026-03-02 13:00")
    office.say("dana", "inquiry answer 2", "Monday 2026-03-02 13:01")
    trial = tried(office, count={"business_hours": 4})
    assert [one.number for one in trial.changed] == ["INQ-2"]


def test_an_acknowledgement_meets_a_response_and_not_an_answer(office: Office):
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "inquiry ack 1 by Thu", "Monday 2026-03-02 10:00")
    office.say("dana", "inquiry answer 1", "Thursday 2026-03-05 10:00")
    assert verdicts(tried(office, count={"business_days": 1})) == ({ON_TIME: 1}, {ON_TIME: 1})
    answer = tried(office, count={"business_days": 1, "kind": "answer"})
    assert verdicts(answer) == ({ON_TIME: 1}, {MISSED: 1})
    assert verdicts(tried(office, count={"business_days": 3, "kind": "answer"}))[1] == {ON_TIME: 1}


def test_a_rule_that_an_answer_met_is_met(office: Office):
    office.say("dana", "inquiry log letter from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "inquiry answer 1", "Tuesday 2026-03-03 09:00")
    assert verdicts(tried(office, count={"business_hours": 4})) == ({ON_TIME: 1}, {ON_TIME: 1})


def test_what_is_not_met_is_open_until_its_due_is_past(office: Office):
    office.say("dana", "inquiry log letter from Ann about tax", "Monday 2026-03-02 09:00")
    count = {"business_days": 2, "channel": "letter"}
    before = tried(office, now=at("Wednesday 2026-03-04 17:00"), count=count)
    assert verdicts(before) == ({OPEN: 1}, {OPEN: 1})
    after = tried(office, now=at("Wednesday 2026-03-04 17:01"), count=count)
    assert verdicts(after) == ({OPEN: 1}, {MISSED: 1})
    assert after.changed[0].today.verdict is OPEN


def test_a_pause_stops_the_tried_clock_too_also_while_it_is_on(office: Office):
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "inquiry pause 1 waiting for the form", "Monday 2026-03-02 11:00")
    count = {"business_hours": 4}
    on = tried(office, now=at("Friday 2026-03-20 09:00"), count=count)
    assert verdicts(on) == ({OPEN: 1}, {OPEN: 1})
    assert (on.earlier, on.same) == (1, 0)
    office.say("dana", "inquiry resume 1", "Thursday 2026-03-05 09:00")
    office.say("dana", "inquiry answer 1", "Thursday 2026-03-05 11:00")
    assert verdicts(tried(office, count=count)) == ({ON_TIME: 1}, {ON_TIME: 1})
    assert verdicts(tried(office, count={"business_hours": 3}))[1] == {MISSED: 1}


def test_a_pause_that_comes_after_the_end_no_longer_moves_the_tried_due(office: Office):
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "inquiry ack 1 by Fri", "Monday 2026-03-02 10:00")
    office.say("dana", "inquiry pause 1 waiting for the form", "Monday 2026-03-02 11:00")
    office.say("dana", "inquiry resume 1", "Wednesday 2026-03-04 11:00")
    trial = tried(office, standards=everywhere(load_standard("departmental")))
    assert (verdicts(trial)[1], trial.same) == ({ON_TIME: 1}, 1)


def test_promises_and_what_a_reopening_brings_are_left_out(office: Office):
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "inquiry ack 1 by Tue", "Monday 2026-03-02 10:00")
    office.say("dana", 'inquiry close 1 "done"', "Thursday 2026-03-05 10:00")
    assert [one.kind for one in office.rows(Deadline)] == ["respond", "promise"]
    office.say("dana", "inquiry reopen 1 not done", "Friday 2026-03-06 10:00")
    office.say("dana", "inquiry extend 1 information not readily available", "Friday 2026-03-06 10:30")
    office.say("dana", "inquiry pause 1 waiting", "Friday 2026-03-06 11:00")
    assert [one.kind for one in office.rows(Deadline)] == ["respond", "promise", "respond"]
    trial = tried(office, count={"business_hours": 4})
    assert (verdicts(trial), trial.extended) == (({ON_TIME: 1}, {ON_TIME: 1}), 0)
    assert verdicts(tried(office, count={"business_hours": 4, "kind": "answer"}))[1] == {MISSED: 1}


def test_what_the_owners_absence_excuses_is_counted_apart_on_either_side(office: Office):
    office.say("sam", "desk standard use madison-hr", "Monday 2026-03-02 08:30")
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "away from 2026-03-03 to 2026-03-06")
    office.say("dana", "inquiry answer 1", "Monday 2026-03-09 10:00")
    assert office.rows(Deadline)[0].excused_until is not None
    departmental = tried(office, standards=everywhere(load_standard("departmental")))
    assert verdicts(departmental) == ({EXCUSED: 1}, {MISSED: 1})
    assert verdicts(tried(office, standards=everywhere(load_standard("madison-hr"))))[1] == {EXCUSED: 1}
    office.say("dana", "inquiry log email from Ben about tax", "Monday 2026-03-09 10:00")
    office.say("dana", "inquiry answer 2", "Friday 2026-03-13 10:00")
    assert verdicts(tried(office, standards=everywhere(load_standard("madison-hr"))))[1] == {
        EXCUSED: 1,
        MISSED: 1,
    }


def test_more_time_is_given_where_the_tried_rule_allows_it_too(office: Office):
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "inquiry extend 1 information not readily available", "Monday 2026-03-02 10:00")
    office.say("dana", "inquiry answer 1", "Wednesday 2026-03-04 10:00")
    same = tried(office, standards=everywhere(load_standard("departmental")))
    assert (verdicts(same), same.extended) == (({ON_TIME: 1}, {ON_TIME: 1}), 1)
    assert verdicts(tried(office, standards=everywhere(load_standard("san-jose"))))[1] == {MISSED: 1}


def test_a_calendar_is_tried_with_the_rules_that_each_was_counted_by(office: Office):
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("sam", "desk standard set email 4 business hours", "Tuesday 2026-03-03 08:30")
    office.say("dana", "inquiry log email from Ben about tax", "Tuesday 2026-03-03 09:00")
    office.say("dana", "inquiry answer 1", "Wednesday 2026-03-04 09:00")
    office.say("dana", "inquiry answer 2")
    with office.store.transaction() as db:
        kept = calendar_of(db)
    closed = replace(kept, closures=(*kept.closures, Closure(day("Tuesday 2026-03-03"), "snow")))
    trial = tried(office, calendars={1: closed})
    assert verdicts(trial) == ({MISSED: 2}, {ON_TIME: 2})
    assert [one.tried.due for one in trial.changed] == [
        at("Wednesday 2026-03-04 17:00"),
        at("Wednesday 2026-03-04 12:00"),
    ]
    early = replace(kept, week=(hours("6:00-11:00"),) * 5 + ((), ()))
    assert tried(office, calendars={1: early}).all.tried[MISSED] == 2


def test_what_the_calendar_does_not_know_is_counted_apart_and_never_guessed(office: Office):
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "inquiry log email from Ben about tax", "Monday 2026-03-30 09:00")
    for number in (1, 2):
        office.say("dana", f"inquiry answer {number}", "Monday 2026-03-30 10:00")
    with office.store.transaction() as db:
        short = replace(calendar_of(db), last=day("Monday 2026-03-30"))
    trial = tried(office, calendars={1: short})
    assert verdicts(trial) == ({MISSED: 1, ON_TIME: 1}, {MISSED: 1, Verdict.NOT_RECKONED: 1})
    assert (trial.changed, trial.same) == ([], 1)


def test_the_period_is_of_the_offices_days_and_the_departments_asked_for(office: Office):
    office.say(
        "dana", "inquiry log email from Ann about tax received 2026-03-02 00:00", "Monday 2026-03-02 09:00"
    )
    office.say("dana", "inquiry log email from Ben about tax received 2026-03-01 23:59")
    office.say("kim", "inquiry log email from Cy about tax", "Tuesday 2026-03-31 23:59")
    office.say("kim", "inquiry log email from Di about tax", "Wednesday 2026-04-01 00:00")
    with office.store.transaction() as db:
        assert size(db, None, FIRST, LAST) == 2
        assert size(db, [1], FIRST, LAST) == size(db, [2], FIRST, LAST) == 1
        assert replay(db, [2], FIRST, LAST, NOW, standards=own(db, business_hours=1)).all.inquiries == 1
        assert replay(db, [3], FIRST, LAST, NOW, standards=own(db, business_hours=1)).all.inquiries == 0
    with pytest.raises(ValueError, match="naive"):
        tried(office, now=datetime(2026, 4, 1))  # noqa: DTZ001  # that is what is refused


def dumped(office: Office) -> list[object]:
    """Every row of every table."""
    with office.store.engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        return [
            (name, connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY 1').fetchall())  # noqa: S608  # our own tables
            for (name,) in names.fetchall()
        ]


def test_nothing_is_written(office: Office):
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "inquiry pause 1 waiting")
    before = dumped(office)
    tried(office, count={"business_hours": 4})
    with office.store.transaction() as db:
        replay(db, None, FIRST, LAST, NOW, calendars={1: calendar_of(db)})
    assert dumped(office) == before
    assert len(before) > 10


def test_a_page_takes_three_queries_however_many_inquiries_it_holds(office: Office, monkeypatch):
    for number in range(9):
        office.say("dana", f"inquiry log email from P{number} about tax")
    asked = []
    for page in (4, 100):
        monkeypatch.setattr(trying, "PAGE", page)
        with counted(office) as statements:
            trial = tried(office, count={"business_hours": 4}, keep=3)
        asked.append(len(statements))
        assert (trial.all.inquiries, trial.changed_in_all) == (9, 0)
    assert asked[0] - asked[1] == 2 * 3


def test_of_those_that_change_as_many_are_kept_as_are_wanted(office: Office):
    for number in range(5):
        office.say("dana", f"inquiry log email from P{number} about tax")
        office.say("dana", f"inquiry answer {number + 1}")
    count = {"business_hours": 1}
    office.say("dana", "inquiry log email from Z about tax")
    office.say("dana", "inquiry log email from Y about tax")
    for number in (6, 7):
        office.say("dana", f"inquiry answer {number}", "Monday 2026-03-02 12:00")
    with office.store.transaction() as db:
        trial = replay(db, None, FIRST, LAST, NOW, standards=own(db, **count), keep=1)
    assert ([one.number for one in trial.changed], trial.changed_in_all) == (["INQ-6"], 2)


minutes = st.integers(0, 12 * 24 * 60)
histories = st.lists(
    st.tuples(
        st.sampled_from(["email", "call", "letter"]),
        minutes,
        st.lists(minutes, max_size=4),
        st.none() | st.tuples(minutes, st.booleans()),
        st.none() | minutes,
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=histories,
    name=st.sampled_from(["madison-hr", "departmental", "san-jose", "marion"]),
    page=st.integers(1, 4),
)
def test_the_totals_are_those_of_each_inquiry_reckoned_by_itself(
    office: Office, monkeypatch, history, name, page
):
    monkeypatch.setattr(trying, "PAGE", page)
    standard = load_standard(name)
    begin = at("Monday 2026-03-02 00:00")
    now = begin + timedelta(days=14)
    with Session(office.store.engine) as db:
        calendar = calendar_of(db)
        expected = []
        for channel, start, stops, acked, ended in history:
            received = begin + timedelta(minutes=start)
            one = Inquiry(
                department_id=1, owner_id=1, channel=channel, customer="C", subject="s",
                received_at=received, logged_at=received, logged_by_id=1, state=State.OPEN,
            )  # fmt: skip
            db.add(one)
            db.flush()
            happened = [(received, Happening.LOGGED)]
            moments = sorted({received + timedelta(minutes=stop) for stop in stops})
            moments = moments[: len(moments) // 2 * 2]
            for number, moment in enumerate(moments):
                happened.append((moment, (Happening.PAUSED, Happening.RESUMED)[number % 2]))
            ack = received + timedelta(minutes=acked[0]) if acked is not None else None
            end = received + timedelta(minutes=ended) if ended is not None else None
            if ack and (not end or ack < end):
                happened.append((ack, Happening.ACKNOWLEDGED))
            else:
                ack = None
            if end:
                happened.append((end, Happening.CLOSED))
            for moment, what in sorted(happened, key=lambda pair: pair[0]):
                gives_time = what is Happening.ACKNOWLEDGED and acked is not None and acked[1]
                detail = {"until": "2026-03-09"} if gives_time else {}
                db.add(Event(inquiry_id=ident(one), at=moment, what=what, by_id=1, detail=detail))
                db.flush()
            pauses = [Pause(*pair) for pair in zip(moments[::2], moments[1::2], strict=True)]
            told = ack if acked is not None and acked[1] else None  # without a time it meets nothing
            expected.append(judged(received, standard, channel, calendar, pauses, told, end, now))
        trial = replay(
            db, None, FIRST, LAST, now, standards=everywhere(standard), calendars={1: calendar}, keep=0
        )
        db.rollback()
    assert {verdict: trial.all.tried[verdict] for verdict in set(expected)} == {
        verdict: expected.count(verdict) for verdict in set(expected)
    }
    assert trial.all.today == {Verdict.NOT_RECKONED: len(history)}  # none has a clock
    assert sum(one.inquiries for one in trial.channels.values()) == len(history)
    assert sum(one.inquiries for one in trial.weekdays.values()) == len(history)


def judged(received, standard, channel, calendar, pauses, ack, end, now) -> Verdict:
    """Told without the model: by every pause that had begun when it was met."""
    found = []
    for plain in reckon_all(received, standard, channel, calendar):
        met = ack if ack and "acknowledgement" in plain.met_by else end
        until = met or now
        begun = [one for one in pauses if one.start < until]
        due = next(
            one.due
            for one in reckon_all(received, standard, channel, calendar, begun)
            if (one.rule, one.kind) == (plain.rule, plain.kind)
        )
        found.append(MISSED if due < until else ON_TIME if met else OPEN)
    return next(one for one in (MISSED, OPEN, ON_TIME) if one in found)


def test_replayed_as_it_was_nothing_changes(office: Office):
    office.say("dana", "inquiry log email from Ann about tax", "Monday 2026-03-02 09:00")
    office.say("dana", "inquiry log letter from Ben about tax")
    office.say("dana", "inquiry log call from Cy about tax needed by Mar 10")
    office.say("dana", "inquiry pause 1 waiting", "Monday 2026-03-02 10:00")
    office.say("dana", "inquiry extend 3 information not readily available")
    office.say("dana", "inquiry resume 1", "Wednesday 2026-03-04 10:00")
    office.say("dana", "inquiry pause 2 waiting")
    office.say("sam", "desk standard use madison-hr", "Wednesday 2026-03-04 11:00")
    office.say("dana", "inquiry log email from Di about tax")
    office.say("dana", "inquiry answer 3", "Friday 2026-03-13 10:00")
    trial = tried(office)
    assert trial.all.inquiries == 4
    assert trial.all.today == trial.all.tried
    assert (trial.changed, trial.earlier, trial.later, trial.same) == ([], 0, 0, 4)
