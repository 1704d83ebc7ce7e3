"""Calendars and standards by version, pauses, extensions, the customer's own deadline"""

from datetime import UTC, datetime, time

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_version",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_calendar_version")),
    )
    op.create_table(
        "weekly_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("week", sa.JSON(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_weekly_hours_department_id_department")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_weekly_hours_staff_id_staff")),
        sa.ForeignKeyConstraint(["set_by_id"], ["staff.id"], name=op.f("fk_weekly_hours_set_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_hours")),
    )
    with op.batch_alter_table("weekly_hours") as table:
        table.create_index(table.f("ix_weekly_hours_department_id"), ["department_id"], unique=False)
        table.create_index(table.f("ix_weekly_hours_staff_id"), ["staff_id"], unique=False)
    op.create_table(
        "adoption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_adoption_department_id_department")
        ),
        sa.ForeignKeyConstraint(
            ["adopted_by_id"], ["staff.id"], name=op.f("fk_adoption_adopted_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption")),
    )
    with op.batch_alter_table("adoption") as table:
        table.create_index(table.f("ix_adoption_department_id"), ["department_id"], unique=False)
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_extension_inquiry_id_inquiry")),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadline.id"], name=op.f("fk_extension_deadline_id_deadline")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_extension_asked_by_id_staff")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff.id"], name=op.f("fk_extension_decided_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    with op.batch_alter_table("extension") as table:
        table.create_index(table.f("ix_extension_inquiry_id"), ["inquiry_id"], unique=False)

    with op.batch_alter_table("department") as table:
        table.add_column(sa.Column("calendar_version", sa.String(), nullable=True))
    with op.batch_alter_table("closure") as table:
        table.add_column(sa.Column("department_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("every", sa.String(), nullable=True))
        table.add_column(sa.Column("put_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("put_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(
            table.f("fk_closure_department_id_department"), "department", ["department_id"], ["id"]
        )
        table.create_foreign_key(table.f("fk_closure_put_by_id_staff"), "staff", ["put_by_id"], ["id"])
        table.create_index(table.f("ix_closure_department_id"), ["department_id"], unique=False)
    with op.batch_alter_table("inquiry") as table:
        table.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("paused_for", sa.String(), nullable=True))
        table.create_index(table.f("ix_inquiry_paused_at"), ["paused_at"], unique=False)
    with op.batch_alter_table("deadline") as table:
        table.add_column(sa.Column("counted_from", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("counted_by", sa.JSON(), nullable=True))
        table.add_column(sa.Column("agreed_due", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("notes", sa.JSON(), nullable=True))
        table.add_column(sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("excused_until", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE deadline SET notes = '[]'")
    # A promise was agreed upon; every other clock was counted from its receipt.
    op.execute(
        "UPDATE deadline SET agreed_due = due, agreed_at = set_at, notes = because WHERE kind = 'promise'"
    )
    op.execute(
        "UPDATE deadline SET counted_from = "
        "(SELECT received_at FROM inquiry WHERE inquiry.id = deadline.inquiry_id) WHERE kind <> 'promise'"
    )
    with op.batch_alter_table("deadline") as table:
        table.alter_column("notes", existing_type=sa.JSON(), nullable=False)
    _keep_the_calendar()


def _keep_the_calendar() -> None:
    """The calendar in force becomes the first version that is kept."""
    db = op.get_bind()
    agency = sa.table(
        "agency",
        sa.column("zone", sa.String()),
        sa.column("week", sa.JSON()),
        sa.column("first", sa.Date()),
        sa.column("last", sa.Date()),
        sa.column("calendar_version", sa.String()),
    )
    closure = sa.table(
        "closure",
        sa.column("id", sa.Integer()),
        sa.column("day", sa.Date()),
        sa.column("name", sa.String()),
        sa.column("start", sa.Integer()),
        sa.column("end", sa.Integer()),
    )
    there = db.execute(sa.select(agency)).first()
    if there is None:
        return
    rows = db.execute(sa.select(closure).order_by(closure.c.day, closure.c.id))
    content = {
        "zone": there.zone,
        "week": there.week,
        "closures": [[str(row.day), row.name, row.start, row.end] for row in rows],
        "first": str(there.first),
        "last": str(there.last),
        "changes": [],
    }
    kept = sa.table(
        "calendar_version",
        sa.column("version", sa.String()),
        sa.column("content", sa.JSON()),
        sa.column("since", sa.DateTime(timezone=True)),
    )
    # The agency's people were stored with it.
    seen = sa.table("staff_address", sa.column("seen_at", sa.DateTime(timezone=True)))
    since = db.execute(sa.select(sa.func.min(seen.c.seen_at))).scalar()
    begun = datetime.combine(there.first, time(), UTC)
    db.execute(sa.insert(kept).values(version=there.calendar_version, content=content, since=since or begun))


def downgrade() -> None:
    # What the first schema cannot say is left out: taken back, or of one department alone.
    op.execute("DELETE FROM closure WHERE department_id IS NOT NULL OR ended_at IS NOT NULL")
    with op.batch_alter_table("deadline") as table:
        for name in (
            "excused_until", "stopped_at", "notes", "agreed_at", "agreed_due", "counted_by", "counted_from",
        ):  # fmt: skip
            table.drop_column(name)
    with op.batch_alter_table("inquiry") as table:
        table.drop_index(table.f("ix_inquiry_paused_at"))
        table.drop_column("paused_for")
        table.drop_column("paused_at")
    with op.batch_alter_table("closure") as table:
        table.drop_index(table.f("ix_closure_department_id"))
        table.drop_constraint(table.f("fk_closure_put_by_id_staff"), type_="foreignkey")
        table.drop_constraint(table.f("fk_closure_department_id_department"), type_="foreignkey")
        for name in ("ended_at", "put_by_id", "put_at", "every", "department_id"):
            table.drop_column(name)
    with op.batch_alter_table("department") as table:
        table.drop_column("calendar_version")
    for name in ("extension", "adoption", "weekly_hours", "calendar_version"):
        op.drop_table(name)
