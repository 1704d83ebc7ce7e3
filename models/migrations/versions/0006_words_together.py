"""Words said together, what is edited of them, the morning's list, and people's own zones and languages"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("bundle", sa.String(), nullable=True))
        table.add_column(sa.Column("edits", sa.String(), nullable=True))
        table.create_index("ix_outbox_bundle", ["bundle"])
        table.create_index("ix_outbox_edits", ["edits"])
    asked = sa.text("kind = 'asked'")
    op.create_index("ix_outbox_asked", "outbox", ["key"], sqlite_where=asked, postgresql_where=asked)
    live = sa.text("state IN ('owed', 'sending')")
    op.create_index(
        "ix_outbox_live", "outbox", ["state", "not_before"], sqlite_where=live, postgresql_where=live
    )
    op.add_column("inquiry", sa.Column("nudge_at", sa.DateTime(timezone=True), nullable=True))
    names: list[sa.ColumnClause[Any]] = [
        sa.column("paused_at"),
        sa.column("nudge_at", sa.DateTime(timezone=True)),
    ]
    inquiry = sa.table("inquiry", *names)
    # Long ago: the first sweep looks at all of them.
    paused = sa.update(inquiry).where(inquiry.c.paused_at.is_not(None))
    op.execute(paused.values(nudge_at=datetime(1970, 1, 1, tzinfo=UTC)))
    nudged = sa.text("nudge_at IS NOT NULL")
    op.create_index(
        "ix_inquiry_nudge_at", "inquiry", ["nudge_at", "id"], sqlite_where=nudged, postgresql_where=nudged
    )
    with op.batch_alter_table("preference") as table:
        table.add_column(sa.Column("digest_at", sa.Integer(), nullable=True))
        table.add_column(sa.Column("digest_on", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("language", sa.String(), nullable=True))
    with op.batch_alter_table("preference") as table:
        table.alter_column("digest_on", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("zone", sa.String(), nullable=True))
    with op.batch_alter_table("adoption") as table:
        table.add_column(sa.Column("reminders", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("adoption") as table:
        table.alter_column("reminders", existing_type=sa.JSON(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("adoption") as table:
        table.drop_column("reminders")
    with op.batch_alter_table("staff") as table:
        table.drop_column("zone")
    with op.batch_alter_table("preference") as table:
        for name in ("language", "digest_on", "digest_at"):
            table.drop_column(name)
    op.drop_index("ix_inquiry_nudge_at", table_name="inquiry")
    with op.batch_alter_table("inquiry") as table:
        table.drop_column("nudge_at")
    op.drop_index("ix_outbox_live", table_name="outbox")
    op.drop_index("ix_outbox_asked", table_name="outbox")
    with op.batch_alter_table("outbox") as table:
        table.drop_index("ix_outbox_edits")
        table.drop_index("ix_outbox_bundle")
        table.drop_column("edits")
        table.drop_column("bundle")
