"""The console's history, saved queries and links."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("console_link", "console_query_version", "console_query", "console_run")


def upgrade() -> None:
    """Make the four tables."""
    _make_runs()
    _make_queries()
    op.create_table(
        "console_link",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
        sa.Column("query_id", sa.Integer, nullable=True),
        sa.Column("created_by", sa.String(320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_console_link"),
    )
    op.create_index("ix_console_link_created_at", "console_link", ["created_at"])
    op.create_index("ix_console_link_query_id", "console_link", ["query_id"])


def _make_runs() -> None:
    op.create_table(
        "console_run",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("query_type", sa.String(20), nullable=False),
        sa.Column("connection", sa.String(100), nullable=False),
        sa.Column("sql", sa.Text, nullable=False),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("query_id", sa.Integer),
        sa.Column("created_by", sa.String(320), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("seconds", sa.Double),
        sa.Column("rows", sa.BigInteger),
        sa.Column("rows_read", sa.BigInteger, nullable=False),
        sa.Column("result_bytes", sa.BigInteger),
        sa.Column("is_truncated", sa.Boolean, nullable=False),
        sa.Column("is_watched", sa.Boolean, nullable=False),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_by", sa.String(320)),
        sa.Column("columns", sa.JSON),
        sa.Column("warnings", sa.JSON, nullable=False),
        sa.Column("has_result", sa.Boolean, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String(100)),
        sa.Column("error_detail", sa.Text),
        sa.Column("error_hint", sa.Text),
        sa.Column("error_position", sa.Integer),
        sa.Column("trace_id", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_console_run"),
    )
    for columns in (
        ["state"],
        ["connection"],
        ["query_id"],
        ["started_at"],
        ["created_by", "started_at"],
    ):
        op.create_index(f"ix_console_run_{'_'.join(columns)}", "console_run", columns)


def _make_queries() -> None:
    op.create_table(
        "console_query",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.String(2_000), nullable=False),
        sa.Column("connection", sa.String(100), nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("is_shared", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_console_query"),
        sa.UniqueConstraint("created_by", "name", name="uq_console_query_created_by"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_console_query_name", "console_query", ["name"])
    op.create_table(
        "console_query_version",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("query_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sql", sa.Text, nullable=False),
        sa.Column("parameters", sa.JSON, nullable=False),
        sa.Column("tables", sa.JSON, nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("created_by", sa.String(320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_console_query_version"),
        sa.UniqueConstraint(
            "query_id", "version", name="uq_console_query_version_query_id"
        ),
    )
    op.create_index(
        "ix_console_query_version_query_id", "console_query_version", ["query_id"]
    )


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_table(table)
