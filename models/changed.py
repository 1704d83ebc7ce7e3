"""What a transaction has changed: rows, but for those that its savepoints took back; and columns of a row."""

from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, SessionTransaction
from sqlmodel import Session, SQLModel

# What hangs on an inquiry says of which; what hangs on a calendar or a standard says whose.
_PARTS = ("deadline", "event", "survey", "extension")
_OFFICE = ("adoption", "closure", "weekly_hours")


_WATCHING = "changed"


class Changed:
    """Watches a session from now until it ends, or another one does. What goes past it, on its connection, is
    not seen."""

    def __init__(self, db: Session) -> None:
        self._seen: list[tuple[SessionTransaction | None, Any]] = []
        self._undone: set[SessionTransaction] = set()
        db.info[_WATCHING] = self

    def __bool__(self) -> bool:
        """Whether anything was written that stands."""
        return any(self._stands(savepoint) for savepoint, _ in self._seen)

    def about(self) -> str | None:
        """What it was about: an absence, a department (or the agency), or the one inquiry that it was."""
        rows: dict[str, list[Any]] = {}
        for savepoint, row in self._seen:
            if row is not None and self._stands(savepoint):
                rows.setdefault(row.__tablename__, []).append(row)
        if "absence" in rows:
            return f"absence:{rows['absence'][-1].id}"
        for name in _OFFICE:
            if name in rows:
                whose = rows[name][-1]
                member = getattr(whose, "staff_id", None)
                if member is not None:
                    return f"staff:{member}"
                return f"department:{whose.department_id}" if whose.department_id else "agency"
        inquiries = {one.id for one in rows.get("inquiry", ())}
        inquiries |= {one.inquiry_id for name in _PARTS for one in rows.get(name, ())}
        return f"inquiry:{inquiries.pop()}" if len(inquiries) == 1 else None

    def _stands(self, savepoint: SessionTransaction | None) -> bool:
        while savepoint is not None:
            if savepoint in self._undone:
                return False
            savepoint = savepoint.parent
        return True

    def flushed(self, db: Session) -> None:
        savepoint = db.get_nested_transaction()
        changed = (*db.new, *(one for one in db.dirty if db.is_modified(one)), *db.deleted)
        self._seen += [(savepoint, row) for row in changed]

    def executed(self, db: Session) -> None:
        self._seen.append((db.get_nested_transaction(), None))

    def rolled_back(self, transaction: SessionTransaction) -> None:
        self._undone.add(transaction)


# For all sessions, once: to listen to each anew takes as long as a question to the database.
@event.listens_for(Session, "after_flush")
def _flushed(db: Session, _context: object) -> None:
    if _WATCHING in db.info:
        db.info[_WATCHING].flushed(db)


@event.listens_for(Session, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    if _WATCHING in state.session.info and (state.is_insert or state.is_update or state.is_delete):
        state.session.info[_WATCHING].executed(state.session)


@event.listens_for(Session, "after_soft_rollback")
def _rolled_back(db: Session, transaction: SessionTransaction) -> None:
    if _WATCHING in db.info:
        db.info[_WATCHING].rolled_back(transaction)


def differs(row: SQLModel, *names: str) -> bool:
    """Whether any of these columns of the row is about to be written otherwise than it was read."""
    return any(inspect(row).attrs[name].history.has_changes() for name in names)
