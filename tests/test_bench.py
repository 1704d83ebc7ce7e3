"""The benchmarks' own rules: what a line says, when a goal is met, whose turn it is. Nothing is timed."""

import gc
import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from math import inf, nan
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlmodel import select

from bench import b4_deadlines, b5_claims, b6_delivery
from bench.__main__ import benchmarks, main, run
from bench.b4_deadlines import against, desk, instants, pairs
from bench.crew import Ticks, at_once, ticking
from bench.figure import Figure
from bench.interleaved import Turns, alone, in_turns
from bench.job_per_inquiry import jobs
from bench.million import NOW, furnish
from bench.oracle import against_oracle
from bench.raw_claims import by_hand
from models.calendar import Calendar
from models.inquiry import Deadline, Inquiry
from models.outbox import Owed, Sending
from models.store import Store
from scheduler.reminders import sweep
from tests.test_setting_up import STAND_IN, Machine

HERE = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("figure", "line"),
    [
        (
            Figure("add vs businesstimedelta", 212.4, "x", at_least=150),
            "add vs businesstimedelta: 212x (goal >= 150x) met",
        ),
        (Figure("add vs pandas", 19.97, "x", at_least=20), "add vs pandas: 19.9x (goal >= 20x) missed"),
        (Figure("add", 149.9, "x", at_least=150), "add: 149x (goal >= 150x) missed"),
        (Figure("add", 150, "x", at_least=150), "add: 150x (goal >= 150x) met"),
        (Figure("claim", 1.5004, "x", at_most=1.5), "claim: 1.51x (goal <= 1.5x) missed"),
        (Figure("claim", 1.5, "x", at_most=1.5), "claim: 1.50x (goal <= 1.5x) met"),
        (Figure("send", 0.29, "x", at_least=0.29), "send: 0.29x (goal >= 0.29x) met"),
        (Figure("reports", 161.2, " ms", at_most=250), "reports: 162 ms (goal <= 250 ms) met"),
        (
            Figure("oracle", 0, of=" disagreements of 20000", at_most=0),
            "oracle: 0 disagreements of 20000 (goal 0) met",
        ),
        (
            Figure("oracle", 3, of=" disagreements of 20000", at_most=0),
            "oracle: 3 disagreements of 20000 (goal 0) missed",
        ),
        (Figure("twice", 2090, of=" of 20000", at_least=1000), "twice: 2090 of 20000 (goal >= 1000) met"),
        (Figure("between", 0.8611, " us"), "between: 0.86 us (no goal)"),
        (Figure("nothing ran", nan, "x", at_least=1), "nothing ran: nanx (goal >= 1x) missed"),
        (Figure("no limit", inf, "x", at_most=9), "no limit: infx (goal <= 9x) missed"),
    ],
)
def test_a_figure_is_one_line_that_never_looks_better_than_it_is(figure, line):
    assert figure.line() == line


class Clock:
    """A clock that only work moves; whose turn it was is kept."""

    def __init__(self) -> None:
        self.seconds, self.turns = 0.0, ""

    def __call__(self) -> float:
        return self.seconds

    def work(self, name: str, *seconds: float) -> Callable[[], None]:
        """Work that lasts so long each time, and ever after as long as the last time."""
        left = list(seconds)

        def once() -> None:
            self.turns += name
            self.seconds += left.pop(0) if len(left) > 1 else left[0]

        return once


def test_both_sides_take_turns_after_each_was_tried_twice():
    clock = Clock()
    found = in_turns(clock.work("A", 2), clock.work("B", 6), turns=3, least_seconds=0, clock=clock)
    assert clock.turns == "AABB" + "ABABAB"
    assert (found.ours, found.theirs, found.ratio) == (2, 6, 3)


def test_what_is_done_only_once_is_not_timed():
    clock = Clock()
    found = in_turns(clock.work("A", 90, 2), clock.work("B", 50, 6), turns=1, least_seconds=0, clock=clock)
    assert found.ratio == 3


def test_a_machine_that_grows_slower_leaves_the_ratio_as_it_is():
    clock = Clock()
    ours, theirs = clock.work("A", 1, 1, 1, 2, 4, 8, 16), clock.work("B", 3, 3, 3, 6, 12, 24, 48)
    assert in_turns(ours, theirs, turns=5, least_seconds=0, clock=clock).ratio == 3


