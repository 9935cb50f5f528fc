"""Mappings between trees of categories, and merges that can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "catalogue_mapping",
        sa.Column("tree", sa.String(100), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("folded", sa.String(32), nullable=False),
        sa.Column("category_id", sa.Integer),
        sa.Column("set_by", sa.String(320)),
        sa.Column("set_at", _TIME),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name="fk_catalogue_mapping_category_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("tree", "key", name="pk_catalogue_mapping"),
    )
    op.create_index(
        "ix_catalogue_mapping_tree_folded", "catalogue_mapping", ["tree", "folded"]
    )
    op.create_index(
        "ix_catalogue_mapping_category_id", "catalogue_mapping", ["category_id"]
    )
    op.create_table(
        "catalogue_merge",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("target_id", sa.Integer, nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("merged_by", sa.String(320), nullable=False),
        sa.Column("merged_at", _TIME, nullable=False),
        sa.Column("undone_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_merge"),
    )
    op.create_index("ix_catalogue_merge_target_id", "catalogue_merge", ["target_id"])


def downgrade() -> None:
    """Drop them; mappings, and what merges were, are lost."""
    op.drop_table("catalogue_merge")
    op.drop_table("catalogue_mapping")
