"""What is said and not yet confirmed; the message that an inquiry was made of"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inquiry", sa.Column("source", sa.String(), nullable=True))
    op.create_index("ix_inquiry_source", "inquiry", ["source"], unique=True)
    op.create_table(
        "draft",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("filled", sa.JSON(), nullable=False),
        sa.Column("unsure", sa.JSON(), nullable=False),
        sa.Column("asks", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_draft_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_draft")),
    )
    op.create_index("ix_draft_until", "draft", ["until"])


def downgrade() -> None:
    op.drop_table("draft")
    op.drop_index("ix_inquiry_source", table_name="inquiry")
    with op.batch_alter_table("inquiry") as table:
        table.drop_column("source")
