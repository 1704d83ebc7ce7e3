"""The kinds of column that every table uses, and how constraints are named."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from models.instant import aware

# A migration can only change what has a name, the same on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A column of UTC instants. Writing a naive datetime raises ValueError (wrapped by SQLAlchemy)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else aware(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite gives back the bare UTC digits that were written.
        moment: datetime = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return moment


def spelled(kind: type[StrEnum]) -> Enum:
    """A column of words from a StrEnum, stored as text: a new word needs no migration."""
    return Enum(
        kind, native_enum=False, length=32, values_callable=lambda words: [one.value for one in words]
    )
