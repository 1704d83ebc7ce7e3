"""What is tried: a standard, own rules, office hours, closures; and what they come to by department."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from models.adopting import in_force, over_own, with_own_rules
from models.calendar import Calendar, Closure, Week
from models.calendars import calendar_of
from models.staff import Department, ident
from models.standard import Rule, Standard, load_standard


@dataclass(frozen=True)
class Tried:
    """`base` takes the place of each department's standard; `rules` are set over it, or over what holds now.

    `calendar` takes the place of each department's; `week` and `closures` are put into it, or into the one
    that is kept now.
    """

    base: Standard | None = None
    rules: tuple[Rule, ...] = ()
    calendar: Calendar | None = None
    week: Week | None = None
    closures: tuple[Closure, ...] = ()

    def standards(
        self, db: Session, departments: Sequence[Department], today: date
    ) -> dict[int, Standard] | None:
        """By department; None when no standard is tried. Raises ValueError as `load_standard` does."""
        if self.base is None and not self.rules:
            return None
        return {ident(one): self._standard(db, one, today) for one in departments}

    def _standard(self, db: Session, department: Department, today: date) -> Standard:
        adopted = in_force(db, department, today)
        if self.base is not None:
            base, own = self.base, self.rules
        elif adopted is not None:
            kept = tuple(Rule.model_validate(one) for one in adopted.rules)
            base, own = load_standard(adopted.base), over_own(kept, self.rules)
        else:
            base, own = load_standard(department.standard), self.rules
        return with_own_rules(department, base, own, adopted.version + 1 if adopted else 1)

    def calendars(self, db: Session, departments: Sequence[Department]) -> dict[int, Calendar] | None:
        """By department; None when no calendar is tried. Raises ValueError as Calendar does."""
        if self.calendar is None and self.week is None and not self.closures:
            return None
        return {
            ident(one): self._calendar(self.calendar or calendar_of(db, ident(one))) for one in departments
        }

    def _calendar(self, kept: Calendar) -> Calendar:
        known = tuple(one for one in self.closures if kept.first <= one.day <= kept.last)
        if self.week is None:
            return replace(kept, closures=kept.closures + known)
        return replace(kept, week=self.week, changes=(), closures=kept.closures + known)
