"""An office to test with: the demonstration's agency, a clock that stands still, a door that keeps its words.

with seeded(database_url) as office:
    office.say("dana", "inquiry log email from Jane Doe about a permit", "Monday 2026-03-02 09:00")
    office.tick("Tuesday 2026-03-03 13:00")
    assert office.heard() == ["dana due_soon INQ-1"]
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel, col, delete, select

from handlers.answering import answer
from handlers.asking import Ask, House, Reply
from models.agency_file import AgencyFile, read_agency
from models.migrating import migrate
from models.outbox import Owed, Sending
from models.preference import Preference
from models.seeding import seed
from models.staff import Address, Staff
from models.store import Store, insert_all_once
from scheduler import bundling
from scheduler.delivery import Delivered, Letter, Receipt
from scheduler.timetable import next_moment, tick
from tests.models.spelled_dates import at as moment

DEMO = Path(__file__).parents[1] / "bot" / "demo"
MORNING = "Monday 2026-03-02 09:00"

Row = TypeVar("Row", bound=SQLModel)


@cache
def demo() -> AgencyFile:
    return read_agency(DEMO)


@dataclass
class Recorder:
    """A door out that keeps what it is handed; `fails` holds what it raises first, by user."""

    letters: list[Letter] = field(default_factory=list)
    said: list[Letter] = field(default_factory=list)
    fails: dict[str, list[Exception]] = field(default_factory=dict)

    async def send(self, letter: Letter) -> Receipt:
        self.letters.append(letter)
        if self.fails.get(letter.to.user):
            raise self.fails[letter.to.user].pop(0)
        self.said.append(letter)
        return Receipt(f"{letter.to}/{len(self.said)}", f"{letter.template} {letter.facts.get('number', '')}")


@dataclass
class Office:
    """The agency, and whoever speaks in it. Moments are spelled: "Monday 2026-03-02 09:00" in Chicago."""

    store: Store
    now: datetime
    chat: Recorder = field(default_factory=Recorder)
    mail: Recorder | None = None

    @property
    def house(self) -> House:
        return House(store=self.store, emails_customers=True)

    @property
    def senders(self) -> dict[str, Recorder]:
        return {"terminal": self.chat} | ({"email": self.mail} if self.mail else {})

    def at(self, spelled: str) -> "Office":
        """Moves the clock."""
        self.now = moment(spelled)
        return self

    def say(self, handle: str, words: str, at: str | None = None, **more: Any) -> Reply:
        """What the member says, and the reply. `more` goes to the Ask: key, by_message, …"""
        if at:
            self.at(at)
        return answer(Ask(Address("terminal", "", handle), words, self.now, **more), self.house)

    def tick(self, at: str | None = None) -> list[Delivered]:
        """One round of the timetable."""
        if at:
            self.at(at)
        return asyncio.run(tick(self.store, self.senders, self.now))

    def until(self, at: str) -> list[str]:
        """Moves the clock, from now on, through every moment at which a round may have something to do.

        What was said meanwhile, as "Tuesday 2026-03-03 13:00 dana due_soon INQ-1".
        """
        end, diary = moment(at), []
        while True:
            self.tick()
            diary += [f"{self.now.astimezone(end.tzinfo):%A %Y-%m-%d %H:%M} {said}" for said in self.heard()]
            if self.now >= end:
                return diary
            self.now = next_moment(self.store, self.now, end)

    def heard(self) -> list[str]:
        """What was said since the last look, as "dana due_soon INQ-1", in the order it was said.

        What was said together comes word by word; `chat.said` holds the letters.
        """
        said, self.chat.said = self.chat.said, []
        words = [(one.to.user, *word) for one in said for word in _words(one)]
        return [f"{user} {template} {number}".strip() for user, template, number in words]

    def member(self, handle: str) -> Staff:
        with self.store.transaction() as db:
            return db.exec(select(Staff).where(Staff.handle == handle)).one()

    def rows(self, table: type[Row]) -> list[Row]:
        with self.store.transaction() as db:
            return list(db.exec(select(table).order_by(table.id)))  # type: ignore[attr-defined]  # all have one

    def owed(self, *states: Sending) -> list[Owed]:
        """The rows of the outbox in these states; all of them when none is named."""
        return [row for row in self.rows(Owed) if not states or row.state in states]

    def change(self, handle: str, **values: Any) -> None:
        """Changes what the database knows of a member."""
        with self.store.transaction() as db:
            one = db.exec(select(Staff).where(col(Staff.handle) == handle)).one()
            for name, value in values.items():
                setattr(one, name, value)
            db.add(one)


def _words(letter: Letter) -> list[tuple[str, str]]:
    """Template and number of each word that the letter says."""
    if letter.template != bundling.TEMPLATE:
        return [(letter.template, letter.facts.get("number", ""))]
    return [(one["template"], one["number"]) for one in letter.facts["items"]]


@contextmanager
def seeded(
    database_url: str, at: str = MORNING, agency: AgencyFile | None = None, *, digests: bool = False
) -> Iterator[Office]:
    """An office in a database that is new or emptied, at its beginning of day.

    digests: whether everybody has their morning's digest, as is usual; most tests are about other words.
    """
    if agency is None and database_url.startswith("sqlite"):
        Path(database_url.removeprefix("sqlite:///")).write_bytes(_seeded_file())
    store = _store(database_url)
    try:
        migrate(store, moment(at))
        with store.transaction() as db:
            seed(db, agency or demo(), moment(at))
        if digests:
            _with_digests(store)
        else:
            _without_digests(store)
        yield Office(store, moment(at))
    finally:
        store.close()


def _with_digests(store: Store) -> None:
    with store.transaction() as db:
        db.exec(delete(Preference))


def _without_digests(store: Store) -> None:
    with store.transaction() as db:
        numbers = db.exec(select(Staff.id)).all()
        rows = [{"staff_id": number, "digest_on": False} for number in numbers]
        insert_all_once(db, Preference, rows, unique=("staff_id",))


@contextmanager
def counted(office: Office) -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(office.store.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(office.store.engine, "before_cursor_execute", note)


@cache
def _store(database_url: str) -> Store:
    """One engine an address: what it has compiled serves the next test too, and that is most of the time."""
    return Store(database_url)


@cache
def _seeded_file() -> bytes:
    """What a seeded SQLite file holds: copying is quicker than seeding."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "seeded.db"
        with seeded(f"sqlite:///{path}", agency=demo()):
            pass
        return path.read_bytes()


def emptied(postgres_url: str) -> str:
    """The address of one database of the server that tests use in turn, without what the last one left in it.

    Quicker than a database of its own for every test; for tests that make no tables.
    """
    address = _shared(postgres_url)
    tables = [table.name for table in reversed(SQLModel.metadata.sorted_tables)]
    counters = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"
    # Whoever a failed test has left connected would be in the way.
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    empty = [f'DELETE FROM "{name}"' for name in tables]  # noqa: S608  # the names are our own
    # The audit refuses to be emptied, as long as there are triggers.
    statements = [others, "SET session_replication_role = replica", *empty, counters]
    with create_engine(address, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql("; ".join(statements))
    return address


@cache
def _shared(postgres_url: str) -> str:
    """Makes the database that tests use in turn, with its tables."""
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE replyby_shared TEMPLATE template0")
    address = make_url(postgres_url).set(database="replyby_shared").render_as_string(hide_password=False)
    store = Store(address)
    migrate(store, moment(MORNING))
    store.close()
    return address
