"""One measured figure, and the line that tells it."""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """ "add vs pandas: 24.7x (goal >= 20x) met"; the runner puts the benchmark's name before it.

    `unit` stands behind the number and the goal ("x", " ms"), `of` behind the number alone (" of 20000").
    Three digits are shown, rounded to our disadvantage, so that no line looks better than it is.
    """

    name: str
    value: float
    unit: str = ""
    of: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool:
        """Always, where there is no goal; never, where the value is no number."""
        enough = self.at_least is None or self.value >= self.at_least
        return enough and (self.at_most is None or self.value <= self.at_most)

    def line(self) -> str:
        number = _digits(self.value, math.floor if self.at_most is None else math.ceil)
        said = f"{self.name}: {number}{self.unit}{self.of}"
        # "goal 0" rather than "goal <= 0": there cannot be fewer.
        goals = [(">= ", self.at_least), ("<= " if self.at_most else "", self.at_most)]
        wanted = [f"goal {sign}{goal:g}{self.unit}" for sign, goal in goals if goal is not None]
        if not wanted:
            return f"{said} (no goal)"
        return f"{said} ({', '.join(wanted)}) {'met' if self.met else 'missed'}"


def _digits(value: float, towards: Callable[[float], int]) -> str:
    """Three digits, or all that stand before the point."""
    if not math.isfinite(value) or value == int(value):
        return f"{value:.0f}"
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    # Rounded first, because 0.29 * 100 is a little less than 29.
    return f"{towards(round(value * 10**places, 6)) / 10**places:.{places}f}"
