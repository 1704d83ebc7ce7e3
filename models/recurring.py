"""Closures that come every year: `every December 24`, `every last Friday of November`.

They are frozen into rows for the years that the calendar knows; a row keeps the rule as it is written here,
so that years which become known later get theirs.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from models.calendars import ClosureDay
from models.hours import WEEKDAYS

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ORDINALS = ("first", "second", "third", "fourth", "last")
_SAID = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth"}
_DAY_OF = re.compile(r"(?:the )?(?P<day>\d\d?)(?:st|nd|rd|th)?(?: of)? (?P<month>[a-z]{3,9})\.?")
_OF_DAY = re.compile(r"(?P<month>[a-z]{3,9})\.? (?:the )?(?P<day>\d\d?)(?:st|nd|rd|th)?")
_US = re.compile(r"(?P<number>\d\d?)/(?P<day>\d\d?)")
_NTH = re.compile(
    rf"(?:the )?(?P<nth>{'|'.join((*ORDINALS, *_SAID))}) (?P<weekday>[a-z]{{3,9}})\.? "
    r"(?:of|in) (?P<month>[a-z]{3,9})\.?"
)


@dataclass(frozen=True)
class Every:
    """A day of every year: a day of a month, or with `nth` (0 is the first, -1 the last) a weekday of it.

    month: 1 to 12. weekday: Monday is 0.
    """

    month: int
    day: int = 0
    nth: int | None = None
    weekday: int = 0

    def __str__(self) -> str:
        """As it is kept, and as `read` reads it: "every December 24"."""
        month = MONTHS[self.month - 1]
        if self.nth is None:
            return f"every {month} {self.day}"
        return f"every {ORDINALS[self.nth]} {WEEKDAYS[self.weekday]} of {month}"

    def on(self, year: int) -> date | None:
        """The day in that year; None in a year that has no 29 February."""
        length = monthrange(year, self.month)[1]
        if self.nth is None:
            return date(year, self.month, self.day) if self.day <= length else None
        if self.nth < 0:
            last = date(year, self.month, length)
            return last - timedelta(days=(last.weekday() - self.weekday) % 7)
        first = date(year, self.month, 1)
        return first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * self.nth)

    def days(self, first: date, last: date) -> list[date]:
        """Every such day from the first to the last."""
        found = (self.on(year) for year in range(first.year, last.year + 1))
        return [day for day in found if day is not None and first <= day <= last]


def read(text: str) -> Every:
    """Reads "every Dec 24", "every 24th of December", "every 12/24", "every first Monday of March".

    Raises ValueError with a sentence that shows how such days are written.
    """
    words = " ".join(text.replace(",", " ").split()).casefold().removeprefix("every ")
    if match := _NTH.fullmatch(words):
        nth = ORDINALS.index(_SAID.get(match["nth"], match["nth"]))
        weekday, month = _number(match["weekday"], WEEKDAYS), _number(match["month"], MONTHS)
        if weekday is not None and month is not None:
            return Every(month + 1, nth=-1 if nth == len(ORDINALS) - 1 else nth, weekday=weekday)
    for pattern in (_DAY_OF, _OF_DAY):
        if (match := pattern.fullmatch(words)) and (month := _number(match["month"], MONTHS)) is not None:
            return _of_month(month + 1, int(match["day"]), text)
    if match := _US.fullmatch(words):
        return _of_month(int(match["number"]), int(match["day"]), text)
    raise ValueError(_HOW)


_HOW = (
    "A closure that comes every year is written “every Dec 24”, “every first Monday of March” or "
    "“every last Friday of November”."
)


def _of_month(month: int, day: int, text: str) -> Every:
    # A leap year has every day that there is.
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000, month)[1]:
        raise ValueError(f"There is no such day as “{' '.join(text.split())[:40]}”. {_HOW}")
    return Every(month, day)


def _number(word: str, names: Sequence[str]) -> int | None:
    """Which of the names the word is, or begins, from three letters on."""
    word = {"tues": "tue", "thurs": "thu", "weds": "wed", "sept": "sep"}.get(word, word)
    found = [n for n, name in enumerate(names) if len(word) > 2 and name.casefold().startswith(word)]
    return found[0] if found else None


def continued(db: Session, since: date, last: date, today: date) -> list[ClosureDay]:
    """Gives the days after `since` up to `last` their recurring closures, as when more years become known.

    A rule goes on unless all that was still to come of it has been taken back. Its hours are those of its
    latest day. The rows are added to the session; put_in_force is the caller's.
    """
    query = select(ClosureDay).where(col(ClosureDay.every).is_not(None))
    rules: dict[tuple[str | None, int | None, str], list[ClosureDay]] = {}
    for row in db.exec(query.order_by(col(ClosureDay.day), col(ClosureDay.id))):
        rules.setdefault((row.every, row.department_id, row.name), []).append(row)
    added: list[ClosureDay] = []
    for (every, _, _), rows in rules.items():
        coming = [one for one in rows if one.day >= today] or rows[-1:]
        alive = [one for one in coming if one.ended_at is None]
        there = {one.day for one in rows}
        for day in read(every or "").days(since + timedelta(days=1), last) if alive else ():
            if day not in there:
                added += [_again(one, day) for one in alive if one.day == alive[-1].day]
    db.add_all(added)
    db.flush()
    return added


def _again(row: ClosureDay, day: date) -> ClosureDay:
    return ClosureDay(
        day=day,
        name=row.name,
        start=row.start,
        end=row.end,
        department_id=row.department_id,
        every=row.every,
        put_at=row.put_at,
        put_by_id=row.put_by_id,
    )
