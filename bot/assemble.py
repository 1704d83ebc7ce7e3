"""The only file that knows every room, and the only one that reads the clock."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from bot.doors import Clock, Hear
from bot.ear import AT_ONCE, Ear, Tasks
from bot.server_clock import ServerClock
from bot.turnstile import PLACES, Turnstile
from bot.voice import Voice
from handlers.asking import House
from models import audit, survey
from models.adopting import Adoption
from models.agency import Agency, agency_of
from models.agency_file import AgencyFile
from models.calendars import calendar_of
from models.instant import aware
from models.migrating import migrate
from models.seeding import seed
from models.staff import Address, Department, by_address
from models.standard import load_standard
from models.store import Store
from models.trouble import trouble_of
from scheduler import timetable
from scheduler.delivery import Sender

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from bot.settings import Settings

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "templates"
DEMO = Path(__file__).parent / "demo"
# Who hears at once on PostgreSQL: a department that is slow keeps one of them busy.
EARS, OTHER_THREADS = 3, 16

MET_SECONDS, MOST_MET = 60.0, 10_000


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


class SteeredClock:
    """A clock for demonstrations: it runs from now, or stands still at `start`, and can be moved ahead."""

    def __init__(self, start: datetime | None = None) -> None:
        # In UTC: an hour later is an hour later, on the nights the clocks change too.
        self._start = start and aware(start)
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return (self._start or now()) + self._ahead

    def move_to(self, moment: datetime) -> None:
        self._ahead += moment - self()


def open_store(address: str, clock: Clock = now) -> Store:
    """The database at this address, with the newest schema. Raises ValueError for an unusable address."""
    store = Store(address)
    migrate(store, clock())
    return store


def seed_when_empty(store: Store, described: AgencyFile, clock: Clock = now) -> bool:
    """Stores the agency unless one is there; whether it was stored."""
    with store.transaction() as db:
        stored = seed(db, described, clock())
        if stored:
            audit.append(db, clock(), audit.COMMAND_LINE, "seed", "stored")
        return stored


def agency_in(store: Store) -> Agency | None:
    with store.transaction() as db:
        return agency_of(db)


def check_standards(store: Store) -> None:
    """Raises ValueError, in a sentence, when a department's standard cannot be read any more."""
    with store.transaction() as db:
        adopted = select(Adoption.base).where(col(Adoption.ended_at).is_(None))
        for name in {*db.exec(select(Department.standard)), *db.exec(adopted)}:
            load_standard(name)


def voice(dialect: str, agency: Agency | None, settings: "Settings") -> Voice:
    """How the agency's messages are said in a dialect; the survey's links are made here."""

    def link(made_of: str) -> str:
        assert agency is not None, "a survey belongs to an agency"
        token = survey.token(made_of, agency.survey_key(_secret(settings)))
        return f"{settings.public_url.rstrip('/')}/survey/{token}"

    return Voice(TEMPLATES, dialect, agency.zone if agency else "UTC", link)


def _secret(settings: "Settings") -> str | None:
    return settings.secret.get_secret_value() if settings.secret else None


def knows(store: Store) -> Callable[[Address], "Coroutine[Any, Any, bool]"]:
    """Whether an address belongs to a member of staff: doors ask before they look for an e-mail address.

    Who was known a minute ago is not looked for again; the ear looks for itself, and refuses who has left.
    """
    met: dict[Address, float] = {}

    def look(address: Address) -> bool:
        with store.reading() as db:
            return by_address(db, address) is not None

    async def known(address: Address) -> bool:
        if time.monotonic() < met.get(address, 0.0):
            return True
        try:
            found = await asyncio.to_thread(look, address)
        except Exception as error:
            if trouble_of(error) is None:
                raise
            # The ear meets the same trouble, and says it in words.
            return True
        if found:
            if len(met) >= MOST_MET:
                met.clear()
            met[address] = time.monotonic() + MET_SECONDS
        return found

    return known


