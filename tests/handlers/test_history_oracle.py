"""Whole histories against the minute oracle: what is stored is due when it should be, after every step.

An inquiry is logged, paused, resumed, acknowledged, answered and reopened at random instants of a random
calendar, through `answer()`. Beside it runs a plain model that knows the pauses and asks the oracle.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from models.adopting import adopt
from models.calendar import hours
from models.calendars import ClosureDay, WeeklyHours, closures_of, put_in_force, write_week
from models.inquiry import Deadline, Inquiry
from models.instant import iso
from models.outbox import Sending
from models.staff import Department
from models.standard import Rule
from scheduler import nudges, reminders
from tests.models.minute_oracle import Desk
from tests.seeded import Office, moment, seeded

CASES = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
FIRST, LAST = date(2026, 2, 25), date(2026, 6, 10)
BEGIN = moment("Monday 2026-03-02 00:00").astimezone(UTC)  # before the clocks go forward on Sunday 8 March
WEEKDAYS = (hours("8:00-17:00"),) * 5
WEEKS = [
    (*WEEKDAYS, (), ()),
    ((hours("8:00-12:00, 13:00-17:00"),) * 5 + (hours("9:00-12:00"), ())),
    ((hours("22:00-6:00"),) * 7),
    (hours("8:00-17:00"), (), hours("10:00-19:00"), (), hours("8:00-12:30"), (), hours("1:30-3:30")),
]
COUNTS = {  # by channel: the count, and whether an acknowledgement meets it
    "email": ("business_days", 1, 2, True),
    "form": ("business_days", 3, 3, False),
    "call": ("clock_hours", 24, 48, True),
    "chat": ("business_hours", 2, 9, True),
    "walk-in": ("elapsed_hours", 30, 30, True),
    "letter": ("weeks", 1, 1, False),
}
GAPS = st.integers(0, 90) | st.integers(0, 1440) | st.integers(0, 4 * 1440)
ANY = ["pause", "resume", "ack", "answer", "reopen"]
LIKELY = {
    "running": [*ANY, "pause", "pause"],
    "paused": [*ANY, "resume", "resume"],
    "answered": [*ANY, "reopen"],
}


def rules() -> list[Rule]:
    return [
        Rule.model_validate(
            {
                "id": f"own-{channel}",
                "citation": "a test",
                "says": "A test.",
                "channels": [channel],
                "kind": "respond" if acknowledged else "answer",
                "count": {unit: [aim, due] if aim != due else due},
                "met_by": ["answer", *(["acknowledgement"] if acknowledged else [])],
            }
        )
        for channel, (unit, aim, due, acknowledged) in COUNTS.items()
    ]


@dataclass
class Clock:
    """A clock as it should be. In minutes of the desk: counted from `since`, or agreed to be due `agreed`."""

    since: int
    due: int
    agreed: int | None = None
    ended: int | None = None
    replaced: bool = False


@dataclass
class Model:
    """What should be true of the inquiry; pauses are pairs of minutes."""

    desk: Desk
    channel: str
    clocks: list[Clock] = field(default_factory=list)
    pauses: list[tuple[int, int]] = field(default_factory=list)
    paused: int | None = None
    answered: bool = False

    @property
    def state(self) -> str:
        return "answered" if self.answered else "running" if self.paused is None else "paused"

    def counted(self, since: int) -> int | None:
        unit, _, due, _ = COUNTS[self.channel]
        found: int | None = getattr(self.desk, unit)(since, due, self.pauses)
        return found

    def promised(self, clock: Clock) -> int | None:
        """As many open minutes as were left when a pause began are left when it ends."""
        found = clock.agreed
        for start, end in self.pauses:
            if found is None or end <= clock.since or max(start, clock.since) >= found or start == end:
                continue
            left = self.desk.between(max(start, clock.since), found)
            later = self.desk.add(end, left) if left else end
            found = None if later is None else max(found, later)
        return found

    def begin(self, now: int) -> None:
        due = self.counted(now)
        assert due is not None
        self.clocks.append(Clock(now, due))

    def run_again(self, now: int) -> None:
        """Ends the pause. What was missed before it began stays as it was."""
        if self.paused is None:
            return
        began, self.paused = self.paused, None
        self.pauses.append((began, now))
        for clock in self.clocks:
            if clock.ended is None and clock.due >= began:
                due = self.counted(clock.since) if clock.agreed is None else self.promised(clock)
                assert due is not None
                clock.due = due

    def end(self, now: int, by_acknowledging: bool = False) -> None:
        for clock in self.clocks:
            if clock.ended is not None:
                continue
            if not by_acknowledging or clock.agreed is not None or COUNTS[self.channel][3]:
                clock.ended, clock.replaced = now, by_acknowledging and clock.agreed is not None

    def standing(self, clock: Clock, now: int) -> str:
        if clock.ended is not None:
            return "missed" if clock.due < clock.ended else "replaced" if clock.replaced else "met"
        if clock.due < (now if self.paused is None else self.paused):
            return "overdue"
        return "running" if self.paused is None else "paused"


@CASES
@given(st.data())
def test_after_every_step_each_clock_is_due_when_the_oracle_says(tmp_path_factory, data):
    with seeded(f"sqlite:///{tmp_path_factory.getbasetemp() / 'oracle.db'}") as office:
        desk = calendar(office, data)
        channel = data.draw(st.sampled_from(sorted(COUNTS)))
        model = Model(desk, channel)
        office.now = BEGIN + timedelta(minutes=data.draw(st.integers(0, 10 * 1440)))
        assert say(office, f"inquiry log {channel} from Jane about a permit").template == "inquiry_logged"
        model.begin(desk.minute(office.now))
        check(office, model)
        for gap in data.draw(st.lists(GAPS, min_size=2, max_size=9)):
            office.now += timedelta(minutes=gap)
            check(office, model)
            act = data.draw(st.sampled_from(LIKELY[model.state]))
            event(f"{act}: {take(office, model, act, data)}")
            check(office, model)


def calendar(office: Office, data: st.DataObject) -> Desk:
    """Human Resources gets hours and closures of its own; the desk that the oracle walks has the same."""
    week = data.draw(st.sampled_from(WEEKS))
    drawn = st.tuples(st.integers(0, 35), st.none() | st.integers(0, 1300), st.integers(30, 600))
    shut = [
        (date(2026, 3, 1) + timedelta(days=after), start, None if start is None else start + length)
        for after, start, length in data.draw(st.lists(drawn, max_size=4))
    ]
    with office.store.transaction() as db:
        mine = {"department_id": 1, "set_at": office.now}
        db.add(WeeklyHours(first=date(2026, 1, 5), week=write_week(week), **mine))
        for on, start, end in shut:
            db.add(ClosureDay(day=on, name="closed", start=start, end=end, department_id=1))
        put_in_force(db, office.now)
        adopt(db, db.get_one(Department, 1), "departmental", rules(), date(2026, 1, 5), office.now, 3)
        given = [(one.day, one.start, one.end) for one in closures_of(db, 1) if FIRST <= one.day <= LAST]
    return Desk("America/Chicago", week, given, FIRST, LAST)


def take(office: Office, model: Model, act: str, data: st.DataObject) -> str:
    """One step, in the house and in the model; the template of the reply."""
    now = model.desk.minute(office.now)
    words = {"pause": "waiting for the form", "reopen": "not solved"}
    if act == "ack":
        until = (office.now + timedelta(minutes=data.draw(st.integers(1, 5 * 1440)))).astimezone(
            moment("Monday 2026-03-02 00:00").tzinfo
        )
        words["ack"] = f"by {until:%Y-%m-%d %H:%M}"
    reply = say(office, f"inquiry {act} 1 {words.get(act, '')}")
    if act == "pause" and not model.answered and model.paused is None:
        assert reply.template == "inquiry_paused"
        model.paused = now
    elif act == "resume" and model.paused is not None:
        assert reply.template == "inquiry_resumed"
        model.run_again(now)
    elif act == "answer" and not model.answered:
        assert reply.template == "inquiry_answered"
        model.run_again(now)
        model.end(now)
        model.answered = True
    elif act == "reopen" and model.answered:
        assert reply.template == "inquiry_reopened"
        model.answered = False
        model.begin(now)
    elif reply.template == "inquiry_acknowledged":
        assert not model.answered
        model.run_again(now)
        model.end(now, by_acknowledging=True)
        agreed = model.desk.minute(datetime.fromisoformat(reply.facts["promised"]))
        model.clocks.append(Clock(now, agreed, agreed))
    return reply.template


def check(office: Office, model: Model) -> None:
    """What is stored and shown is as the model has it; nothing is owed of what is paused or was moved."""
    now = model.desk.minute(office.now)
    clocks = office.rows(Deadline)
    assert [one.due for one in clocks] == [model.desk.instant(clock.due) for clock in model.clocks]
    shown = say(office, "inquiry show 1").facts
    standings = [model.standing(clock, now) for clock in model.clocks]
    assert [one["standing"] for one in say(office, "inquiry why 1").facts["deadlines"]] == standings
    # Shown in another order: what runs first, what was replaced last.
    assert sorted(one["standing"] for one in shown["deadlines"]) == sorted(standings)
    since = None if model.paused is None else iso(model.desk.instant(model.paused))
    assert (shown["paused"] and shown["paused"]["since"]) == since
    assert [one.paused_at is not None for one in office.rows(Inquiry)] == [since is not None]
    running = [one for one in clocks if one.ended_at is None]
    # What was missed when the pause began goes on, so that the supervisor hears of it.
    resting = [model.standing(clock, now) == "paused" for clock in model.clocks if clock.ended is None]
    assert [one.stopped_at is not None for one in running] == resting
    reminders.sweep(office.store, office.now)
    nudges.sweep(office.store, office.now)
    owed = [row for row in office.owed(Sending.OWED) if row.deadline_id is not None]
    as_they_are = {one.id: one.due for one in running}
    assert all(as_they_are.get(row.deadline_id) == row.deadline_due for row in owed)
    if since is not None:
        assert {row.deadline_id for row in owed} <= {one.id for one in running if one.stopped_at is None}
    asked = [row for row in office.owed(Sending.OWED) if row.template == nudges.TEMPLATE]
    assert len(asked) <= (since is not None)


def say(office: Office, words: str):
    return office.say("dana", words)
