"""The history of our own database's health."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "operations_sample",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("process", sa.String(100), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("response_ms", sa.Double),
        sa.Column("pool_size", sa.Integer, nullable=False),
        sa.Column("most_checked_out", sa.Integer, nullable=False),
        sa.Column("overflow", sa.Integer, nullable=False),
        sa.Column("pool_limit", sa.Integer, nullable=False),
        sa.Column("statements", sa.Integer, nullable=False),
        sa.Column("slow", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("retries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_operations_sample"),
    )
    op.create_index("ix_operations_sample_at", "operations_sample", ["at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("operations_sample")
