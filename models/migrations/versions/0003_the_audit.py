"""The audit"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_audit()


def downgrade() -> None:
    drop_audit()


def make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=True),
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("salt_digest", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("hash", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_number")),
    )
    unsealed = sa.text("number IS NULL")
    op.create_index(op.f("ix_audit_about"), "audit", ["about"])
    op.create_index("ix_audit_unsealed", "audit", ["id"], sqlite_where=unsealed, postgresql_where=unsealed)
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in GUARD_OF_POSTGRESQL if on_postgresql else GUARD_OF_SQLITE:
        op.execute(statement)


def drop_audit() -> None:
    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_only_grows()")


# A row comes without a seal. Then two changes are let pass: its seal, once, and the forgetting of its salt.
# Whoever builds the table anew (batch_alter_table on SQLite) has to make the triggers again.
REFUSED = "the audit only grows: its rows are neither changed nor taken away"
CONTENT = ("id", "at", "who", "what", "about", "outcome", "platform", "salt_digest", "digest")


def listed(row: str, *names: str) -> str:
    return ", ".join(f"{row}.{name}" for name in names)


def allowed(same: str) -> str:
    """The changes that are let pass; `same` compares two lists of columns, empty ones included."""

    def unchanged(*names: str) -> str:
        return f"(({listed('OLD', *names)}) {same} ({listed('NEW', *names)}))"

    sealed = "NEW.number IS NOT NULL AND NEW.before IS NOT NULL AND NEW.hash IS NOT NULL"
    sealing = f"OLD.number IS NULL AND {sealed} AND {unchanged(*CONTENT, 'salt')}"
    forgetting = f"NEW.salt IS NULL AND {unchanged(*CONTENT, 'number', 'before', 'hash')}"
    return f"({sealing}) OR ({forgetting})"


NEW_AND_SEALED = "NEW.number IS NOT NULL OR NEW.before IS NOT NULL OR NEW.hash IS NOT NULL"

GUARD_OF_SQLITE = (
    f"CREATE TRIGGER audit_no_change BEFORE UPDATE ON audit WHEN NOT ({allowed('IS')}) "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    f"CREATE TRIGGER audit_no_loss BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    # INSERT OR REPLACE takes a row away without a word to the trigger above.
    "CREATE TRIGGER audit_no_replacing BEFORE INSERT ON audit "  # noqa: S608  # our own words
    f"WHEN {NEW_AND_SEALED} OR EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
    f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
)

GUARD_OF_POSTGRESQL = (
    f"""
    CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NOT ({NEW_AND_SEALED}) THEN RETURN NEW; END IF;
        ELSIF TG_OP = 'UPDATE' THEN
            IF {allowed("IS NOT DISTINCT FROM")} THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION '{REFUSED}';
    END $$
    """,
    "CREATE TRIGGER audit_only_grows BEFORE INSERT OR UPDATE OR DELETE ON audit "
    "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
    "CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
)