def department_of(store: Store) -> Callable[[Address], "Coroutine[Any, Any, int | None]"]:
    """The department of whoever has this address: the turnstile keeps a line for each."""

    def look(address: Address) -> int | None:
        with store.reading() as db:
            member = by_address(db, address)
            return member.department_id if member else None

    return lambda address: asyncio.to_thread(look, address)


def serving(settings: "Settings", store: Store, clock: Clock = now) -> "Starlette":
    """The web app with every door that the settings open, and the timetable beside it."""
    from bot import health
    from bot.metrics import Metrics, MetricsDoor
    from bot.survey_page import SurveyPage
    from bot.web import create_app

    agency = agency_in(store)
    house = House(
        store=store,
        secret=_secret(settings),
        emails_customers=settings.has_email,
    )
    senders: dict[str, Sender] = {}
    tasks = Tasks()
    # What is stored and leased is stored by one clock for all replicas; what comes from outside (signatures,
    # tokens) is checked by the machine's.
    shared = ServerClock(store, clock)
    metrics, heartbeat = Metrics(store, shared), health.Heartbeat()
    # SQLite has one writer at a time, and so one ear.
    ears = [
        Ear(house, senders, shared, tasks.spawn, metrics) for _ in range(EARS if store.on_postgresql else 1)
    ]
    ear: Hear = Turnstile(
        ears[0],
        time.monotonic,
        department_of(store),
        tasks.spawn,
        metrics,
        others=ears[1:],
        # There each has a connection of its own: a slow department must not take them all.
        places=AT_ONCE if store.on_postgresql else PLACES,
    )
    slack = teams = None
    if settings.has_slack:
        from bot.slack import SlackDoor

        plain = voice("plain", agency, settings)
        slack = SlackDoor(settings, voice("slack", agency, settings), ear, clock, knows(store), plain=plain)
        senders["slack"] = slack.sender
    if settings.has_teams:
        from bot.teams import TeamsDoor

        teams = TeamsDoor(settings, voice("teams", agency, settings), ear, clock, knows(store))
        senders["teams"] = teams.sender
    if settings.has_email:
        from bot.email import EmailSender

        senders["email"] = EmailSender(settings, voice("plain", agency, settings), clock)
    doors = [door for door in (slack, teams) if door is not None]

    @asynccontextmanager
    async def lifespan(_app: "Starlette") -> AsyncIterator[None]:
        # However slow asks are, there are threads left for whatever else looks into the database.
        threads = ThreadPoolExecutor(EARS + OTHER_THREADS, "replyby")
        asyncio.get_running_loop().set_default_executor(threads)
        await asyncio.to_thread(shared.ask)
        for door in doors:
            await door.start()
        rounds = timetable.start(store, senders, clock, health.Watches(metrics, heartbeat), shared.ask)
        yield
        # What is on its way is said before the doors close.
        await rounds.stop()
        await tasks.finish()
        for door in doors:
            await door.stop()
        store.close()

    checks = health.checks(store, heartbeat, settings.least_disk_mb)
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    page = SurveyPage(store, house.secret, shared)
    return create_app(
        survey=page,
        slack=slack,
        teams=teams,
        ready=lambda: health.readiness(checks),
        metrics=MetricsDoor(metrics, token),
        lifespan=lifespan,
    )


def talk(settings: "Settings", store: Store, start: datetime | None) -> None:
    """A conversation at the terminal, over standard input."""
    from bot.terminal import Terminal, TerminalSender

    clock = SteeredClock(start)
    with store.transaction() as db:
        calendar_of(db).check_known(clock())
    plain = voice("plain", agency_in(store), settings)
    sender = TerminalSender(store, plain, clock)
    senders: dict[str, Sender] = {"terminal": sender, "email": sender}
    house = House(store=store, secret=_secret(settings), emails_customers=True)
    # The conversation carries what is owed by itself, before each prompt.
    ear = Ear(house, senders, clock, lambda work: work.close())
    Terminal(store, ear, plain, clock, senders).converse()
    store.close()
