"""An agency of 5,000 staff with a million open inquiries, a thousand of them due at NOW.

One inquiry is logged as anybody logs one; its rows are then copied within the database, each copy with
an owner and a due instant of its own. So the data has whatever columns the schema has.
"""

from datetime import datetime, timedelta

from sqlalchemy import JSON, Column, Connection, Integer, MetaData, Table, insert, text
from sqlmodel import SQLModel, col, delete, select, update

from bench.databases import settle
from handlers.answering import answer
from handlers.asking import Ask, House
from models.agency_file import StaffEntry
from models.calendars import calendar_of
from models.claiming import claim
from models.columns import Instant
from models.inquiry import UNPLANNED, Deadline, Inquiry
from models.leasing import finish
from models.migrating import migrate
from models.outbox import Owed, Sending
from models.planned import next_word, planned
from models.seeding import seed
from models.staff import Address
from models.store import Store
from scheduler import digests
from scheduler.reminders import sweep
from tests.models.spelled_dates import at
from tests.seeded import demo

NOW = at("Wednesday 2026-03-04 10:00")
LOGGED = at("Monday 2026-03-02 09:00")
ASKED = "inquiry log email from Jane Doe jane@example.com about a building permit"
INQUIRIES, DUE, STAFF = 1_000_000, 1000, 5000
TEAM = "T0BENCH"
TENANT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
# What is not due at NOW is due from two business days after it on, so many office minutes apart.
NEXT, APART = 2 * 540, 26
SOON = timedelta(hours=1)
TOLD = ["half"]  # of what is due later; half of the time of some goes by in any hour


def furnish(store: Store, inquiries: int = INQUIRIES, due: int = DUE, staff: int = STAFF) -> None:
    """Fills an empty database. Each of those who are due has an owner of its own, if the staff is enough.

    That they are due soon was put hours before, and said.
    """
    peopled(store, staff, LOGGED)
    reply = answer(Ask(Address("terminal", "", "member1"), ASKED, LOGGED), House(store=store))
    if reply.template != "inquiry_logged":
        raise RuntimeError(f"The inquiry to copy was not logged: {reply}")
    _copy(store, inquiries, inquiries // due, staff - 1)
    settle(store, "staff", "inquiry", "deadline")
    put = sweep(store, NOW - SOON)
    if put != due:
        raise RuntimeError(f"{put} are due soon, and not {due}.")
    _say(store, put)
    # So are the digests of the morning.
    _say(store, digests.sweep(store, NOW - SOON))
    settle(store, "outbox")


def peopled(store: Store, staff: int, now: datetime, spread: int = 1) -> None:
    """Puts so many members of staff into an empty database; the first is everybody's supervisor.

    spread: over how many departments.
    """
    migrate(store, now)
    departments = [one.name for one in demo().department[:spread]]
    people = tuple(
        StaffEntry(
            handle=f"member{number}",
            name=f"Member {number}",
            email=f"member{number}@example.gov",
            phone="608-555-0100",
            department=departments[number % len(departments)],
            supervisor="member0" if number else None,
            slack=f"{TEAM}:U{number}",
            teams=f"{TENANT}:{aad(number)}",
        )
        for number in range(staff)
    )
    with store.transaction() as db:
        seed(db, demo().model_copy(update={"staff": people}), now)


def aad(number: int) -> str:
    """The id that the directory has for a member."""
    return f"d0d0d0d0-0000-0000-0000-{number:012}"


def _copy(store: Store, inquiries: int, block: int, owners: int) -> None:
    """Copies the one inquiry and the last of its clocks; the last of every block is due at NOW."""
    with store.transaction() as db:
        clock = db.exec(select(Deadline).order_by(col(Deadline.due).desc())).first()
        assert clock is not None
        db.exec(delete(Deadline).where(col(Deadline.id) != clock.id))
        db.exec(update(Deadline).values(id=1))
        calendar, connection = calendar_of(db), db.connection()
        dues = Table(
            "dues",
            MetaData(),
            Column("place", Integer, primary_key=True),
            Column("due", Instant),
            Column("next", Instant),
            Column("points", JSON),
            Column("told", JSON),
            prefixes=["TEMPORARY"],
        )
        dues.create(connection)
        later = [calendar.add_minutes(NOW, NEXT + APART * place) for place in range(1, block)]
        # What is not due at NOW is as a sweep leaves it: planned, and to be looked at when a word is owed.
        plans = [planned(LOGGED, due, calendar) for due in later]
        connection.execute(
            insert(dues),
            [
                {"place": 0, "due": NOW, "next": UNPLANNED, "points": [], "told": []},
                *(
                    {
                        "place": place,
                        "due": due,
                        "next": next_word(points, TOLD, NOW),
                        "points": [one.kept() for one in points],
                        "told": TOLD,
                    }
                    for place, (due, points) in enumerate(zip(later, plans, strict=True), 1)
                ),
            ],
        )
        # The first member is everybody's supervisor.
        _multiply(connection, Inquiry, inquiries, block, {"owner_id": f"2 + n % {owners}"})
        _multiply(
            connection,
            Deadline,
            inquiries,
            block,
            {
                "inquiry_id": "n",
                "due": "dues.due",
                "aim": "dues.due",
                "next_at": "dues.next",
                "points": "dues.points",
                "told": "dues.told",
            },
        )
        due, points = (later[0], plans[0]) if later else (NOW, [])
        db.exec(
            update(Deadline)
            .where(col(Deadline.id) == 1)
            .values(
                due=due,
                aim=due,
                next_at=next_word(points, TOLD, NOW) if points else UNPLANNED,
                points=[one.kept() for one in points],
                told=TOLD if points else [],
            )
        )
        dues.drop(connection)


def _multiply(
    connection: Connection, table: type[SQLModel], inquiries: int, block: int, changed: dict[str, str]
) -> None:
    """Copies the row with the id 1 to all ids up to the last."""
    changed = {"id": "n", **changed}
    names = [one.name for one in SQLModel.metadata.tables[str(table.__tablename__)].columns]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f'first."{name}"') for name in names)
    name = str(table.__tablename__)
    statement = f"""
        WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n <= {inquiries})
        INSERT INTO {name} ({columns})
        SELECT {values} FROM numbers JOIN dues ON dues.place = n % {block} JOIN {name} first ON first.id = 1
        WHERE n <= {inquiries}"""  # noqa: S608  # the names are our own
    connection.execute(text(statement))


def _say(store: Store, words: int) -> None:
    """Marks what was put as sent, as if it had been."""
    with store.transaction() as db:
        for row in claim(db, NOW - SOON, words):
            finish(db, row, state=Sending.SENT, sent_to=f"slack:{TEAM}:U1", finished_at=NOW - SOON)
    with store.transaction() as db:
        left = db.exec(select(Owed.id).where(Owed.state != Sending.SENT)).all()
    if left:
        raise RuntimeError(f"{len(left)} words were not said.")
