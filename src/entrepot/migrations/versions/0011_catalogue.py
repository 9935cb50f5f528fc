"""The catalogue's documents, versions, overrides, search; pictures' states."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = (
    "catalogue_state",
    "catalogue_override",
    "catalogue_version",
    "catalogue_document",
)
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Widen products and pictures, make the tables beside them, index their words."""
    op.add_column(
        "products",
        sa.Column("version", sa.Integer, server_default="1", nullable=False),
    )
    op.add_column(
        "product_images",
        sa.Column("state", sa.String(20), server_default="kept", nullable=False),
    )
    op.add_column("product_images", sa.Column("error", sa.String(1000)))
    op.add_column(
        "product_images",
        sa.Column("attempts", sa.Integer, server_default="0", nullable=False),
    )
    op.create_index("ix_product_images_state", "product_images", ["state"])
    _make_documents()
    _make_versions()
    _make_overrides()
    _make_state()
    _make_search()


def _make_documents() -> None:
    op.create_table(
        "catalogue_document",
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("quality", sa.Integer, nullable=False),
        sa.Column("has_image", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "quality BETWEEN 0 AND 100", name=op.f("ck_catalogue_document_quality")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_catalogue_document_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", name="pk_catalogue_document"),
    )
    op.create_index("ix_catalogue_document_quality", "catalogue_document", ["quality"])


def _make_versions() -> None:
    op.create_table(
        "catalogue_version",
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("changed_by", sa.String(320), nullable=False),
        sa.Column("import_id", sa.String(36)),
        sa.Column("before", sa.JSON),
        sa.CheckConstraint(
            "kind IN ('create', 'update', 'delete', 'restore', 'undo')",
            name=op.f("ck_catalogue_version_kind"),
        ),
        sa.PrimaryKeyConstraint("product_id", "version", name="pk_catalogue_version"),
    )
    for column in ("import_id", "changed_at"):
        op.create_index(f"ix_catalogue_version_{column}", "catalogue_version", [column])


def _make_overrides() -> None:
    op.create_table(
        "catalogue_override",
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("field", sa.String(100), nullable=False),
        sa.Column("set_by", sa.String(320), nullable=False),
        sa.Column("set_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_catalogue_override_product_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "field", name="pk_catalogue_override"),
    )


def _make_state() -> None:
    op.create_table(
        "catalogue_state",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalogue_state_id")),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_state"),
    )
    op.execute("INSERT INTO catalogue_state (id, generation) VALUES (1, 1)")


def _make_search() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE catalogue_search USING fts5 ("
            "sku, name, brand, words, detail = column, prefix = '2', "
            "tokenize = 'unicode61 remove_diacritics 2')"
        )
        # A copy of `products` in a later step has to make it anew.
        op.execute(
            "CREATE TRIGGER catalogue_search_forgets AFTER DELETE ON products BEGIN "
            "DELETE FROM catalogue_search WHERE rowid = old.id; END"
        )
        return
    op.execute(
        "CREATE TABLE catalogue_search ("
        "product_id integer PRIMARY KEY REFERENCES products (id) ON DELETE CASCADE, "
        "words tsvector NOT NULL)"
    )
    op.execute(
        "CREATE INDEX ix_catalogue_search_words ON catalogue_search USING gin (words)"
    )


def downgrade() -> None:
    """Take it all back; versions and overrides are lost."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER catalogue_search_forgets")
    op.execute("DROP TABLE catalogue_search")
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_product_images_state", "product_images")
    for column in ("attempts", "error", "state"):
        op.drop_column("product_images", column)
    op.drop_column("products", "version")
