"""A conversation with the demonstration's agency, with no door between."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from handlers import answer
from handlers.asking import Ask, House, Reply
from handlers.form import Filling, Step
from models.agency_file import read_agency
from models.migrating import migrate
from models.outbox import Owed
from models.seeding import seed
from models.staff import Address
from models.store import Store

CHICAGO = ZoneInfo("America/Chicago")
DEMO = Path(__file__).parents[2] / "bot" / "demo"


def moment(text: str) -> datetime:
    """An instant of "Monday 2026-03-02 09:00" in Chicago; a wrong weekday is a wrong table."""
    weekday, _, rest = text.partition(" ")
    found = datetime.fromisoformat(rest).replace(tzinfo=CHICAGO)
    assert f"{found:%A}" == weekday, f"{rest} is a {found:%A}"
    return found


@dataclass
class Conversation:
    house: House
    now: datetime

    def at(self, text: str) -> "Conversation":
        self.now = moment(text)
        return self

    def say(self, words: str, by: str = "dana", **more: object) -> Reply:
        return answer(Ask(Address("terminal", "", by), words, self.now, **more), self.house)  # type: ignore[arg-type]

    def fill(
        self, form: str, about: str = "", who: str = "dana", step: Step = Step.SUBMIT, **values: str
    ) -> Reply:
        """Fills in a form, or (step OPEN, LOOK) looks at it."""
        return self.say(f"form {form} {about}", who, filling=Filling(form, about, values, step))

    def owed(self) -> list[Owed]:
        with self.house.store.transaction() as db:
            return list(db.exec(select(Owed).order_by(Owed.id)))  # type: ignore[arg-type]

    def rows(self, table: type) -> list:  # type: ignore[type-arg]
        with self.house.store.transaction() as db:
            return list(db.exec(select(table)))


MORNING = moment("Monday 2026-03-02 09:00")


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the agency in it, to be copied: quicker than seeding for every test."""
    path = tmp_path_factory.mktemp("seeded") / "talk.db"
    store = Store(f"sqlite:///{path}")
    migrate(store, MORNING)
    with store.transaction() as db:
        seed(db, read_agency(DEMO), MORNING)
    store.close()
    return path


@pytest.fixture
def talk(seeded_file: Path, tmp_path: Path) -> Iterator[Conversation]:
    """Monday morning at nine, nothing logged yet."""
    store = Store(f"sqlite:///{shutil.copy(seeded_file, tmp_path)}")
    yield Conversation(House(store=store, emails_customers=True), MORNING)
    store.close()