def test_one_disturbed_turn_changes_nothing():
    clock = Clock()
    ours = clock.work("A", 1, 1, 1, 500, 1)
    found = in_turns(ours, clock.work("B", 3), turns=3, least_seconds=0, clock=clock)
    assert (found.ours, found.theirs, found.ratio) == (1, 3, 3)


def test_short_work_is_repeated_until_a_stretch_is_long_enough():
    clock = Clock()
    found = in_turns(clock.work("A", 0.25), clock.work("B", 2), turns=2, least_seconds=1, clock=clock)
    assert clock.turns == "AABB" + "AAAAB" * 2
    assert found.ratio == 8
    assert alone(clock.work("A", 0.25), turns=2, least_seconds=1, clock=clock) == 0.25


def test_the_garbage_collector_rests_while_the_clock_runs_and_is_as_before_afterwards():
    clock, seen = Clock(), []
    ours = clock.work("A", 1)
    in_turns(lambda: (ours(), seen.append(gc.isenabled())), ours, turns=1, least_seconds=0, clock=clock)
    assert seen[1:] == [False, False]
    assert gc.isenabled()


def test_what_makes_the_work_undone_comes_before_every_stretch_and_is_not_timed():
    clock = Clock()
    undo = clock.work("a", 70), clock.work("b", 50)
    found = in_turns(
        clock.work("A", 2), clock.work("B", 6), turns=2, least_seconds=0, clock=clock, before=undo
    )
    assert clock.turns == "aAaAbBbB" + "aAbBaAbB"
    assert (found.ours, found.theirs, found.ratio) == (2, 6, 3)


def benchmark(*figures: Figure, packages: tuple[str, ...] = ("pytest",)) -> SimpleNamespace:
    return SimpleNamespace(PACKAGES=packages, figures=lambda: iter(figures))


def test_machine_and_versions_are_named_once_and_then_each_figure_with_its_benchmark():
    said: list[str] = []
    fast, slow = Figure("add", 200, "x", at_least=150), Figure("add", 3, "x", at_least=20)
    assert run({"B4": benchmark(fast), "B5": benchmark(slow, fast)}, said.append) == 1
    assert re.fullmatch(r"Machine: \d+ cores, .+", said[0])
    assert re.fullmatch(rf"Versions: \w+ [\d.]+\S*, pytest {re.escape(pytest.__version__)}", said[1])
    assert said[2:] == [
        "B4 add: 200x (goal >= 150x) met",
        "B5 add: 3x (goal >= 20x) missed",
        "B5 add: 200x (goal >= 150x) met",
    ]


def test_the_status_is_0_when_every_goal_is_met():
    assert run({"B4": benchmark(Figure("add", 200, "x", at_least=150))}, lambda line: None) == 0


def test_a_peer_that_is_not_installed_is_named_before_anything_is_measured():
    said: list[str] = []
    one = benchmark(Figure("add", 200), packages=("no-such-peer",))
    assert run({"B4": one}, said.append) == 2
    assert said == ["no-such-peer is not installed; `make bench` sees to it."]


def test_a_benchmark_that_does_not_exist_is_refused_by_name():
    said: list[str] = []
    assert main(["b404"], said.append) == 2
    assert said == [f"There is no benchmark B404; there are {', '.join(benchmarks())}."]


def test_benchmarks_are_found_by_their_files_in_the_order_of_their_numbers(tmp_path):
    for name in ("b10_late.py", "b2_early.py", "oracle.py", "__main__.py", "b3_notes.md"):
        (tmp_path / name).touch()
    assert benchmarks(tmp_path) == {"B2": "bench.b2_early", "B10": "bench.b10_late"}
    assert benchmarks()["B4"] == "bench.b4_deadlines"


# B4


@pytest.fixture
def no_stopwatch(monkeypatch):
    monkeypatch.setattr(b4_deadlines, "in_turns", lambda ours, theirs: Turns(1.0, 100.0, 100.0))
    monkeypatch.setattr(b4_deadlines, "alone", lambda run: 0.00003)


