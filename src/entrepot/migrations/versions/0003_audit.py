"""The audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQLITE_GUARD = """
CREATE TRIGGER accounts_audit_no_{act} BEFORE {act} ON accounts_audit
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END
"""
POSTGRESQL_GUARD = """
CREATE FUNCTION accounts_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit trail only grows'; END $$;
CREATE TRIGGER accounts_audit_only_grows
BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_audit
FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_only_grows();
"""


def upgrade() -> None:
    """Make the table, and let nobody change what stands in it."""
    op.create_table(
        "accounts_audit",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(100), nullable=False),
        sa.Column("actor_name", sa.String(255), nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("actor_user_id", sa.Integer),
        sa.Column("actor_address", sa.String(64), nullable=False),
        sa.Column("request_id", sa.String(128), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("previous_mac", sa.String(64), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_audit"),
    )
    for column in ("at", "event", "actor_name"):
        op.create_index(f"ix_accounts_audit_{column}", "accounts_audit", [column])
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(SQLITE_GUARD.format(act=act))
    else:
        op.execute(POSTGRESQL_GUARD)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("accounts_audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION accounts_audit_only_grows()")
