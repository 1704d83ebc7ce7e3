"""The turnstile between the doors and the ear: so many asks a person, and a fair turn for every department.

It bounds how many asks are heard at once, and so how many threads they take; who must wait, waits in a line
(bot/places.py). What a platform brings twice is counted once.
"""

import asyncio
import logging
import math
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.doors import Hear
from bot.places import Desk, Guest, Lanes, Places
from handlers.asking import Ask, Reply
from models.staff import Address

if TYPE_CHECKING:
    from bot.metrics import Metrics

log = logging.getLogger(__name__)

DeskOf = Callable[[Address], Awaitable[Desk]]

BURST, REFILL = 30, 1.0
"""Asks that a person may make in one go, and seconds until there is one more."""
GLANCE = 0.2
"""What a look at one's home counts: it changes nothing, and Teams and Slack ask for it by themselves."""
AT_ONCE, WAITING = 2, 10
"""Asks of one person that are heard at once, and those under way in all."""
PLACES, MOST_WAITING = 32, 1000
"""Asks of everybody that are heard at once, and those that wait."""
KNOWN, UNKNOWN, MOST_KNOWN = 3600.0, 60.0, 2000
"""Seconds until a department is looked up again, found or not found; people of whom anything is kept."""
BUSY_SECONDS = 5

_HOME = re.compile(r"/?home\b", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class _Person(Guest):
    """What is left of a burst, as of a tick; the keys that were counted; how many asks are under way."""

    left: float = 0.0
    at: float = 0.0
    counted: dict[str, None] = field(default_factory=dict)
    asked: int = 0
    desk: Desk = None
    look_at: float = -math.inf


class Turnstile:
    """Hears as `hear` does, or says "too_many", after which nothing is stored. Never raises.

    ticks: seconds from anywhere. desk_of: the department of an address; it is asked behind an answer, through
    `spawn`, so that nobody waits for it. others: more ears, where the database lets several hear at once.
    places: asks that are with the ears, in whose queues no turns are kept. Facts of "too_many": `seconds` to
    wait; `busy`: whether earlier asks are why.
    """

    def __init__(
        self,
        hear: Hear,
        ticks: Callable[[], float],
        desk_of: DeskOf,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        metrics: "Metrics | None" = None,
        *,
        others: Sequence[Hear] = (),
        places: int = PLACES,
        burst: int = BURST,
    ) -> None:
        self._ticks, self._desk_of, self._spawn = ticks, desk_of, spawn
        self._lanes = Lanes((hear, *others))
        self._metrics, self._burst = metrics, burst
        self._places = Places(places, AT_ONCE)
        self._people: OrderedDict[Address, _Person] = OrderedDict()
        self._under_way: dict[str, tuple[Ask, asyncio.Future[Reply | None]]] = {}

    async def __call__(self, ask: Ask) -> Reply:
        if ask.key is None:
            return await self._in_turn(ask)
        while twin := self._twin(ask, ask.key):
            # The platform brings it again while it is heard: one hearing answers both.
            reply = await asyncio.shield(twin)
            if reply is not None:
                return reply
        if ask.key in self._under_way:
            return await self._in_turn(ask)
        answered: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
        self._under_way[ask.key] = ask, answered
        reply = None
        try:
            reply = await self._in_turn(ask)
            return reply
        finally:
            del self._under_way[ask.key]
            answered.set_result(reply)

    def _twin(self, ask: Ask, key: str) -> asyncio.Future[Reply | None] | None:
        """The answer to come of the same ask, where it is under way; None as its result: it was given up."""
        first, answer = self._under_way.get(key, (None, None))
        if first is None or (first.speaker, first.words) != (ask.speaker, ask.words):
            return None
        return answer if first.filling == ask.filling else None

    async def _in_turn(self, ask: Ask) -> Reply:
        person = self._person(ask.speaker)
        if person.asked >= WAITING or self._places.waiting >= MOST_WAITING:
            return self._refuse(BUSY_SECONDS, busy=True)
        if seconds := self._pay(person, ask):
            return self._refuse(seconds, busy=False)
        person.asked += 1
        try:
            desk = person.desk
            async with self._places.place(person, desk):
                return await self._lanes.hear(ask, desk)
        finally:
            person.asked -= 1
            if self._ticks() >= person.look_at:
                self._learn(ask.speaker, person)

    def _refuse(self, seconds: int, *, busy: bool) -> Reply:
        extra = {"action": "too_many", "reason": "busy" if busy else "rate"}
        log.info("an ask was one too many", extra=extra)
        if self._metrics:
            self._metrics.asks.labels("none", "too_many").inc()
        return Reply("too_many", {"seconds": seconds, "busy": busy})

    def _person(self, who: Address) -> _Person:
        """What is kept of a person. Of those who ask nothing now, the longest silent is forgotten first."""
        person = self._people.get(who)
        if person is None:
            person = self._people[who] = _Person(left=float(self._burst), at=self._ticks())
            while len(self._people) > MOST_KNOWN:
                oldest, kept = self._people.popitem(last=False)
                if kept.asked:
                    self._people[oldest] = kept
        self._people.move_to_end(who)
        return person

    def _pay(self, person: _Person, ask: Ask) -> int:
        """Takes the ask from what is left of the burst: 0, or the seconds until there is enough to take."""
        now, key, cost = self._ticks(), ask.key, GLANCE if _glances(ask) else 1.0
        person.left = min(float(self._burst), person.left + max(0.0, now - person.at) / REFILL)
        person.at = now
        if key is not None and key in person.counted:
            return 0
        if person.left < cost:
            return math.ceil((cost - person.left) * REFILL)
        person.left -= cost
        if key is not None:
            person.counted[key] = None
            if len(person.counted) > self._burst:
                del person.counted[next(iter(person.counted))]
        return 0

    def _learn(self, who: Address, person: _Person) -> None:
        person.look_at = self._ticks() + UNKNOWN
        self._spawn(self._look(who, person))

    async def _look(self, who: Address, person: _Person) -> None:
        try:
            person.desk = await self._desk_of(who)
        except Exception as error:  # noqa: BLE001  # whoever is not known stands in the line of the unknown
            extra = {"action": "turnstile", "error": type(error).__name__}
            log.warning("a department was not found", extra=extra)
            return
        if person.desk is not None:
            person.look_at = self._ticks() + KNOWN


def _glances(ask: Ask) -> bool:
    return ask.key is None and ask.filling is None and _HOME.match(ask.words) is not None
