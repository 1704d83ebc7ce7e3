"""Who is to be told today of a deadline."""

from collections.abc import Collection
from datetime import date
from functools import cached_property

from sqlmodel import Session, col, select

from models.absence import not_in, supervisors_of
from models.last_resort import who_hears
from models.plan import Kind
from models.staff import Address, Staff, ident


class Recipients:
    """Who is to be told on that day; found once for each owner, however many deadlines they have."""

    def __init__(self, db: Session, day: date, *, mail: bool = False) -> None:
        """mail: whether a word may go to a mailbox when nobody is there."""
        self._db, self._day, self._mail = db, day, mail
        self._members: dict[int | None, Staff] = {}
        self._found: dict[tuple[int, int], tuple[Staff | None, Staff | Address | None]] = {}

    def read(self, members: Collection[int]) -> None:
        """Reads these members at once, before they are asked for one by one."""
        self._members = {
            one.id: one for one in self._db.exec(select(Staff).where(col(Staff.id).in_(members)))
        }

    def member(self, staff_id: int) -> Staff:
        return self._members.get(staff_id) or self._db.get_one(Staff, staff_id)

    def of(self, kind: Kind, owner: Staff) -> tuple[Staff | None, Staff | Address | None]:
        """Whom a point of this kind is meant for, and who gets its word: they, or who covers for them.

        When nobody is there it goes to a mailbox (models/last_resort.py), or to nobody yet. A missed deadline
        is meant for the nearest supervisor, and does not come back to its owner as the supervisor's
        alternate; it is meant for the owner when nobody stands above. Then, for the next supervisor up the
        chain; for nobody when there is none.
        """
        steps = {Kind.SUPERVISOR: 1, Kind.ABOVE: 2}.get(kind, 0)
        key = (steps, ident(owner))
        if key not in self._found:
            wanted = self._up(owner, steps)
            refused = [ident(owner)] if wanted is not owner else []
            hears = wanted and who_hears(self._db, wanted, self._day, refused, self.out, mail=self._mail)
            self._found[key] = (wanted, hears)
        return self._found[key]

    @cached_property
    def out(self) -> set[int]:
        """The ids of all who are not in."""
        return not_in(self._db, self._day)

    def _up(self, owner: Staff, steps: int) -> Staff | None:
        if not steps:
            return owner
        above = supervisors_of(self._db, owner)
        if steps > 1:
            return above[steps - 1] if len(above) >= steps else None
        return above[0] if above else owner
