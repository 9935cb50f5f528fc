"""The tables of products and of what belongs to one."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from entrepot.base.entities import (
    Count,
    Money,
    No,
    Timestamps,
    Yes,
    check_count,
    check_text,
    check_word,
    json_list,
    json_object,
    money,
    one_of,
)
from entrepot.base.errors import InvalidValue
from entrepot.base.store import Model, UtcDateTime
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.words import PRODUCT_STATUSES, SYNC_STATUSES, VALUE_TYPES

CURRENCY = re.compile(r"[A-Z]{3}")


def _where(name: str, *columns: str, condition: str, unique: bool = False) -> Index:
    """Return an index of the rows that meet a condition, alike on both databases."""
    sqlite = condition.replace("is_active", "is_active = 1")
    sqlite = sqlite.replace("is_featured", "is_featured = 1")
    return Index(
        name,
        *columns,
        unique=unique,
        sqlite_where=text(sqlite),
        postgresql_where=text(condition),
    )


class Product(Timestamps, Model):
    """Something that is sold; the price is an exact amount of `currency`.

    `version` counts its changes; who writes an older one than there is, is refused.
    """

    __tablename__ = "products"
    __table_args__ = (
        one_of("status", PRODUCT_STATUSES),
        one_of("shopify_sync_status", SYNC_STATUSES),
        CheckConstraint("length(sku) > 0", name="sku"),
        CheckConstraint(
            "price >= 0 AND compare_at_price >= 0 AND cost_price >= 0", name="prices"
        ),
        CheckConstraint("length(currency) = 3", name="currency"),
        Index("ix_products_category_id_status", "category_id", "status"),
        Index("ix_products_brand_category_id", "brand", "category_id"),
        _where("ix_products_name", "name", condition="is_active"),
        _where(
            "ix_products_category_id_name",
            "category_id",
            "name",
            condition="status = 'active'",
        ),
        _where(
            "ix_products_updated_at",
            "updated_at",
            condition="shopify_product_id IS NULL",
        ),
        _where(
            "ix_products_shopify_product_id",
            "shopify_product_id",
            condition="shopify_product_id IS NOT NULL",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(500))
    description: Mapped[str | None] = mapped_column(Text)
    short_description: Mapped[str | None] = mapped_column(Text)
    price: Mapped[Decimal] = mapped_column(Money())
    compare_at_price: Mapped[Decimal | None] = mapped_column(Money())
    cost_price: Mapped[Decimal | None] = mapped_column(Money())
    currency: Mapped[str] = mapped_column(
        String(3), default="USD", server_default="USD"
    )
    brand: Mapped[str | None] = mapped_column(String(200), index=True)
    manufacturer: Mapped[str | None] = mapped_column(String(200))
    manufacturer_part_number: Mapped[str | None] = mapped_column(
        String(200), index=True
    )
    upc: Mapped[str | None] = mapped_column(String(20))
    weight: Mapped[float | None]
    weight_unit: Mapped[str | None] = mapped_column(
        String(10), default="kg", server_default="kg"
    )
    length: Mapped[float | None]
    width: Mapped[float | None]
    height: Mapped[float | None]
    dimension_unit: Mapped[str | None] = mapped_column(
        String(10), default="cm", server_default="cm"
    )
    inventory_quantity: Mapped[Count]
    track_inventory: Mapped[Yes]
    continue_selling_when_out_of_stock: Mapped[No]
    seo_title: Mapped[str | None] = mapped_column(String(255))
    seo_description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(
        String(20), default="draft", server_default="draft", index=True
    )
    is_active: Mapped[Yes]
    category_id: Mapped[int | None] = mapped_column(
        ForeignKey("categories.id", ondelete="RESTRICT"), index=True
    )
    shopify_product_id: Mapped[str | None] = mapped_column(String(50))
    shopify_variant_id: Mapped[str | None] = mapped_column(String(50))
    shopify_handle: Mapped[str | None] = mapped_column(String(255))
    shopify_synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shopify_sync_status: Mapped[str | None] = mapped_column(
        String(20), default="pending", server_default="pending"
    )
    featured_image_url: Mapped[str | None] = mapped_column(String(1000))
    additional_images: Mapped[list[str] | None] = mapped_column(json_list())
    metafields: Mapped[dict[str, Any] | None] = mapped_column(json_object())
    custom_attributes: Mapped[dict[str, Any] | None] = mapped_column(json_object())

    version: Mapped[int] = mapped_column(default=1, server_default="1")

    category: Mapped[Category | None] = relationship()
    images: Mapped[list[ProductImage]] = relationship(
        back_populates="product",
        order_by="ProductImage.sort_order, ProductImage.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    metafield_rows: Mapped[list[ProductMetafield]] = relationship(
        back_populates="product",
        order_by="ProductMetafield.display_order, ProductMetafield.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @validates("sku")
    def _sku(self, key: str, value: object) -> str:
        return check_text(key, value, at_most=100).upper()

    @validates("name")
    def _name(self, key: str, value: object) -> str:
        return check_text(key, value, at_most=500)

    @validates("price")
    def _price(self, key: str, value: object) -> Decimal:
        return money(key, value)

    @validates("compare_at_price", "cost_price")
    def _other_price(self, key: str, value: object) -> Decimal | None:
        return None if value is None else money(key, value)

    @validates("currency")
    def _currency(self, key: str, value: object) -> str:
        code = check_text(key, value, at_most=3).upper()
        if not CURRENCY.fullmatch(code):
            raise InvalidValue(f"{key} must be three letters such as EUR, not {code}")
        return code

    @validates("status")
    def _status(self, key: str, value: object) -> str:
        return check_word(key, value, PRODUCT_STATUSES)

    @validates("shopify_sync_status")
    def _sync_status(self, key: str, value: object) -> str | None:
        return None if value is None else check_word(key, value, SYNC_STATUSES)


class ProductImage(Timestamps, Model):
    """A product's picture; the same bytes are kept once for each product.

    `filename` and `file_path` are empty until it is kept; `error` says why it failed.
    """

    __tablename__ = "product_images"
    __table_args__ = (
        UniqueConstraint("product_id", "file_hash", name="uq_product_image_hash"),
        CheckConstraint("length(file_hash) = 64", name="file_hash"),
        _where(
            "uq_product_images_is_featured",
            "product_id",
            condition="is_featured",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
    filename: Mapped[str] = mapped_column(String(255))
    file_path: Mapped[str] = mapped_column(String(1000))
    url: Mapped[str | None] = mapped_column(String(1000))
    alt_text: Mapped[str | None] = mapped_column(String(255))
    width: Mapped[int | None]
    height: Mapped[int | None]
    file_size: Mapped[int | None]
    format: Mapped[str | None] = mapped_column(String(10))
    file_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    sort_order: Mapped[Count]
    is_featured: Mapped[No]
    is_active: Mapped[Yes]
    shopify_image_id: Mapped[str | None] = mapped_column(String(50), index=True)
    shopify_image_url: Mapped[str | None] = mapped_column(String(1000))
    shopify_synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    meta_data: Mapped[dict[str, Any] | None] = mapped_column(json_object())
    state: Mapped[str] = mapped_column(
        String(20), default="kept", server_default="kept", index=True
    )
    error: Mapped[str | None] = mapped_column(String(1000))
    attempts: Mapped[Count]

    product: Mapped[Product] = relationship(back_populates="images")

    @validates("width", "height", "file_size")
    def _size(self, key: str, value: object) -> int | None:
        return None if value is None else check_count(key, value)


class ProductMetafield(Timestamps, Model):
    """A further fact of a product, under a name of its own in a namespace."""

    __tablename__ = "product_metafields"
    __table_args__ = (
        UniqueConstraint(
            "product_id",
            "namespace",
            "key",
            name="uq_product_metafields_product_id_namespace_key",
        ),
        one_of("value_type", VALUE_TYPES),
        Index("ix_product_metafields_product_id_namespace", "product_id", "namespace"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE")
    )
    namespace: Mapped[str] = mapped_column(String(255), index=True)
    key: Mapped[str] = mapped_column(String(255))
    value: Mapped[str] = mapped_column(Text)
    value_type: Mapped[str] = mapped_column(
        String(20), default="string", server_default="string"
    )
    shopify_metafield_id: Mapped[str | None] = mapped_column(String(50))
    shopify_owner_id: Mapped[str | None] = mapped_column(String(50))
    shopify_owner_resource: Mapped[str | None] = mapped_column(String(50))
    description: Mapped[str | None] = mapped_column(Text)
    is_visible: Mapped[Yes]
    display_order: Mapped[Count]

    product: Mapped[Product] = relationship(back_populates="metafield_rows")

    @validates("namespace", "key")
    def _name(self, key: str, value: object) -> str:
        return check_text(key, value, at_most=255)

    @validates("value_type")
    def _type(self, key: str, value: object) -> str:
        return check_word(key, value, VALUE_TYPES)
