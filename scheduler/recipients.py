"""Who is to be told today of a deadline."""

from datetime import date
from functools import cached_property

from sqlmodel import Session

from models.absence import not_in, supervisors_of, who_covers
from models.staff import Staff, chain, ident


class Recipients:
    """Who is to be told on that day; found once for each owner, however many deadlines they have."""

    def __init__(self, db: Session, day: date) -> None:
        self._db = db
        self._day = day
        self._found: dict[tuple[str, int], tuple[Staff, Staff | None]] = {}

    def of(self, kind: str, owner: Staff) -> tuple[Staff, Staff | None]:
        """Whom a reminder of this kind is meant for, and who gets it: they, or who covers for them.

        Nobody gets it while nobody is there. A missed deadline is meant for the nearest supervisor, and
        does not come back to its owner as the supervisor's alternate; it is meant for the owner when
        nobody stands above.
        """
        key = (kind, ident(owner))
        if key not in self._found:
            wanted = self._supervisor(owner) if kind == "overdue" else owner
            refused = [ident(owner)] if wanted is not owner else []
            self._found[key] = (wanted, who_covers(self._db, wanted, self._day, refused, self._out))
        return self._found[key]

    @cached_property
    def _out(self) -> set[int]:
        return not_in(self._db, self._day)

    def _supervisor(self, owner: Staff) -> Staff:
        above = supervisors_of(owner, chain(self._db, owner))
        return above[0] if above else owner
