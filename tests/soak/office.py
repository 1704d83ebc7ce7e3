"""The office of the soak: forty people on Slack, and what they are owed, wave after wave."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from models import outbox
from models.agency_file import StaffEntry
from models.inquiry import Deadline, Inquiry
from models.migrating import migrate
from models.outbox import Owed
from models.plan import USUAL, Kind
from models.point_keys import about_point
from models.preference import Preference
from models.seeding import seed
from models.staff import Address, Staff, ident, remember_address
from models.store import Store
from tests.doors.fake_slack import TEAM
from tests.doors.fake_teams import BOT, TENANT
from tests.models.spelled_dates import at as moment
from tests.seeded import demo

START = moment("Monday 2026-03-02 09:00")
WAVE = timedelta(minutes=3)  # between one wave of reminders and the next
TOGETHER = 20  # reminders in a wave
FEW = 8  # whom a wave is for, so that some of it is said together
DUE = START - timedelta(minutes=1)


@dataclass(frozen=True)
class Reminder:
    """One word owed. `number`: of its inquiry, by which a platform's messages are told apart."""

    key: str
    number: str
    not_before: datetime


def furnish(
    store: Store, members: int, reminders: int, rng: random.Random, service_url: str
) -> list[Reminder]:
    """Makes the tables, the people, and all that is owed, in an empty database; their Teams is at the URL."""
    department = demo().department[0].name
    people = tuple(
        StaffEntry(
            handle=f"member{number}",
            name=f"Member {number}",
            email=f"member{number}@example.gov",
            phone="608-555-0100",
            department=department,
            slack=f"{TEAM}:U{number}",
            teams=f"{TENANT}:{number}",
        )
        for number in range(members)
    )
    migrate(store, START)
    owed = []
    with store.transaction() as db:
        seed(db, demo().model_copy(update={"staff": people}), START)
        everyone = list(db.exec(select(Staff).order_by(Staff.handle)))
        for member in everyone:
            user = member.handle.removeprefix("member")
            reference = {
                "serviceUrl": service_url, "conversation": f"a:{user}", "botId": BOT, "userId": f"29:{user}"
            }  # fmt: skip
            remember_address(db, member, Address("teams", TENANT, user), START, reference)
            db.add(Preference(staff_id=ident(member), digest_on=False))
        for number in range(reminders):
            if number % TOGETHER == 0:
                few = rng.sample(everyone, min(FEW, len(everyone)))
            owed.append(_owe(db, number + 1, rng.choice(few), START + number // TOGETHER * WAVE))
    return owed


def _owe(db: Session, number: int, owner: Staff, at: datetime) -> Reminder:
    """Owes the owner of an inquiry the word that it is past due; nothing else is owed about it."""
    inquiry = Inquiry(
        id=number, department_id=owner.department_id, owner_id=ident(owner), channel="email",
        customer="Jane Doe", subject=f"Reminder INQ-{number}", received_at=DUE, logged_at=DUE,
        logged_by_id=ident(owner),
    )  # fmt: skip
    db.add(inquiry)
    db.flush()
    clock = Deadline(
        inquiry_id=number, kind="answer", rule="R5", citation="soak", aim=DUE, due=DUE,
        set_at=DUE - timedelta(days=3), because=[], in_short="as the soak has it", standard="soak",
        standard_version="1", calendar_version="1", met_by=["answer"],
    )  # fmt: skip
    clock.told, clock.next_at = [one.name for one in USUAL], None
    db.add(clock)
    db.flush()
    late = next(one.name for one in USUAL if one.kind is Kind.LATE)
    to = outbox.to_staff(owner)
    key = about_point(clock.id or 0, DUE, late, to)
    facts = {"number": inquiry.number, "point": Kind.LATE.value}
    outbox.put(db, key, to, "late", facts, now=START, not_before=at, kind="late", about=clock)
    return Reminder(key, inquiry.number, at)


@dataclass(frozen=True)
class Record:
    """What the outbox says in the end: the keys of rows neither said nor given up, of rows given up, and of
    rows said by somebody who knew that it may be a repeat."""

    open: frozenset[str]
    dead: frozenset[str]
    repeated: frozenset[str]


def record(store: Store) -> Record:
    from bot.teams.sender import REPEATED  # here, because loading botbuilder takes a while

    with store.transaction() as db:
        rows = list(db.exec(select(Owed.key, Owed.state, Owed.said)))
    settled = (outbox.Sending.SENT, outbox.Sending.DEAD)
    return Record(
        frozenset(key for key, state, _ in rows if state not in settled),
        frozenset(key for key, state, _ in rows if state is outbox.Sending.DEAD),
        frozenset(key for key, _, said in rows if (said or "").startswith(REPEATED)),
    )
