"""How a rule counts its time: one of five units, with an aim and a due."""

from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator, model_validator

Unit = Literal["business_days", "clock_hours", "weeks", "business_hours", "elapsed_hours"]
UNITS: tuple[Unit, ...] = get_args(Unit)
Pair = tuple[int, int]

# About a year of each: a longer promise to a customer is a slip of the pen.
MOST: dict[str, int] = {
    "business_days": 260,
    "clock_hours": 260 * 24,
    "weeks": 52,
    "business_hours": 2600,
    "elapsed_hours": 366 * 24,
}
_CALLED: dict[Unit, str] = {
    "business_days": "business day",
    "clock_hours": "hour",
    "weeks": "week",
    "business_hours": "business hour",
    "elapsed_hours": "elapsed hour",
}


class Count(BaseModel):
    """Exactly one unit, given as N or as [aim, due], and kept as a pair either way. Only *due* can be missed.

    `clock_hours` come in twenty-fours: the same time of day so many open days later (R3). `weeks` have no aim
    of their own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    business_days: Pair | None = None
    clock_hours: Pair | None = None
    weeks: Pair | None = None
    business_hours: Pair | None = None
    elapsed_hours: Pair | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _pair(cls, value: Any, info: ValidationInfo) -> Any:
        unit = info.field_name or ""
        numbers = value if isinstance(value, list | tuple) else (value, value)
        if len(numbers) != 2 or any(type(one) is not int for one in numbers):
            raise ValueError(f"{unit} is a whole number, or two of them: [aim, due]")
        aim, due = numbers
        if not 1 <= aim <= due:
            raise ValueError(f"{unit} counts from 1 up, and its aim comes no later than its due")
        if due > MOST[unit]:
            raise ValueError(f"{unit} goes up to {MOST[unit]}, about a year")
        if unit == "clock_hours" and (aim % 24 or due % 24):
            raise ValueError("clock_hours come in twenty-fours, such as [24, 48]; see business_hours")
        if unit == "weeks" and aim != due:
            raise ValueError("weeks is one whole number")
        return aim, due

    @model_validator(mode="after")
    def _one_unit(self) -> "Count":
        if len(self.model_fields_set) != 1:
            raise ValueError(f"count needs exactly one of {', '.join(UNITS)}")
        return self

    @property
    def unit(self) -> Unit:
        return next(one for one in UNITS if getattr(self, one) is not None)

    @property
    def aim(self) -> int:
        """In units."""
        return self._given[0]

    @property
    def due(self) -> int:
        """In units."""
        return self._given[1]

    @property
    def _given(self) -> Pair:
        pair: Pair = getattr(self, self.unit)
        return pair

    def __str__(self) -> str:
        """The count in words: "1 to 2 business days"."""
        range_ = f"{self.due}" if self.aim == self.due else f"{self.aim} to {self.due}"
        return f"{range_} {_CALLED[self.unit]}{'' if self.due == 1 else 's'}"
