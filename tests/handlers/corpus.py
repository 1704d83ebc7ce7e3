"""What staff write, and how it is judged: the intent and every slot must be right."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from handlers.understanding import Names, Understood, understand
from models.calendar import Calendar
from tests.handlers.conftest import moment
from tests.handlers.corpus_first import SAID as FIRST
from tests.handlers.corpus_held_out import SAID as HELD_OUT

NOW = "Tuesday 2026-03-10 10:30"
NAMES = Names({
    "dana": "Dana Whitfield", "lee": "Lee Okafor", "sam": "Sam Castellano", "kim": "Kim Tran",
    "robin": "Robin Adeyemi", "alex": "Alex Moreau",
})  # fmt: skip


@dataclass(frozen=True)
class Line:
    """Words, and what they mean. `slots`: one value each, or the several that have to be asked."""

    words: str
    intent: str
    slots: dict[str, str | tuple[str, ...]]
    now: datetime

    def found(self, calendar: Calendar) -> Understood:
        return understand(self.words, self.now, calendar, NAMES)

    def is_right(self, found: Understood) -> bool:
        return found.intent == self.intent and {**found.slots, **found.unsure} == self.slots


def _line(words: str, intent: str, slots: dict[str, Any], now: str = NOW) -> Line:
    read = {
        name: tuple(map(_plain, value)) if isinstance(value, list) else _plain(value)
        for name, value in slots.items()
    }
    return Line(words, intent, read, moment(now))


def _plain(value: str) -> str:
    """A day without its weekday, which has to be the right one."""
    weekday, _, rest = value.partition(" ")
    if not weekday.endswith("day") or not rest[:4].isdigit():
        return value
    day = date.fromisoformat(rest[:10])
    assert f"{day:%A}" == weekday, f"{rest} is a {day:%A}"
    return rest


CORPUS = tuple(_line(*one) for one in (*FIRST, *HELD_OUT))
