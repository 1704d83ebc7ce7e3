"""Messages of the demonstration: printed as they are delivered, with their addressee and their moment."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.plain import to_text
from bot.voice import Voice
from handlers.asking import Choice
from models.calendars import calendar_of
from models.staff import Address, by_name
from models.store import Store
from scheduler.delivery import Letter, Receipt

WIDEST = 88


def width() -> int:
    """How wide the terminal is, as far as lines of text should go."""
    return min(WIDEST, shutil.get_terminal_size().columns)


def indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


def local(store: Store, moment: datetime) -> str:
    """A moment at the office."""
    with store.transaction() as db:
        return f"{calendar_of(db).local(moment):%a %Y-%m-%d %H:%M %Z}"


@dataclass
class TerminalSender:
    """Delivers to the terminal what would go to Slack, to Teams or by e-mail."""

    store: Store
    voice: Voice
    clock: Callable[[], datetime]

    async def send(self, letter: Letter) -> Receipt:
        # By e-mail nothing can be pressed.
        offered = () if letter.to.platform == "email" else letter.choices
        choices = [Choice(one["label"], one["words"]) for one in offered]
        spoken = self.voice.say(letter.template, letter.facts, letter.language, letter.zone)
        said = to_text(spoken, choices, width=width() - 4)
        name = await asyncio.to_thread(self._name, letter.to)
        print(f"\n  → {name} · {local(self.store, self.clock())}\n{indented(said)}\n", flush=True)
        return Receipt(None, said)

    def _name(self, address: Address) -> str:
        if address.platform == "email":
            return f"e-mail to {address.user}"
        with self.store.transaction() as db:
            found = by_name(db, address.user)
            return f"{found[0].name} ({address.user})" if found else address.user
