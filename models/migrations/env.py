"""Alembic's entry: runs on the connection that `models.migrating` hands in."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum
from sqlmodel import AutoString, SQLModel

from models.columns import Instant


def plain_types(kind: str, column_type: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations name SQLAlchemy's own types: ours may change under them."""
    if kind == "type" and isinstance(column_type, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(column_type, Enum):
        return f"sa.String({column_type.length})"
    if kind == "type" and isinstance(column_type, AutoString):
        return "sa.String()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=plain_types,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
