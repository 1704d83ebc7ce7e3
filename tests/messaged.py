"""Messages that were sent to Slack, to test with what happens to them afterwards."""

import asyncio
from dataclasses import dataclass, field

from sqlmodel import select

from models.edits import KIND
from models.outbox import Owed, Sending
from models.staff import Address, Staff, remember_address
from scheduler.delivery import carry
from scheduler.letter import Letter
from scheduler.timetable import tick
from tests.seeded import Office, Recorder

MORNING = "Monday 2026-03-02 09:00"
SOON = "Tuesday 2026-03-03 13:00"  # four business hours before INQ-1 is due
LATER = "Tuesday 2026-03-03 13:30"


@dataclass
class Messaged:
    """The office with everybody on Slack, and what Slack was handed."""

    office: Office
    slack: Recorder = field(default_factory=Recorder)

    def __post_init__(self) -> None:
        with self.office.store.transaction() as db:
            for member in db.exec(select(Staff)):
                remember_address(db, member, Address("slack", "T0", member.handle), self.office.now)

    def reminded(self, asked: str | None = None) -> "Messaged":
        """Dana has INQ-1, and the reminder that it is due soon; she may have asked for another one."""
        self.office.say("dana", "inquiry log email from Jane Doe about a permit", MORNING)
        if asked:
            self.office.say("dana", f"inquiry remind me of INQ-1 {asked}")
            self.round(f"Tuesday 2026-03-03 {asked.removeprefix('Tuesday ')}")
        self.round(SOON)
        return self

    def say(self, words: str, by: str = "dana", at: str | None = None) -> None:
        self.office.say(by, words, at)

    def round(self, at: str | None = None) -> list[Letter]:
        """One round of the timetable; the edits that it carried."""
        if at:
            self.office.at(at)
        asyncio.run(tick(self.office.store, {"slack": self.slack}, self.office.now))
        letters, self.slack.letters = self.slack.letters, []
        return [one for one in letters if one.edits is not None]

    def carry(self) -> None:
        """Carries what is owed, without a sweep."""
        asyncio.run(carry(self.office.store, {"slack": self.slack}, self.office.now))

    def edits(self, *states: Sending) -> list[Owed]:
        return [row for row in self.office.owed(*states) if row.kind == KIND]


def since(letters: list[Letter]) -> list[str]:
    """What the edits say, as "dana due_soon answered"; "as it was" where they take back what was said."""
    return [
        f"{one.to.user} {one.template} "
        + (" ".join(f"{what['what']}" for what in one.facts["since"]) or "as it was")
        for one in letters
    ]


def buttons(letter: Letter) -> list[str]:
    return [one["label"] for one in letter.choices]
