"""What background work needs beyond its document, and schedules."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, make the table."""
    for column in _columns():
        op.add_column("jobs", column)
    op.create_index("ix_jobs_subject", "jobs", ["subject"])
    op.create_index(
        "ix_jobs_idempotency_key_script_name",
        "jobs",
        ["idempotency_key", "script_name"],
        unique=True,
    )
    op.create_table(
        "jobs_schedule",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("kind", sa.String(200), nullable=False),
        sa.Column("parameters", sa.JSON),
        sa.Column("cron", sa.String(100), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("is_paused", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("is_shipped", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_by", sa.String(320), nullable=False),
        sa.Column("user_id", sa.Integer),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("last_at", sa.DateTime(timezone=True)),
        sa.Column("last_job_uuid", sa.String(36)),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("CURRENT_TIMESTAMP"),
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("CURRENT_TIMESTAMP"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_jobs_schedule"),
        sa.UniqueConstraint("name", name="uq_jobs_schedule_name"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name="fk_jobs_schedule_user_id",
            ondelete="SET NULL",
        ),
    )
    op.create_index("ix_jobs_schedule_next_at", "jobs_schedule", ["next_at"])
    _make_worker_tables()


def _make_worker_tables() -> None:
    op.create_table(
        "jobs_worker",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("process_id", sa.Integer, nullable=False),
        sa.Column("version", sa.String(50), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_jobs_worker"),
    )
    op.create_table(
        "jobs_lease",
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_jobs_lease"),
    )


def downgrade() -> None:
    """Drop the table and the columns."""
    op.drop_table("jobs_lease")
    op.drop_table("jobs_worker")
    op.drop_table("jobs_schedule")
    op.drop_index("ix_jobs_idempotency_key_script_name", "jobs")
    op.drop_index("ix_jobs_subject", "jobs")
    for column in reversed(_columns()):
        op.drop_column("jobs", column.name)


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("queue", sa.String(50), nullable=False, server_default="default"),
        sa.Column("subject", sa.String(200)),
        sa.Column(
            "requested_by", sa.String(320), nullable=False, server_default=sa.text("''")
        ),
        sa.Column(
            "trace_id", sa.String(32), nullable=False, server_default=sa.text("''")
        ),
        sa.Column("idempotency_key", sa.String(200)),
        sa.Column("not_before_at", sa.DateTime(timezone=True)),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True)),
        sa.Column("attempt_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("crash_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("dead_at", sa.DateTime(timezone=True)),
        sa.Column("error_code", sa.String(50)),
        sa.Column("dispatch_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("dispatched_at", sa.DateTime(timezone=True)),
        sa.Column("pause_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("rows_done", sa.BigInteger),
        sa.Column("rows_total", sa.BigInteger),
    )
