"""Two departments with the same history in each, in words that nobody in the other one may ever read."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import SQLModel, col, select

from bot import blocks, cards
from bot.assemble import TEMPLATES
from bot.plain import to_text
from bot.voice import Voice
from handlers import answer
from handlers.asking import Ask, Choice, House, Reply
from handlers.form import Filling, Step
from models.extension import Extension
from models.outbox import Owed, Sending, to_staff
from models.staff import Address
from tests.seeded import Office, seeded

MONDAY, FRIDAY = "Monday 2026-03-02 09:00", "Friday 2026-03-06 10:00"

VOICES = {
    dialect: Voice(TEMPLATES, dialect, "America/Chicago", "https://replies.example.gov/survey/{}".format)
    for dialect in ("slack", "teams", "plain", "html")
}


@dataclass(frozen=True)
class Secrets:
    """What is said of one department's customers."""

    customer: str
    phone: str
    email: str
    subject: str
    said: str

    def shown_in(self, text: str) -> list[str]:
        return [
            one for one in (self.customer, self.phone, self.email, self.subject, self.said) if one in text
        ]


SECRETS = {
    "Human Resources": Secrets(
        "Isolde Marchbanks", "608-555-0188", "isolde@marchbanks.example", "marmalade", "cerulean"
    ),
    "Permits": Secrets(
        "Zebulon Quarrington", "608-555-0177", "zeb@quarrington.example", "heliotrope", "ochre"
    ),
}
PEOPLE = {"Human Resources": ("dana", "sam"), "Permits": ("kim", "robin")}
AWAY = {"Human Resources": "2026-04-06", "Permits": "2026-04-20"}


@dataclass(frozen=True)
class Ids:
    """One department's numbers: inquiries by what became of them, a request, an undelivered word."""

    inquiries: Mapping[str, str]
    request: int
    word: int


@dataclass
class Town:
    office: Office
    ids: Mapping[str, Ids]
    offered: Mapping[str, list[Choice]]
    """What the buttons of a department's replies and messages say."""

    def ask(self, who: Address | str, words: str, filling: Filling | None = None) -> tuple[Reply, list[str]]:
        """The reply, and the tables in which something would be stored; nothing is."""
        address = who if isinstance(who, Address) else Address("terminal", "", who)
        store = _Undone(self.office.store)
        house = House(store, emails_customers=True)  # type: ignore[arg-type]  # as much of a store as is used
        reply = answer(Ask(address, words, self.office.now, filling=filling), house)
        return reply, store.changed


class _Undo(Exception):
    """Nothing of it is kept."""


