"""The office of the soak: forty people on Slack, and what they are owed, wave after wave."""

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import select

from models import outbox
from models.agency_file import StaffEntry
from models.migrating import migrate
from models.outbox import Owed
from models.seeding import seed
from models.staff import Address, Staff, remember_address
from models.store import Store
from tests.doors.fake_slack import TEAM
from tests.doors.fake_teams import BOT, TENANT
from tests.models.spelled_dates import at as moment
from tests.seeded import demo

START = moment("Monday 2026-03-02 09:00")
WAVE = timedelta(minutes=3)  # between one wave of reminders and the next
TOGETHER = 20  # reminders in a wave


@dataclass(frozen=True)
class Reminder:
    """One word owed. `digest` is what Slack is given of its key."""

    key: str
    number: str
    not_before: datetime

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.key.encode()).hexdigest()


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
        for number in range(reminders):
            one = Reminder(f"soak:{number}", f"INQ-{number}", START + number // TOGETHER * WAVE)
            to = outbox.to_staff(rng.choice(everyone))
            facts = {"number": one.number}
            outbox.put(db, one.key, to, "soak", facts, now=START, not_before=one.not_before)
            owed.append(one)
    return owed


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
