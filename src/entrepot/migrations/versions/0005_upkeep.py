"""What operations keeps of our database."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the history of migrations, unless it outlived a step back."""
    op.create_table(
        "migration_history",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.String(50), nullable=False),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.String(100)),
        sa.Column("rollback_sql", sa.Text),
        sa.Column(
            "is_rolled_back", sa.Boolean, nullable=False, server_default=sa.false()
        ),
        sa.Column("rolled_back_at", sa.DateTime(timezone=True)),
        sa.Column("rolled_back_by", sa.String(100)),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("duration_ms", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_migration_history"),
        if_not_exists=True,
    )
    op.create_index(
        "uq_migration_history_version",
        "migration_history",
        ["version"],
        unique=True,
        if_not_exists=True,
        sqlite_where=sa.text("is_rolled_back = 0"),
        postgresql_where=sa.text("NOT is_rolled_back"),
    )


def downgrade() -> None:
    """Leave the history: it also tells of this step back."""
