"""What each member of staff prefers"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preference",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=True),
        sa.Column("quiet_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_preference_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_preference")),
    )


def downgrade() -> None:
    op.drop_table("preference")
