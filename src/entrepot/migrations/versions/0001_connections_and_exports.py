"""Connections and exports."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "connections_connection",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("dialect", sa.String, nullable=False),
        sa.Column("url", sa.String, nullable=False),
        sa.Column("password_sealed", sa.LargeBinary),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("allow_unsafe_role", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_connections_connection"),
        sa.UniqueConstraint("name", name="uq_connections_connection_name"),
    )
    op.create_table(
        "exports_export",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("connection", sa.String, nullable=False),
        sa.Column("schema_name", sa.String),
        sa.Column("table_name", sa.String),
        sa.Column("sql_sha256", sa.String, nullable=False),
        sa.Column("format", sa.String, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("file_name", sa.String, nullable=False),
        sa.Column("rows", sa.BigInteger),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("sha256", sa.String),
        sa.Column("cells_cut", sa.BigInteger),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Double),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("error", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_exports_export"),
    )
    op.create_index("ix_exports_export_sha256", "exports_export", ["sha256"])
    op.create_index("ix_exports_export_started_at", "exports_export", ["started_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("exports_export")
    op.drop_table("connections_connection")
