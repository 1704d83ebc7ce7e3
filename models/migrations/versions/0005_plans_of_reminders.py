"""Plans of reminders: when something is owed about a clock next, and what has been said of it"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What the words of earlier releases said, in the points of a plan. Who was told that it is overdue hears no
# more of it: an upgrade says nothing anew.
SAID = {
    "due_soon": ("half", "before-240"),
    "due_now": ("due",),
    "overdue": ("late-60", "supervisor-120", "above-480"),
    "excuse_over": ("late-60",),
}
# What the keys of those words say now, so that none is said again under its new name.
RENAMED = {"due_soon": "before-240", "due_now": "due", "overdue": "supervisor-120", "excuse_over": "late-60"}


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_round")),
    )
    op.add_column("deadline", sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deadline", sa.Column("told", sa.JSON(), nullable=True))
    op.add_column("deadline", sa.Column("points", sa.JSON(), nullable=True))
    op.execute("UPDATE deadline SET told = '[]', points = '[]'")
    deadline = sa.table("deadline", *(sa.column(one) for one in ("id", "ended_at", "stopped_at")))
    deadline.append_column(sa.column("next_at", sa.DateTime(timezone=True)))
    deadline.append_column(sa.column("told", sa.JSON()))
    _plan_what_runs(deadline)
    _take_back_what_waits()
    _keep_what_was_said(deadline)
    for old, new in RENAMED.items():
        # What is on its way keeps its key: it is looked for under it.
        op.execute(
            sa.text(
                "UPDATE outbox SET key = replace(key, :old, :new) "
                "WHERE state IN ('sent', 'dead') AND key LIKE 'deadline:%' AND kind = :kind"
            ).bindparams(old=f":{old}:", new=f":{new}:", kind=old)
        )
    with op.batch_alter_table("deadline") as table:
        table.alter_column("told", existing_type=sa.JSON(), nullable=False)
        table.alter_column("points", existing_type=sa.JSON(), nullable=False)
    op.create_index("ix_deadline_next_at", "deadline", ["next_at", "id"])
    walked = sa.text("coalesce(ended_at, stopped_at) IS NULL")
    op.create_index("ix_deadline_running", "deadline", ["id"], sqlite_where=walked, postgresql_where=walked)


def _plan_what_runs(deadline: sa.TableClause) -> None:
    # Long ago: the first sweep plans all of them.
    running = sa.and_(deadline.c.ended_at.is_(None), deadline.c.stopped_at.is_(None))
    op.execute(sa.update(deadline).where(running).values(next_at=datetime(1970, 1, 1, tzinfo=UTC)))


def _take_back_what_waits() -> None:
    """Words that nobody has tried to say are owed anew, by the plan."""
    words = sa.table("outbox", *(sa.column(one) for one in ("id", "key", "state", "reason", "attempts")))
    for name, kind in (("kind", sa.String()), ("doubtful", sa.Boolean()), ("deadline_id", sa.Integer())):
        words.append_column(sa.column(name, kind))
    for name in ("put_at", "finished_at"):
        words.append_column(sa.column(name, sa.DateTime(timezone=True)))
    waits = (words.c.state == "owed", words.c.attempts == 0, words.c.doubtful.is_(sa.false()))
    op.execute(
        sa.update(words)
        .where(*waits, words.c.kind.in_(list(SAID)), words.c.deadline_id.is_not(None))
        .values(
            state="withdrawn",
            reason="planned anew",
            key=words.c.key + ":withdrawn:" + sa.cast(words.c.id, sa.String()),
            finished_at=words.c.put_at,
        )
    )


def _keep_what_was_said(deadline: sa.TableClause) -> None:
    bind = op.get_bind()
    rows = bind.execute(
        sa.text(
            "SELECT deadline.id, outbox.kind, preference.lead_minutes FROM deadline "
            "JOIN outbox ON outbox.deadline_id = deadline.id AND outbox.deadline_due = deadline.due "
            "JOIN inquiry ON inquiry.id = deadline.inquiry_id "
            "LEFT JOIN preference ON preference.staff_id = inquiry.owner_id "
            "WHERE deadline.ended_at IS NULL AND outbox.state <> 'withdrawn' ORDER BY deadline.id, outbox.id"
        )
    )
    told: dict[int, list[str]] = {}
    for number, kind, lead in rows:
        said = [*SAID.get(kind, ())]
        if kind == "due_soon" and lead is not None:
            said.append(f"before-{lead}")
        points = told.setdefault(number, [])
        points += [one for one in said if one not in points]
    change = sa.update(deadline).where(deadline.c.id == sa.bindparam("number"))
    if told:
        bind.execute(
            change.values(told=sa.bindparam("said", type_=sa.JSON())),
            [{"number": number, "said": points} for number, points in told.items()],
        )


def downgrade() -> None:
    op.drop_index("ix_deadline_running", table_name="deadline")
    op.drop_index("ix_deadline_next_at", table_name="deadline")
    with op.batch_alter_table("deadline") as table:
        table.drop_column("points")
        table.drop_column("told")
        table.drop_column("next_at")
    op.drop_table("round")