class _Undone:
    """A store in which nothing that is said is kept; `changed` are the tables where it would have been."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.changed: list[str] = []

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with suppress(_Undo), self._store.transaction() as db:
            before = _rows(db)
            yield db
            db.flush()
            after = _rows(db)
            self.changed = [name for name in before if before[name] != after[name]]
            raise _Undo


def _rows(db: Any) -> dict[str, list[Any]]:
    asked = db.connection().exec_driver_sql
    # Who was refused what a supervisor may, is noted; that is all there is to keep of a refusal.
    names = [name for name in SQLModel.metadata.tables if name != "audit"]
    return {name: asked(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608  # our own names


@contextmanager
def two_departments(path: Any) -> Iterator[Town]:
    with seeded(f"sqlite:///{path / 'two.db'}", MONDAY) as office:
        ids, offered = {}, {}
        for name in PEOPLE:
            ids[name], offered[name] = _history(office.at(MONDAY), name)
        office.at(FRIDAY)
        for name, (member, boss) in PEOPLE.items():
            for one in ids[name].inquiries.values():
                for who in (member, boss):
                    offered[name] += office.say(who, f"inquiry show {one}").choices
            readers = (office.member(member).id, office.member(boss).id)
            for row in office.owed():
                if row.staff_id in readers:
                    offered[name] += [Choice(**one) for one in row.choices]
        yield Town(office, ids, offered)


def _history(office: Office, name: str) -> tuple[Ids, list[Choice]]:
    """One inquiry of every kind, with all that can be said about it."""
    secrets, (member, boss) = SECRETS[name], PEOPLE[name]
    offered: list[Choice] = []

    def say(who: str, words: str, *expected: str) -> Reply:
        reply = office.say(who, words)
        assert reply.template in expected, f"{words}: {reply}"
        offered.extend(reply.choices)
        return reply

    def log() -> str:
        contact = f"{secrets.customer} {secrets.phone} {secrets.email}"
        reply = say(
            member, f"inquiry log call from {contact} about {secrets.subject} papers", "inquiry_logged"
        )
        return str(reply.facts["number"])

    made = {state: log() for state in ("open", "acked", "paused", "answered", "closed", "asked")}
    say(member, f'inquiry ack {made["acked"]} by Thu "{secrets.said}"', "inquiry_acknowledged")
    say(member, f"inquiry pause {made['paused']} {secrets.said}", "inquiry_paused")
    say(member, f"inquiry answer {made['answered']}", "inquiry_answered")
    say(member, f'inquiry close {made["closed"]} "{secrets.said}"', "inquiry_closed")
    say(member, f"inquiry extend {made['asked']} {secrets.said} until 2026-03-20", "extension_asked")
    say(member, f"inquiry remind me of {made['open']} Tue 12:00 about {secrets.said}", "reminder_set")
    say(member, f"away from {AWAY[name]} to {AWAY[name]}", "away_planned")
    say(member, "inquiry mine", "inquiries_mine")
    chief = to_staff(office.member(boss))
    with office.store.transaction() as db:
        request = db.exec(select(Extension).order_by(col(Extension.id).desc())).first()
        wanted = select(Owed).where(Owed.recipient == chief, Owed.template == "extension_wanted")
        word = db.exec(wanted).first()
        assert request is not None
        assert word is not None
        word.state, word.finished_at, word.reason = Sending.DEAD, office.now, "gone"
        db.add(word)
        numbers = request.id, word.id
    return Ids(made, *numbers), offered  # type: ignore[arg-type]  # both are stored


def said_everywhere(reply: Reply) -> dict[str, str]:
    """What every door would show of it, the errors and the form included."""
    shown: dict[str, str] = {}
    for one in (reply, *reply.errors.values()):
        spoken = {name: voice.say(one.template, one.facts, one.language) for name, voice in VOICES.items()}
        parts = {
            "slack": json.dumps(blocks.to_blocks(spoken["slack"], one.choices), ensure_ascii=False)
            + blocks.fallback(spoken["slack"]),
            "teams": json.dumps(cards.to_card(spoken["teams"], one.choices), ensure_ascii=False)
            + cards.fallback(spoken["teams"]),
            "plain": to_text(spoken["plain"], one.choices),
            "html": str(spoken["html"]),
        }
        for name, text in parts.items():
            shown[name] = shown.get(name, "") + text
    if reply.form:
        shown["form"] = repr(reply.form)
    return shown


def without(reply: Reply, *ids: str) -> Reply:
    """The reply with these ids taken out of it, wherever they stand."""
    text = repr((reply.template, reply.facts, reply.choices, reply.form, reply.errors))
    for one in ids:
        text = text.replace(one, "…")
    return replace(reply, facts={"all": text}, choices=(), form=None, errors={})


def filled(form: str, about: str, step: Step) -> Filling:
    """A form with something in every field that any form has."""
    values = {
        "channel": "call", "customer": "Jo", "subject": "papers", "received_day": "2026-03-02",
        "received_time": "08:30", "by": "other", "by_day": "2026-03-10", "by_time": "12:00", "said": "soon",
        "resolution": "done", "reason": "the archive", "until_day": "2026-03-26", "someone": "sam",
        "owner": "", "reminders": "2", "first": "2026-05-04", "last": "2026-05-08",
    }  # fmt: skip
    return Filling(form, about, values, step)
