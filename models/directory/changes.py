"""What storing a directory would change."""

from dataclasses import dataclass, fields

from models.directory.known import Person


@dataclass(frozen=True)
class Change:
    """A member of staff, before and after; `line`: of the file, None for whoever is not in it."""

    before: Person
    after: Person
    line: int | None = None

    @property
    def fields(self) -> list[str]:
        """The names of the fields that differ."""
        names = (one.name for one in fields(Person))
        return [one for one in names if getattr(self.before, one) != getattr(self.after, one)]

    @property
    def leaves(self) -> bool:
        return self.before.active and not self.after.active


@dataclass(frozen=True)
class Difference:
    """departments: new ones. absent: active staff whom the file does not have, and who stay as they are.

    passed_over: how many lines are of people who have left and were never here. staying: all of the staff
    that were known and are active, as they will be.
    """

    new: tuple[Person, ...]
    changed: tuple[Change, ...]
    unchanged: int
    absent: tuple[Person, ...]
    departments: tuple[str, ...] = ()
    passed_over: int = 0
    staying: tuple[Person, ...] = ()

    @property
    def changes(self) -> bool:
        return bool(self.new or self.changed or self.departments)

    @property
    def leaving(self) -> list[Change]:
        return [one for one in self.changed if one.leaves]
