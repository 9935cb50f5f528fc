"""Feeds, their imports, and which products each carries."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("feeds_product", "feeds_import", "feeds_feed")
STATES = (
    "'fetching', 'uploaded', 'inspected', 'previewing', 'previewed', 'applying', "
    "'applied', 'unchanged', 'failed', 'cancelled', 'undoing', 'undone'"
)
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _make_feeds()
    _make_imports()
    op.create_table(
        "feeds_product",
        sa.Column("feed_id", sa.Integer, nullable=False),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("import_id", sa.String(36), nullable=False),
        sa.Column("gone_import_id", sa.String(36)),
        sa.ForeignKeyConstraint(
            ["feed_id"],
            ["feeds_feed.id"],
            name="fk_feeds_product_feed_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_feeds_product_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("feed_id", "product_id", name="pk_feeds_product"),
    )
    op.create_index("ix_feeds_product_product_id", "feeds_product", ["product_id"])


def _words() -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            "missing IN ('keep', 'archive', 'deactivate')", name="missing"
        ),
        sa.CheckConstraint("empty IN ('keep', 'clear')", name="empty"),
    ]


def _make_feeds() -> None:
    op.create_table(
        "feeds_feed",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("address", sa.String(2000), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary),
        sa.Column("plan", sa.JSON),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("missing", sa.String(20), nullable=False),
        sa.Column("empty", sa.String(20), nullable=False),
        sa.Column("vanish_percent", sa.Integer, nullable=False),
        sa.Column("is_active", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("known", sa.JSON),
        sa.Column("created_by", sa.String(320), nullable=False),
        *(
            sa.Column(
                name,
                _TIME,
                server_default=sa.text("CURRENT_TIMESTAMP"),
                nullable=False,
            )
            for name in ("created_at", "updated_at")
        ),
        sa.CheckConstraint("vanish_percent BETWEEN 0 AND 100", name="vanish_percent"),
        *_words(),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_feed"),
        sa.UniqueConstraint("name", name="uq_feeds_feed_name"),
    )


def _make_imports() -> None:
    op.create_table(
        "feeds_import",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("feed_id", sa.Integer),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("address", sa.String(2000), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("known", sa.JSON),
        sa.Column("plan", sa.JSON),
        sa.Column("missing", sa.String(20), nullable=False),
        sa.Column("empty", sa.String(20), nullable=False),
        sa.Column("vanish_percent", sa.Integer, nullable=False),
        sa.Column("excluded", sa.JSON, nullable=False),
        sa.Column("counts", sa.JSON),
        sa.Column("guard", sa.JSON),
        sa.Column("generation", sa.BigInteger),
        sa.Column("changes_sha256", sa.String(64), nullable=False),
        sa.Column("retry_of", sa.String(36)),
        sa.Column("job", sa.String(36), nullable=False),
        sa.Column("sync_id", sa.Integer),
        sa.Column("undo_sync_id", sa.Integer),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("error_code", sa.String(100), nullable=False),
        sa.Column("receipt", sa.JSON),
        sa.Column("undo", sa.JSON),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.String(320), nullable=False),
        sa.Column("user_id", sa.Integer),
        sa.Column("previewed_at", _TIME),
        sa.Column("applied_at", _TIME),
        sa.Column("undone_at", _TIME),
        sa.CheckConstraint(f"state IN ({STATES})", name="state"),
        *_words(),
        *_links(),
        sa.PrimaryKeyConstraint("id", name="pk_feeds_import"),
    )
    for column in ("created_at", "feed_id"):
        op.create_index(f"ix_feeds_import_{column}", "feeds_import", [column])


def _links() -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column],
            [f"{table}.id"],
            name=f"fk_feeds_import_{column}",
            ondelete="SET NULL",
        )
        for column, table in (
            ("feed_id", "feeds_feed"),
            ("sync_id", "sync_history"),
            ("undo_sync_id", "sync_history"),
            ("user_id", "users"),
        )
    ]


def downgrade() -> None:
    """Drop them; what imports wrote stays."""
    for table in TABLES:
        op.drop_table(table)