@pytest.mark.usefixtures("no_stopwatch")
def test_an_answer_that_differs_from_the_peers_is_counted():
    speed, same = against("add", "peer", lambda: [1, 2, 3], lambda: [1, 2, 3], 90)
    assert speed.line() == "add vs peer: 100x (goal >= 90x) met"
    assert same.line() == "add same as peer: 0 disagreements of 3 (goal 0) met"
    _, same = against("add", "peer", lambda: [1, 2, 3], lambda: [1, 5, nan], 0)
    assert same.line() == "add same as peer: 2 disagreements of 3 (goal 0) missed"
    _, same = against("add", "peer", lambda: [1, 2], lambda: [10, 20], 0, lambda answer: answer * 10)
    assert same.met
    with pytest.raises(ValueError, match="shorter"):
        list(against("add", "peer", lambda: [1, 2, 3], lambda: [1, 2], 0))


def test_the_sample_is_the_same_each_time_and_the_calendar_knows_all_of_it():
    calendar, sample = desk(), instants(300)
    assert sample == instants(300)
    assert len(set(sample)) > 290
    assert {at.year for at in sample} == {2025, 2026}
    assert [start for start, _ in pairs(300)] == sample
    for start, end in pairs(300):
        assert timedelta(0) <= end - start < timedelta(days=30)
        assert calendar.minutes_between(start, end) >= 0
        assert calendar.add_minutes(start, 36 * 60) > start


def test_the_desk_keeps_the_federal_holidays():
    calendar = desk()
    for closed in (
        date(2025, 6, 19),
        date(2025, 7, 4),
        date(2026, 1, 19),
        date(2026, 7, 3),
        date(2026, 11, 26),
    ):
        assert not calendar.is_open_day(closed)
    assert sum(one.day.year == 2025 for one in calendar.closures) == 11


def test_engine_and_oracle_agree_and_many_questions_begin_in_an_hour_shown_twice():
    wrong, twice = against_oracle(2000)
    assert wrong == 0
    assert twice > 100


@pytest.mark.parametrize("asked", ["add_minutes", "subtract_minutes", "minutes_between", "closing"])
def test_a_minute_too_much_is_a_disagreement(asked, monkeypatch):
    right = getattr(Calendar, asked)

    def wrong(self, *words):
        answer = right(self, *words)
        return answer + (timedelta(minutes=1) if asked != "minutes_between" else 1)

    monkeypatch.setattr(Calendar, asked, wrong)
    found, _ = against_oracle(400)
    assert found > 20


@pytest.mark.usefixtures("no_stopwatch")
def test_b4_says_its_figures_in_the_form_that_is_agreed(monkeypatch):
    """With our own engine for the peers."""

    def adds(calendar, received):
        return lambda: [calendar.add_minutes(at, 36 * 60) for at in received]

    def adds_on_the_wall(calendar, received):
        late = [calendar.next_open(calendar.add_minutes(at, 36 * 60)) for at in received]
        return lambda: [calendar.local(at).replace(tzinfo=None) for at in late]

    def counts(calendar, apart):
        return lambda: [calendar.minutes_between(start, end) for start, end in apart]

    for name, fake in (("SAMPLE", 20), ("CASES", 100), ("by_businesstimedelta", adds)):
        monkeypatch.setattr(b4_deadlines, name, fake)
    monkeypatch.setattr(b4_deadlines, "by_pandas", adds_on_the_wall)
    monkeypatch.setattr(b4_deadlines, "by_business_duration", counts)
    *lines, twice = [one.line() for one in b4_deadlines.figures()]
    assert lines == [
        "add vs businesstimedelta: 100x (goal >= 150x) missed",
        "add same as businesstimedelta: 0 disagreements of 20 (goal 0) met",
        "add vs pandas: 100x (goal >= 20x) met",
        "add same as pandas: 0 disagreements of 20 (goal 0) met",
        "between vs business-duration: 100x (goal >= 35x) met",
        "between same as business-duration: 0 disagreements of 20 (goal 0) met",
        "add 36 business hours: 1.50 us (no goal)",
        "add 10 business days: 1.50 us (no goal)",
        "business time between: 1.50 us (no goal)",
        "oracle: 0 disagreements of 100 (goal 0) met",
    ]
    assert re.fullmatch(r"oracle from an hour shown twice: \d+ of 100 \(goal >= 5\) (met|missed)", twice)


