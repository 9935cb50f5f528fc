"""Rollups of metrics, usage, statements by shape, and the durable log's place."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = (
    "watch_log_follower",
    "watch_statement_shape",
    "watch_statement",
    "watch_usage",
    "watch_metric_rollup",
    "watch_metric_series",
    "watch_metric_source",
)


def upgrade() -> None:
    """Make the seven tables."""
    _make_metrics()
    _make_rollups()
    _make_usage()
    _make_statements()
    op.create_table(
        "watch_log_follower",
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_watch_log_follower"),
    )


def _make_metrics() -> None:
    op.create_table(
        "watch_metric_source",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("generation", sa.String(40), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("rows", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_watch_metric_source"),
        sa.UniqueConstraint("name", name="uq_watch_metric_source_name"),
    )
    op.create_table(
        "watch_metric_series",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("labels", sa.String(1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watch_metric_series"),
        sa.UniqueConstraint("name", "labels", name="uq_watch_metric_series_name"),
    )


def _make_rollups() -> None:
    table = "watch_metric_rollup"
    op.create_table(
        table,
        sa.Column("step", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("series_id", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("source_id", sa.Integer, nullable=False),
        sa.Column("count", sa.Double, nullable=False),
        sa.Column("total", sa.Double),
        sa.Column("low", sa.Double),
        sa.Column("high", sa.Double),
        sa.Column("bins", sa.Text),
        sa.PrimaryKeyConstraint(
            "step", "series_id", "at", "source_id", name=f"pk_{table}"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["watch_metric_series.id"],
            name=f"fk_{table}_series_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["watch_metric_source.id"],
            name=f"fk_{table}_source_id",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{table}_step_at", table, ["step", "at"])


def _counted() -> list[sa.Column[object]]:
    return [
        sa.Column("at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.Column("failed", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger),
        sa.Column("total_ms", sa.Double, nullable=False),
        sa.Column("max_ms", sa.Double, nullable=False),
        sa.Column("last_at", sa.Double, nullable=False),
    ]


def _make_usage() -> None:
    op.create_table(
        "watch_usage",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        *_counted(),
        sa.PrimaryKeyConstraint("kind", "name", "who", "at", name="pk_watch_usage"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_watch_usage_at", "watch_usage", ["at"])


def _make_statements() -> None:
    op.create_table(
        "watch_statement",
        sa.Column("connection", sa.String(100), nullable=False),
        sa.Column("shape", sa.String(32), nullable=False),
        *_counted(),
        sa.PrimaryKeyConstraint("connection", "shape", "at", name="pk_watch_statement"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_watch_statement_at", "watch_statement", ["at"])
    op.create_table(
        "watch_statement_shape",
        sa.Column("shape", sa.String(32), nullable=False),
        sa.Column("sql", sa.Text, nullable=False),
        sa.Column("plan", sa.Text),
        sa.Column("planned_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("shape", name="pk_watch_statement_shape"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in TABLES:
        op.drop_table(table)
