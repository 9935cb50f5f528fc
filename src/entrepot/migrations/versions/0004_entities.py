"""Categories to configurations: the documents' tables, with their first rows."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_NOW = sa.text("CURRENT_TIMESTAMP")

ROOTS = ("Office Supplies", "Technology", "Furniture", "Stationery")
CONFIGURATIONS = (
    ("system.version", "1.0.0", "string", None, "Version that made this database."),
    ("system.initialized_at", None, "string", None, "When it was made."),
    (
        "sync.auto_sync_enabled",
        "false",
        "boolean",
        None,
        "Synchronise without being asked.",
    ),
    (
        "sync.batch_size",
        "100",
        "integer",
        "[1-9][0-9]{0,4}",
        "Items sent to the shop at once.",
    ),
    (
        "sync.retry_attempts",
        "3",
        "integer",
        "[0-9]{1,2}",
        "How often a failed item is tried again.",
    ),
    (
        "icons.default_style",
        "modern",
        "string",
        "modern|flat|outlined|minimal",
        "Style of a new icon.",
    ),
    (
        "icons.default_color",
        "#3B82F6",
        "string",
        "#[0-9A-Fa-f]{6}",
        "Colour of a new icon.",
    ),
    (
        "icons.default_size",
        "128",
        "integer",
        "3[2-9]|[4-9][0-9]|[1-4][0-9][0-9]|50[0-9]|51[0-2]",
        "Width and height of a new icon in pixels, 32 to 512.",
    ),
    (
        "icons.batch_size",
        "5",
        "integer",
        "[1-9][0-9]?|100",
        "Icons made at once, 1 to 100.",
    ),
    (
        "shopify.rate_limit_delay",
        "0.5",
        "float",
        "[0-9.]{1,6}",
        "Pause between calls to the shop in seconds.",
    ),
    (
        "jobs.default_timeout",
        "3600",
        "integer",
        "[1-9][0-9]{0,6}",
        "Time limit of a job in seconds.",
    ),
    (
        "jobs.retention_days",
        "30",
        "integer",
        "[1-9][0-9]{0,4}",
        "How long finished jobs are kept, in days.",
    ),
    (
        "logging.level",
        "INFO",
        "string",
        "DEBUG|INFO|WARNING|ERROR|CRITICAL",
        "Least severe line that the durable log keeps.",
    ),
    (
        "logging.retention_days",
        "90",
        "integer",
        "[1-9][0-9]{0,4}",
        "How long the durable log is kept, in days.",
    ),
)
"""Key, value, type, pattern of the whole value, description."""


def upgrade() -> None:
    """Make the tables and the rows that a new database begins with."""
    _make_categories()
    _make_products()
    _make_product_images()
    _make_product_metafields()
    _make_icons()
    _make_jobs()
    _make_sync_history()
    _make_system_logs()
    _make_configurations()
    _plant_roots()
    _plant_configurations()


def downgrade() -> None:
    """Drop them."""
    for table in (
        "configurations",
        "system_logs",
        "sync_history",
        "jobs",
        "icons",
        "product_metafields",
        "product_images",
        "products",
        "categories",
    ):
        op.drop_table(table)


def _times() -> tuple[sa.Column[datetime], sa.Column[datetime]]:
    return (
        sa.Column("created_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("updated_at", _TIME, server_default=_NOW, nullable=False),
    )


def _make_categories() -> None:
    op.create_table(
        "categories",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("slug", sa.String(255), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("parent_id", sa.Integer),
        sa.Column("level", sa.Integer, server_default="0", nullable=False),
        sa.Column(
            "path",
            sa.String(500).with_variant(
                sa.String(length=500, collation="C"), "postgresql"
            ),
        ),
        sa.Column("sort_order", sa.Integer, server_default="0", nullable=False),
        sa.Column("is_active", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("shopify_collection_id", sa.String(50)),
        sa.Column("shopify_handle", sa.String(255)),
        sa.Column("shopify_synced_at", _TIME),
        sa.Column("meta_data", sa.JSON),
        *_times(),
        sa.CheckConstraint("level >= 0", name=op.f("ck_categories_level")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_categories_parent_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["categories.id"],
            name=op.f("fk_categories_parent_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("slug", name=op.f("uq_categories_slug")),
    )
    op.create_index(op.f("ix_categories_parent_id"), "categories", ["parent_id"])
    op.create_index(
        "ix_categories_parent_id_level", "categories", ["parent_id", "level"]
    )
    op.create_index(op.f("ix_categories_path"), "categories", ["path"])
    op.create_index(
        op.f("ix_categories_shopify_collection_id"),
        "categories",
        ["shopify_collection_id"],
    )


def _make_products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sku", sa.String(100), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("short_description", sa.Text),
        sa.Column("price", sa.Numeric(12, 2), nullable=False),
        sa.Column("compare_at_price", sa.Numeric(12, 2)),
        sa.Column("cost_price", sa.Numeric(12, 2)),
        sa.Column("currency", sa.String(3), server_default="USD", nullable=False),
        sa.Column("brand", sa.String(200)),
        sa.Column("manufacturer", sa.String(200)),
        sa.Column("manufacturer_part_number", sa.String(200)),
        sa.Column("upc", sa.String(20)),
        sa.Column("weight", sa.Double),
        sa.Column("weight_unit", sa.String(10), server_default="kg"),
        sa.Column("length", sa.Double),
        sa.Column("width", sa.Double),
        sa.Column("height", sa.Double),
        sa.Column("dimension_unit", sa.String(10), server_default="cm"),
        sa.Column("inventory_quantity", sa.Integer, server_default="0", nullable=False),
        sa.Column(
            "track_inventory", sa.Boolean, server_default=sa.true(), nullable=False
        ),
        sa.Column(
            "continue_selling_when_out_of_stock",
            sa.Boolean,
            server_default=sa.false(),
            nullable=False,
        ),
        sa.Column("seo_title", sa.String(255)),
        sa.Column("seo_description", sa.Text),
        sa.Column("status", sa.String(20), server_default="draft", nullable=False),
        sa.Column("is_active", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("category_id", sa.Integer),
        sa.Column("shopify_product_id", sa.String(50)),
        sa.Column("shopify_variant_id", sa.String(50)),
        sa.Column("shopify_handle", sa.String(255)),
        sa.Column("shopify_synced_at", _TIME),
        sa.Column("shopify_sync_status", sa.String(20), server_default="pending"),
        sa.Column("featured_image_url", sa.String(1000)),
        sa.Column("additional_images", sa.JSON),
        sa.Column("metafields", sa.JSON),
        sa.Column("custom_attributes", sa.JSON),
        *_times(),
        sa.CheckConstraint(
            "shopify_sync_status IN ('pending', 'success', 'failed', 'partial')",
            name=op.f("ck_products_shopify_sync_status"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'archived', 'synced')",
            name=op.f("ck_products_status"),
        ),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_products_currency")),
        sa.CheckConstraint("length(sku) > 0", name=op.f("ck_products_sku")),
        sa.CheckConstraint(
            "price >= 0 AND compare_at_price >= 0 AND cost_price >= 0",
            name=op.f("ck_products_prices"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_products_category_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("sku", name=op.f("uq_products_sku")),
    )
    op.create_index(op.f("ix_products_brand"), "products", ["brand"])
    op.create_index(
        "ix_products_brand_category_id", "products", ["brand", "category_id"]
    )
    op.create_index(op.f("ix_products_category_id"), "products", ["category_id"])
    op.create_index(
        "ix_products_category_id_name",
        "products",
        ["category_id", "name"],
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_index(
        "ix_products_category_id_status", "products", ["category_id", "status"]
    )
    op.create_index(
        op.f("ix_products_manufacturer_part_number"),
        "products",
        ["manufacturer_part_number"],
    )
    op.create_index(
        "ix_products_name",
        "products",
        ["name"],
        sqlite_where=sa.text("is_active = 1"),
        postgresql_where=sa.text("is_active"),
    )
    op.create_index(
        "ix_products_shopify_product_id",
        "products",
        ["shopify_product_id"],
        unique=True,
        sqlite_where=sa.text("shopify_product_id IS NOT NULL"),
        postgresql_where=sa.text("shopify_product_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_products_status"), "products", ["status"])
    op.create_index(
        "ix_products_updated_at",
        "products",
        ["updated_at"],
        sqlite_where=sa.text("shopify_product_id IS NULL"),
        postgresql_where=sa.text("shopify_product_id IS NULL"),
    )


def _make_product_images() -> None:
    op.create_table(
        "product_images",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("file_path", sa.String(1000), nullable=False),
        sa.Column("url", sa.String(1000)),
        sa.Column("alt_text", sa.String(255)),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("file_size", sa.Integer),
        sa.Column("format", sa.String(10)),
        sa.Column("file_hash", sa.String(64)),
        sa.Column("sort_order", sa.Integer, server_default="0", nullable=False),
        sa.Column("is_featured", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("is_active", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("shopify_image_id", sa.String(50)),
        sa.Column("shopify_image_url", sa.String(1000)),
        sa.Column("shopify_synced_at", _TIME),
        sa.Column("meta_data", sa.JSON),
        *_times(),
        sa.CheckConstraint(
            "length(file_hash) = 64", name=op.f("ck_product_images_file_hash")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_product_images_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_images")),
        sa.UniqueConstraint("product_id", "file_hash", name="uq_product_image_hash"),
    )
    op.create_index(
        op.f("ix_product_images_file_hash"), "product_images", ["file_hash"]
    )
    op.create_index(
        op.f("ix_product_images_product_id"), "product_images", ["product_id"]
    )
    op.create_index(
        op.f("ix_product_images_shopify_image_id"),
        "product_images",
        ["shopify_image_id"],
    )
    op.create_index(
        "uq_product_images_is_featured",
        "product_images",
        ["product_id"],
        unique=True,
        sqlite_where=sa.text("is_featured = 1"),
        postgresql_where=sa.text("is_featured"),
    )


def _make_product_metafields() -> None:
    op.create_table(
        "product_metafields",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("namespace", sa.String(255), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("value_type", sa.String(20), server_default="string", nullable=False),
        sa.Column("shopify_metafield_id", sa.String(50)),
        sa.Column("shopify_owner_id", sa.String(50)),
        sa.Column("shopify_owner_resource", sa.String(50)),
        sa.Column("description", sa.Text),
        sa.Column("is_visible", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("display_order", sa.Integer, server_default="0", nullable=False),
        *_times(),
        sa.CheckConstraint(
            "value_type IN ('string', 'integer', 'float', 'boolean', 'json', 'date')",
            name=op.f("ck_product_metafields_value_type"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_product_metafields_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_metafields")),
        sa.UniqueConstraint(
            "product_id",
            "namespace",
            "key",
            name="uq_product_metafields_product_id_namespace_key",
        ),
    )
    op.create_index(
        op.f("ix_product_metafields_namespace"), "product_metafields", ["namespace"]
    )
    op.create_index(
        "ix_product_metafields_product_id_namespace",
        "product_metafields",
        ["product_id", "namespace"],
    )


def _make_icons() -> None:
    op.create_table(
        "icons",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("category_id", sa.Integer, nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("file_path", sa.String(1000), nullable=False),
        sa.Column("file_size", sa.Integer),
        sa.Column("file_hash", sa.String(64)),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("format", sa.String(10)),
        sa.Column("prompt", sa.Text),
        sa.Column("style", sa.String(50)),
        sa.Column("color", sa.String(20)),
        sa.Column("background", sa.String(20)),
        sa.Column("model", sa.String(50)),
        sa.Column("status", sa.String(20), server_default="generating", nullable=False),
        sa.Column("is_active", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("shopify_image_id", sa.String(50)),
        sa.Column("shopify_image_url", sa.String(1000)),
        sa.Column("shopify_synced_at", _TIME),
        sa.Column("shopify_sync_status", sa.String(20), server_default="pending"),
        sa.Column("generation_time", sa.Double),
        sa.Column("generation_cost", sa.Numeric(12, 6)),
        sa.Column("generation_batch_id", sa.String(50)),
        sa.Column("created_by", sa.Integer),
        sa.Column("meta_data", sa.JSON),
        *_times(),
        sa.CheckConstraint(
            "shopify_sync_status IN ('pending', 'success', 'failed', 'partial')",
            name=op.f("ck_icons_shopify_sync_status"),
        ),
        sa.CheckConstraint(
            "status IN ('generating', 'active', 'inactive', 'failed')",
            name=op.f("ck_icons_status"),
        ),
        sa.CheckConstraint(
            "generation_time >= 0 AND generation_cost >= 0",
            name=op.f("ck_icons_generation"),
        ),
        sa.CheckConstraint("length(file_hash) = 64", name=op.f("ck_icons_file_hash")),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_icons_category_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["users.id"],
            name=op.f("fk_icons_created_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_icons")),
    )
    op.create_index(op.f("ix_icons_category_id"), "icons", ["category_id"])
    op.create_index("ix_icons_category_id_status", "icons", ["category_id", "status"])
    op.create_index(op.f("ix_icons_file_hash"), "icons", ["file_hash"])
    op.create_index(
        op.f("ix_icons_generation_batch_id"), "icons", ["generation_batch_id"]
    )
    op.create_index(op.f("ix_icons_shopify_image_id"), "icons", ["shopify_image_id"])


def _make_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("job_uuid", sa.String(36), nullable=False),
        sa.Column("script_name", sa.String(200), nullable=False),
        sa.Column("display_name", sa.String(255)),
        sa.Column("description", sa.Text),
        sa.Column("status", sa.String(20), server_default="pending", nullable=False),
        sa.Column("progress", sa.Integer, server_default="0", nullable=False),
        sa.Column("current_stage", sa.String(255)),
        sa.Column("started_at", _TIME),
        sa.Column("completed_at", _TIME),
        sa.Column("estimated_duration", sa.Integer),
        sa.Column("actual_duration", sa.Integer),
        sa.Column("parameters", sa.JSON),
        sa.Column("options", sa.JSON),
        sa.Column("result", sa.JSON),
        sa.Column("error_message", sa.Text),
        sa.Column("output_log", sa.Text),
        sa.Column("log_file_path", sa.String(1000)),
        sa.Column("user_id", sa.Integer),
        sa.Column("priority", sa.Integer, server_default="0", nullable=False),
        sa.Column("retry_count", sa.Integer, server_default="0", nullable=False),
        sa.Column("max_retries", sa.Integer, server_default="3", nullable=False),
        sa.Column("meta_data", sa.JSON),
        sa.Column("locked_by", sa.String(200)),
        sa.Column("heartbeat_at", _TIME),
        *_times(),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_jobs_status"),
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_jobs_progress")),
        sa.CheckConstraint(
            "retry_count >= 0 AND max_retries >= 0", name=op.f("ck_jobs_retries")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_jobs_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("job_uuid", name=op.f("uq_jobs_job_uuid")),
    )
    op.create_index("ix_jobs_created_at", "jobs", ["created_at"])
    op.create_index(op.f("ix_jobs_script_name"), "jobs", ["script_name"])
    op.create_index(op.f("ix_jobs_status"), "jobs", ["status"])
    op.create_index("ix_jobs_user_id_status", "jobs", ["user_id", "status"])


def _make_sync_history() -> None:
    op.create_table(
        "sync_history",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("sync_type", sa.String(50), nullable=False),
        sa.Column("sync_source", sa.String(50)),
        sa.Column("sync_target", sa.String(50)),
        sa.Column("status", sa.String(20), server_default="pending", nullable=False),
        sa.Column("started_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("completed_at", _TIME),
        sa.Column("duration", sa.Integer),
        sa.Column("total_items", sa.Integer, server_default="0", nullable=False),
        sa.Column("items_processed", sa.Integer, server_default="0", nullable=False),
        sa.Column("items_successful", sa.Integer, server_default="0", nullable=False),
        sa.Column("items_failed", sa.Integer, server_default="0", nullable=False),
        sa.Column("items_skipped", sa.Integer, server_default="0", nullable=False),
        sa.Column("products_synced", sa.Integer, server_default="0", nullable=False),
        sa.Column("categories_synced", sa.Integer, server_default="0", nullable=False),
        sa.Column("icons_synced", sa.Integer, server_default="0", nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("warnings", sa.JSON),
        sa.Column("errors", sa.JSON),
        sa.Column("input_files", sa.JSON),
        sa.Column("output_files", sa.JSON),
        sa.Column("log_file_path", sa.String(1000)),
        sa.Column("user_id", sa.Integer),
        sa.Column("job_id", sa.Integer),
        sa.Column("meta_data", sa.JSON),
        *_times(),
        sa.CheckConstraint(
            "status IN ('pending', 'success', 'failed', 'partial')",
            name=op.f("ck_sync_history_status"),
        ),
        sa.CheckConstraint(
            "items_processed = items_successful + items_failed + items_skipped",
            name=op.f("ck_sync_history_items"),
        ),
        sa.CheckConstraint(
            "total_items >= 0 AND items_successful >= 0 AND items_failed >= 0 "
            "AND items_skipped >= 0 AND products_synced >= 0 "
            "AND categories_synced >= 0 AND icons_synced >= 0",
            name=op.f("ck_sync_history_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.id"],
            name=op.f("fk_sync_history_job_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_sync_history_user_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_history")),
    )
    op.create_index(op.f("ix_sync_history_job_id"), "sync_history", ["job_id"])
    op.create_index(op.f("ix_sync_history_started_at"), "sync_history", ["started_at"])
    op.create_index(op.f("ix_sync_history_status"), "sync_history", ["status"])
    op.create_index(op.f("ix_sync_history_sync_type"), "sync_history", ["sync_type"])
    op.create_index(
        "ix_sync_history_sync_type_status", "sync_history", ["sync_type", "status"]
    )
    op.create_index(op.f("ix_sync_history_user_id"), "sync_history", ["user_id"])


def _make_system_logs() -> None:
    op.create_table(
        "system_logs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("logger_name", sa.String(200)),
        sa.Column("module", sa.String(200)),
        sa.Column("function", sa.String(200)),
        sa.Column("line_number", sa.Integer),
        sa.Column("user_id", sa.Integer),
        sa.Column("job_id", sa.Integer),
        sa.Column("session_id", sa.String(100)),
        sa.Column("request_id", sa.String(100)),
        sa.Column("extra_data", sa.JSON),
        sa.Column("stack_trace", sa.Text),
        sa.Column("created_at", _TIME, server_default=_NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.id"],
            name=op.f("fk_system_logs_job_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_system_logs_user_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_logs")),
    )
    op.create_index(op.f("ix_system_logs_created_at"), "system_logs", ["created_at"])
    op.create_index(op.f("ix_system_logs_job_id"), "system_logs", ["job_id"])
    op.create_index(op.f("ix_system_logs_level"), "system_logs", ["level"])
    op.create_index(
        "ix_system_logs_level_created_at", "system_logs", ["level", "created_at"]
    )
    op.create_index(op.f("ix_system_logs_module"), "system_logs", ["module"])
    op.create_index(op.f("ix_system_logs_request_id"), "system_logs", ["request_id"])
    op.create_index(op.f("ix_system_logs_user_id"), "system_logs", ["user_id"])


def _make_configurations() -> None:
    op.create_table(
        "configurations",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("data_type", sa.String(20), server_default="string", nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("category", sa.String(100)),
        sa.Column("is_required", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column(
            "is_encrypted", sa.Boolean, server_default=sa.false(), nullable=False
        ),
        sa.Column("validation_regex", sa.String(500)),
        *_times(),
        sa.CheckConstraint(
            "data_type IN ('string', 'integer', 'float', 'boolean', 'json')",
            name=op.f("ck_configurations_data_type"),
        ),
        sa.CheckConstraint("length(key) > 0", name=op.f("ck_configurations_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_configurations")),
        sa.UniqueConstraint("key", name=op.f("uq_configurations_key")),
    )
    op.create_index(op.f("ix_configurations_category"), "configurations", ["category"])


def _plant_roots() -> None:
    """Make the four roots: ids 1 to 4 in a new database."""
    for place, name in enumerate(ROOTS, start=1):
        slug = name.lower().replace(" ", "-")
        _insert_unless_there(
            "categories", "slug", {"name": name, "slug": slug, "sort_order": place}
        )
    op.execute(
        "UPDATE categories SET path = '/' || id || '/' "
        "WHERE parent_id IS NULL AND path IS NULL"
    )


def _plant_configurations() -> None:
    made_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    for key, value, data_type, pattern, description in CONFIGURATIONS:
        row: dict[str, str | int | None] = {
            "key": key,
            "value": made_at if value is None else value,
            "data_type": data_type,
            "description": description,
            "category": key.partition(".")[0],
            "is_required": True,
            "validation_regex": pattern,
        }
        _insert_unless_there("configurations", "key", row)


def _insert_unless_there(
    table: str, key: str, row: dict[str, str | int | None]
) -> None:
    """Insert a row unless its key is there; a text, so that `--sql` shows it whole."""
    given = {name: value for name, value in row.items() if value is not None}
    columns: dict[str, sa.ColumnClause[object]] = {n: sa.column(n) for n in given}
    target = sa.table(table, *columns.values())
    there = sa.select(op.inline_literal(1)).select_from(target)
    there = there.where(columns[key] == op.inline_literal(given[key]))
    values = [op.inline_literal(value).label(name) for name, value in given.items()]
    op.execute(
        sa.insert(target).from_select(
            list(given), sa.select(*values).where(~sa.exists(there))
        )
    )