# B5 and B6


@pytest.fixture
def agency(database_url):
    """Forty open inquiries, four of them due."""
    store = Store(database_url)
    furnish(store, inquiries=40, due=4, staff=9)
    yield store
    store.close()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The benchmarks with SQLite alone and few rows; each side does its work once, and nothing is timed."""

    def once(ours, theirs, *given, before=(list, list), **more):
        for step in (before[0], ours, before[1], theirs):
            step()
        return Turns(0.05, 0.5, 10)

    for module in (b5_claims, b6_delivery):
        monkeypatch.setattr(module, "KINDS", ("SQLite",))
        monkeypatch.setattr(module, "in_turns", once)
    for name, fewer in (("INQUIRIES", 40), ("DUE", 4), ("STAFF", 9), ("JOBS", 12)):
        monkeypatch.setattr(b5_claims, name, fewer)
    monkeypatch.setattr(b6_delivery, "MESSAGES", 5)
    monkeypatch.setattr(b6_delivery, "TURNS", 0)


def due_words(store):
    with store.transaction() as db:
        return {row.key: row for row in db.exec(select(Owed).where(Owed.kind == "due_now"))}


def test_of_many_inquiries_so_many_are_due_each_with_an_owner_of_its_own(agency):
    with agency.transaction() as db:
        rows = db.exec(select(Deadline, Inquiry).join(Inquiry, Inquiry.id == Deadline.inquiry_id)).all()
        told = db.exec(select(Owed)).all()
    assert len(rows) == len({clock.id for clock, _ in rows}) == 40
    assert sum(clock.due > NOW + timedelta(days=1) for clock, _ in rows) == 36
    assert len({inquiry.owner_id for clock, inquiry in rows if clock.due == NOW}) == 4
    assert {row.state for row in told} == {Sending.SENT}
    assert [row.kind for row in told if row.kind != "digest"] == ["due_soon"] * 4
    assert sweep(agency, NOW) == 4


def test_what_is_written_by_hand_puts_and_leases_the_words_that_we_do(agency):
    with by_hand(agency, NOW) as hand:
        leased = hand()
        assert len(leased) == 4
        assert hand() == []
    theirs = due_words(agency)
    b5_claims.clearing(agency)()
    assert due_words(agency) == {}
    b5_claims.ours(agency, 4)()
    mine = due_words(agency)
    assert mine.keys() == theirs.keys()
    for key, row in mine.items():
        other = theirs[key]
        assert (row.state, row.lease_until, row.attempts) == (other.state, other.lease_until, other.attempts)
        assert (row.recipient, row.facts["number"]) == (other.recipient, other.facts["number"])
        assert len(row.lease_token) == len(other.lease_token)


def test_a_round_that_puts_less_than_is_due_is_no_figure(agency):
    sweep(agency, NOW)
    with pytest.raises(RuntimeError, match="0 words were put and 4 leased, of 4"):
        b5_claims.ours(agency, 4)()


def test_the_jobs_of_the_peer_put_the_words_that_are_due_each_time(agency):
    sweep(agency, NOW)
    expected = due_words(agency).keys()
    b5_claims.clearing(agency)()
    with agency.transaction() as db:
        due = db.exec(select(Deadline.id).where(Deadline.due == NOW)).all()
    with jobs(agency, NOW, due, 20) as peer:
        for _ in range(2):
            peer.again()
            peer.run()
            assert due_words(agency).keys() == expected
            b5_claims.clearing(agency)()
            peer.run()
            assert due_words(agency) == {}


def test_processes_at_once_claim_everything_and_nothing_twice(agency, database_url):
    claimed = at_once(database_url, NOW, claimers=2)
    said = due_words(agency).values()
    assert sorted(claimed) == sorted(row.id for row in said)
    assert [(row.state, row.attempts) for row in said] == [(Sending.SENT, 1)] * 4


def test_a_process_that_ticks_puts_what_is_due_and_tells_its_memory(agency, database_url):
    found = ticking(database_url, NOW)
    assert len(due_words(agency)) == 4
    assert found.first > 0
    assert found.later > 0
    assert 20e6 < found.memory < 2e9


@pytest.mark.usefixtures("small")
def test_b5_says_its_figures_in_the_form_that_is_agreed(monkeypatch):
    monkeypatch.setattr(b5_claims, "ticking", lambda *given: Ticks(0.6, 0.02, 150_000_000))
    monkeypatch.setattr(b5_claims, "at_once", lambda address, now: claim_all(address))

    def claim_all(address):
        store = Store(address)
        b5_claims.ours(store, 4)()
        claimed = [row.id for row in due_words(store).values()]
        store.close()
        return [claimed[0], *claimed[:-1]]  # one twice, one never

    fsync, *lines = [one.line() for one in b5_claims.figures()]
    assert re.fullmatch(r"fsync: \d+(\.\d+)? ms \(no goal\)", fsync)
    assert lines == [
        "sweep and claim vs raw SQL, SQLite: 10x (goal <= 1.5x) missed",
        "sweep and claim same as raw SQL, SQLite: 0 disagreements of 4 (goal 0) met",
        "sweep and claim, SQLite: 500 ms (no goal)",
        "raw SQL, SQLite: 50 ms (no goal)",
        "sweep and claim vs APScheduler, 12 jobs, SQLite: 10x (goal >= 60x) missed",
        "APScheduler, SQLite: 500 ms (no goal)",
        "4 claimers, put or claimed twice, SQLite: 1 of 4 (goal 0) missed",
        "4 claimers, not claimed, SQLite: 1 of 4 (goal 0) missed",
        "tick that puts 4 of 40, SQLite: 600 ms (goal <= 50 ms) missed",
        "tick after it, SQLite: 20 ms (goal <= 50 ms) met",
        "memory of what ticks, SQLite: 150 MB (goal <= 200 MB) met",
    ]


@pytest.mark.usefixtures("small")
def test_b6_says_its_figures_in_the_form_that_is_agreed():
    assert [one.line() for one in b6_delivery.figures()] == [
        "5 messages, c=1, SQLite, vs raw aiohttp: 10x (goal >= 0.75x) met",
        "5 messages, c=1, SQLite, lost or doubled: 0 of 5 (goal 0) met",
        "5 messages, c=1, SQLite, ours: 100/s (no goal)",
        "5 messages, c=1, SQLite, raw aiohttp: 10/s (no goal)",
        "5 messages, c=16, SQLite, vs raw aiohttp: 10x (goal >= 0.55x) met",
        "5 messages, c=16, SQLite, lost or doubled: 0 of 5 (goal 0) met",
        "5 messages, c=16, SQLite, ours: 100/s (no goal)",
        "5 messages, c=16, SQLite, raw aiohttp: 10/s (no goal)",
    ]


# What is installed for them


def test_the_benchmarks_run_with_the_versions_that_are_tested():
    tested, measured = (
        set(re.findall(r"(?m)^[\w.-]+==.+?(?= \\$)", (HERE / name).read_text()))
        for name in ("requirements-test.txt", "requirements-bench.txt")
    )
    assert len(tested) > 50
    assert tested < measured
    peers = {line.split("==")[0] for line in measured - tested}
    assert set(b4_deadlines.PACKAGES) < peers
    pinned = {line.split("==")[0].partition("[")[0] for line in measured}
    assert {*b5_claims.PACKAGES, *b6_delivery.PACKAGES} <= pinned


def test_their_packages_are_laid_over_those_of_the_tests_and_then_nothing_is_missing(tmp_path):
    machine = Machine(tmp_path)
    machine.program("python3.13", STAND_IN)
    shutil.copy(HERE / "requirements-bench.txt", tmp_path)
    machine.make("setup-test")
    machine.calls()
    assert machine.make("setup-bench").stdout.startswith("Bringing .venv up to date…\n")
    assert [call.split()[-1] for call in machine.calls()] == ["requirements-bench.txt", "."]
    for target in ("setup", "setup-test", "setup-bench"):
        assert machine.make(target).stdout == ""
    assert machine.calls() == []


def test_make_hands_the_chosen_benchmark_on(tmp_path):
    machine = Machine(tmp_path)
    for words, said in ((["ONLY=B4"], "-m bench B4"), (["ONLY=B4 B5"], "-m bench B4 B5"), ([], "-m bench")):
        assert machine.make("-n", "bench", *words).stdout.rstrip().endswith(f".venv/bin/python {said}")
