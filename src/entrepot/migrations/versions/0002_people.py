"""People, where they are signed in, their keys, and failed sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLES = "role IN ('viewer', 'analyst', 'admin')"
NOT_REVOKED = sa.text("revoked_at IS NULL")
_TIME = sa.DateTime(timezone=True)
_NOW = sa.text("CURRENT_TIMESTAMP")
_EMPTY = sa.text("''")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("first_name", sa.String(100)),
        sa.Column("last_name", sa.String(100)),
        sa.Column("role", sa.String(20), server_default="viewer", nullable=False),
        sa.Column("is_active", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("is_admin", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("last_login", _TIME),
        sa.Column(
            "has_first_password", sa.Boolean, server_default=sa.false(), nullable=False
        ),
        sa.Column("password_changed_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("auth_version", sa.Integer, server_default="1", nullable=False),
        sa.Column("created_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("updated_at", _TIME, server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
        sa.CheckConstraint(ROLES, name=op.f("ck_users_role")),
    )
    op.create_table(
        "accounts_sign_in",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("is_kept", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("address", sa.String(45), server_default=_EMPTY, nullable=False),
        sa.Column("agent", sa.String(255), server_default=_EMPTY, nullable=False),
        sa.Column("created_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("ended_because", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_sign_in"),
        sa.UniqueConstraint("public_id", name="uq_accounts_sign_in_public_id"),
        sa.UniqueConstraint("secret_hash", name="uq_accounts_sign_in_secret_hash"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name="fk_accounts_sign_in_user_id",
            ondelete="CASCADE",
        ),
    )
    for column in ("user_id", "expires_at"):
        op.create_index(f"ix_accounts_sign_in_{column}", "accounts_sign_in", [column])
    op.create_table(
        "accounts_key",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("created_by", sa.String(255), server_default=_EMPTY, nullable=False),
        sa.Column("expires_at", _TIME),
        sa.Column("last_used_at", _TIME),
        sa.Column("revoked_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_accounts_key"),
        sa.UniqueConstraint("key_hash", name="uq_accounts_key_key_hash"),
        sa.CheckConstraint(ROLES, name=op.f("ck_accounts_key_role")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name="fk_accounts_key_user_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_accounts_key_user_id", "accounts_key", ["user_id"])
    op.create_index(
        "uq_accounts_key_name",
        "accounts_key",
        ["name"],
        unique=True,
        sqlite_where=NOT_REVOKED,
        postgresql_where=NOT_REVOKED,
    )
    op.create_table(
        "accounts_attempts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, server_default="0", nullable=False),
        sa.Column("failed_at", _TIME, nullable=False),
        sa.Column("closed_until", _TIME),
        sa.PrimaryKeyConstraint("key", name="pk_accounts_attempts"),
    )
    op.create_index(
        "ix_accounts_attempts_failed_at", "accounts_attempts", ["failed_at"]
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("accounts_attempts")
    op.drop_table("accounts_key")
    op.drop_table("accounts_sign_in")
    op.drop_table("users")
