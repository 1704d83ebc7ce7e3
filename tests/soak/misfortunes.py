"""What befalls the workers, and when: so far into the run, and in the middle of their work."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

# Asked and not yet read by Slack; kept and not yet answered; just answered; just begun with a round.
ASKED, KEPT, ANSWERED, BEGUN = "asked", "kept", "answered", "begun"
DELAYS = {ASKED: 0.0, KEPT: 0.0, ANSWERED: 0.03, BEGUN: 0.12}  # at most so many seconds after it


@dataclass(frozen=True)
class Misfortune:
    """Strikes a worker at its first such moment once `after` messages are kept; `deed` gets its name."""

    after: int
    moment: str
    deed: Callable[[str], None]
    delay: float = 0.0


def spread(
    number: int, total: int, deed: Callable[[str], None], rng: random.Random, moments: Iterable[str]
) -> list[Misfortune]:
    """So many misfortunes over a run of `total` messages, with something left to be sent after the last."""
    step, kinds, made = total / (number + 1), list(moments), []
    for each in range(number):
        moment = rng.choice(kinds)
        after = int(step * (each + rng.random()))
        made.append(Misfortune(after, moment, deed, rng.uniform(0, DELAYS[moment])))
    return made


class Fate:
    """Holds what is to come, and hands it out when a moment fits."""

    def __init__(self, misfortunes: Iterable[Misfortune]) -> None:
        self._to_come = sorted(misfortunes, key=lambda one: one.after)

    def next(self, moment: str, kept: int) -> Misfortune | None:
        """What strikes whoever is at this moment of its work, with so many messages kept."""
        for one in self._to_come:
            if one.after > kept:
                return None
            if one.moment == moment:
                self._to_come.remove(one)
                return one
        return None

    @property
    def over(self) -> bool:
        return not self._to_come
