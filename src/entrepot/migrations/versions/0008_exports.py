"""Exports as objects, and templates."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WORDS = (("finished", "completed"), ("broken", "failed"))
EXPORTS = sa.table("exports_export", sa.column("status", sa.String))


def upgrade() -> None:
    """Add the columns, make the tables, use the words that jobs use."""
    for column in _columns():
        op.add_column("exports_export", column)
    for index in ("job_uuid", "schedule_name"):
        op.create_index(f"ix_exports_export_{index}", "exports_export", [index])
    live = sa.text("status IN ('queued', 'running')")
    op.create_index(
        "ix_exports_export_live",
        "exports_export",
        ["request_sha256", "created_by"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    for old, new in WORDS:
        _say(old, new)
    op.create_table(
        "exports_template",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exports_template"),
        sa.UniqueConstraint("name", name="uq_exports_template_name"),
    )
    op.create_table(
        "exports_template_version",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("template_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("syntax", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("created_by", sa.String(320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exports_template_version"),
        sa.UniqueConstraint(
            "template_id", "version", name="uq_exports_template_version_template_id"
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["exports_template.id"],
            name="fk_exports_template_version_template_id",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Drop them, and say the old words."""
    op.drop_table("exports_template_version")
    op.drop_table("exports_template")
    for old, new in WORDS:
        _say(new, old)
    for index in ("live", "schedule_name", "job_uuid"):
        op.drop_index(f"ix_exports_export_{index}", "exports_export")
    for column in reversed(_columns()):
        op.drop_column("exports_export", column.name)


def _say(old: str, new: str) -> None:
    status = EXPORTS.c.status
    op.execute(EXPORTS.update().where(status == old).values(status=new))


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("job_uuid", sa.String(36)),
        sa.Column("request", sa.JSON),
        sa.Column("request_sha256", sa.String(64)),
        sa.Column("source_mark", sa.String(200)),
        sa.Column("template", sa.String(200)),
        sa.Column("template_version", sa.Integer),
        sa.Column("schedule_name", sa.String(100)),
        sa.Column("attempt_count", sa.Integer, nullable=False, server_default="1"),
        sa.Column("expected_rows", sa.BigInteger),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("files", sa.JSON),
        sa.Column("warnings", sa.JSON),
        sa.Column("measures", sa.JSON),
        sa.Column("error_detail", sa.Text),
    )
