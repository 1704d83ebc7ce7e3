"""From where words are read: the office's clock and calendar."""

from dataclasses import dataclass
from datetime import date, datetime

from models.calendar import Calendar
from models.instant import aware


@dataclass(frozen=True)
class Here:
    now: datetime
    calendar: Calendar

    def __post_init__(self) -> None:
        aware(self.now)

    @property
    def local(self) -> datetime:
        """Now, as the office's clock shows it."""
        return self.calendar.local(self.now)

    @property
    def today(self) -> date:
        return self.calendar.today(self.now)
