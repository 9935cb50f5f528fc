"""Groups of errors: what is counted of them, and how far the log is read."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = (
    "watch_error_cursor",
    "watch_error_occurrence",
    "watch_error_touch",
    "watch_error_hour",
    "watch_error_group",
)
_TIME = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _make_groups()
    _make_hours()
    _make_touches()
    _make_occurrences()
    op.create_table(
        "watch_error_cursor",
        sa.Column("log", sa.String(32), nullable=False),
        sa.Column("line_id", sa.BigInteger, nullable=False),
        sa.Column("read_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("log", name="pk_watch_error_cursor"),
    )


def _make_groups() -> None:
    op.create_table(
        "watch_error_group",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("normal", sa.String(500), nullable=False),
        sa.Column("error_type", sa.String(200), nullable=False),
        sa.Column("logger", sa.String(200), nullable=False),
        sa.Column("route", sa.String(500), nullable=False),
        sa.Column("frames", sa.JSON, nullable=False),
        sa.Column("stack_trace", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("people", sa.Integer, server_default="0", nullable=False),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("first_release", sa.String(50), nullable=False),
        sa.Column("last_release", sa.String(50), nullable=False),
        sa.Column("line_id", sa.BigInteger),
        sa.Column("request_id", sa.String(200), nullable=False),
        sa.Column("trace_id", sa.String(32), nullable=False),
        *_changes(),
        sa.CheckConstraint(
            "state IN ('open', 'muted', 'ignored', 'resolved')", name="state"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_watch_error_group"),
        sa.UniqueConstraint("fingerprint", name="uq_watch_error_group_fingerprint"),
        sa.UniqueConstraint("key", name="uq_watch_error_group_key"),
    )
    for columns in (["last_seen_at"], ["state", "last_seen_at"]):
        name = f"ix_watch_error_group_{'_'.join(columns)}"
        op.create_index(name, "watch_error_group", columns)


def _changes() -> list[sa.Column[Any]]:
    return [
        sa.Column("resolved_at", _TIME),
        sa.Column("resolved_by", sa.String(320), nullable=False),
        sa.Column("changed_at", _TIME),
        sa.Column("changed_by", sa.String(320), nullable=False),
        sa.Column("muted_until_at", _TIME),
        sa.Column("muted_until_count", sa.BigInteger),
        sa.Column("reopened_at", _TIME),
        sa.Column("reopened_release", sa.String(50), nullable=False),
        sa.Column("reopened_count", sa.Integer, server_default="0", nullable=False),
    ]


def _make_hours() -> None:
    op.create_table(
        "watch_error_hour",
        sa.Column("group_id", sa.Integer, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        _of_group("watch_error_hour"),
        sa.PrimaryKeyConstraint("group_id", "hour", name="pk_watch_error_hour"),
    )


def _make_touches() -> None:
    op.create_table(
        "watch_error_touch",
        sa.Column("group_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        _of_group("watch_error_touch"),
        sa.PrimaryKeyConstraint(
            "group_id", "kind", "name", name="pk_watch_error_touch"
        ),
    )


def _make_occurrences() -> None:
    texts = (
        ("request_id", 200),
        ("trace_id", 32),
        ("job_id", 200),
        ("user_name", 200),
        ("route", 200),
        ("release", 50),
    )
    op.create_table(
        "watch_error_occurrence",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("group_id", sa.Integer, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("message", sa.String(500), nullable=False),
        sa.Column("line_id", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.String(size), nullable=False) for name, size in texts),
        _of_group("watch_error_occurrence"),
        sa.PrimaryKeyConstraint("id", name="pk_watch_error_occurrence"),
    )
    for columns in (["group_id", "id"], ["request_id"], ["at"]):
        name = f"ix_watch_error_occurrence_{'_'.join(columns)}"
        op.create_index(name, "watch_error_occurrence", columns)


def _of_group(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["group_id"],
        ["watch_error_group.id"],
        name=f"fk_{table}_group_id",
        ondelete="CASCADE",
    )


def downgrade() -> None:
    """Drop them; the log's own lines stay."""
    for table in TABLES:
        op.drop_table(table)
