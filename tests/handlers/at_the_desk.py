"""A supervisor at the desk: what is asked there is said in every voice, so that none stumbles."""

from dataclasses import dataclass
from pathlib import Path

from sqlmodel import select

from bot.assemble import TEMPLATES
from bot.blocks import to_blocks
from bot.cards import to_card
from bot.plain import to_text
from bot.voice import Voice
from handlers.asking import Reply
from models.outbox import Owed, Sending
from models.staff import Department
from tests.handlers.conftest import Conversation

VOICES = {
    dialect: Voice(TEMPLATES, dialect, "America/Chicago", str)
    for dialect in ("plain", "slack", "teams", "html")
}


def spoken(reply: Reply) -> str:
    """The reply in every voice; its plain words, on one line."""
    to_blocks(VOICES["slack"].say(reply.template, reply.facts), reply.choices)
    to_card(VOICES["teams"].say(reply.template, reply.facts), reply.choices)
    VOICES["html"].say(reply.template, reply.facts)
    said = to_text(VOICES["plain"].say(reply.template, reply.facts), reply.choices, width=10_000)
    return " ".join(said.split())


def as_said(row: Owed, dialect: str = "plain") -> str:
    """A message that is owed, as one line."""
    return " ".join(str(VOICES[dialect].say(row.template, row.facts)).split())


@dataclass
class Desk:
    """Sam Castellano, who supervises Human Resources, speaks unless somebody else is named."""

    talk: Conversation

    def __call__(self, words: str, by: str = "sam") -> Reply:
        reply = self.talk.say(words, by=by)
        spoken(reply)
        return reply

    def told(self, template: str = "standard_told") -> list[Owed]:
        return [row for row in self.talk.owed() if row.template == template and row.state is Sending.OWED]

    def keep_file(self, path: Path, rules: str) -> None:
        """Gives Human Resources a standard of the agency's own file."""
        begins = 'name = "riverbend-hr"\ntitle = "Riverbend HR standard"\nsource = "RIV"\nversion = 3\n'
        path.write_text(begins + rules, "utf-8")
        with self.talk.house.store.transaction() as db:
            department = db.exec(select(Department).where(Department.name == "Human Resources")).one()
            department.standard = str(path)
            db.add(department)


def counts(reply: Reply) -> dict[str, tuple[list[str], list[str]]]:
    """What changes, by channel: the counts before and after."""
    return {
        one["channel"]: ([rule["count"] for rule in one["before"]], [rule["count"] for rule in one["after"]])
        for one in reply.facts["changes"]
    }
