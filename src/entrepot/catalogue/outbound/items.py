"""Products as feeds need them, read from their ready documents in few statements."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from itertools import groupby
from typing import TypeVarTuple

import msgspec
from sqlalchemy import Connection, Select, func, select

from entrepot.catalogue.product_models import Product, ProductImage
from entrepot.catalogue.record_models import Document

ITEMS_AT_ONCE = 1_000
Columns = TypeVarTuple("Columns")


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that is kept here."""

    sha256: str
    url: str
    alt_text: str


class Item(msgspec.Struct, kw_only=True):
    """A product, by the members of its document; `kept` are its pictures here."""

    id: int
    sku: str
    name: str
    description: str | None = None
    image_url: str | None = None
    short_description: str | None = None
    price: Decimal
    compare_at_price: Decimal | None = None
    currency: str = "USD"
    brand: str | None = None
    manufacturer: str | None = None
    manufacturer_part_number: str | None = None
    upc: str | None = None
    weight: float | None = None
    weight_unit: str | None = None
    length: float | None = None
    width: float | None = None
    height: float | None = None
    dimension_unit: str | None = None
    inventory_quantity: int | None = 0
    track_inventory: bool | None = True
    continue_selling_when_out_of_stock: bool | None = False
    seo_title: str | None = None
    seo_description: str | None = None
    status: str = "draft"
    is_active: bool = True
    category_id: int | None = None
    category_path: str | None = None
    shopify_product_id: str | None = None
    shopify_variant_id: str | None = None
    shopify_handle: str | None = None
    shopify_sync_status: str | None = None
    shopify_synced_at: str | None = None
    additional_images: object = None
    metafields: object = None
    custom_attributes: object = None
    has_image: bool = False
    quality: int = 0
    version: int = 1
    created_at: str = ""
    updated_at: str = ""
    cost_price: Decimal | None = None
    kept: tuple[Kept, ...] = ()

    @property
    def attributes(self) -> dict[str, object]:
        """Return the custom attributes; none where they are no object."""
        found = self.custom_attributes
        return found if isinstance(found, dict) else {}

    @property
    def handle(self) -> str:
        """Return the shop's name of the product, made of the SKU where it has none."""
        return self.shopify_handle or handle_of(self.sku)


_ITEM = msgspec.json.Decoder(Item)
_PLAIN = re.compile(r"[^a-z0-9]+")

LISTED = Product.is_active & (Product.status != "archived")
"""Products that are shown to the public."""


def handle_of(text: str) -> str:
    """Return a text as shops have it in addresses: small letters, digits, hyphens."""
    return _PLAIN.sub("-", text.lower()).strip("-") or "product"


def in_order() -> Select[str, Decimal | None]:
    """Return the statement of all products by id."""
    return _documents().order_by(Product.id)


def by_handle() -> Select[str, Decimal | None]:
    """Return the statement of all products, those of one handle behind each other.

    Who has none stands by its SKU, which is unlikely to be another's handle.
    """
    key = func.coalesce(
        func.nullif(Product.shopify_handle, ""), func.lower(Product.sku)
    )
    return _documents().order_by(key, Product.id)


def read_items(
    connection: Connection,
    statement: Select[str, Decimal | None],
    *,
    has_costs: bool = False,
) -> Generator[list[Item]]:
    """Yield products in the statement's order, a page at a time, with their pictures.

    The rows are streamed: only a page is held.

    Args:
        has_costs: What a product costs us is told too.
    """
    with closing(connection.execute(streamed(statement))) as found:
        for rows in found.partitions():
            page = []
            for document, cost in rows:
                item = _ITEM.decode(document)
                item.cost_price = cost if has_costs else None
                page.append(item)
            _add_pictures(connection, page)
            yield page


def streamed(statement: Select[*Columns]) -> Select[*Columns]:
    """Return a statement whose rows come a page at a time.

    It is the statement's option: a connection that streams could not begin.
    """
    return statement.execution_options(stream_results=True, yield_per=ITEMS_AT_ONCE)


def group_items(pages: Iterator[list[Item]]) -> Iterator[list[Item]]:
    """Yield the products of each handle together; they come behind each other."""
    items = (item for page in pages for item in page)
    for _, group in groupby(items, lambda item: item.handle):
        yield list(group)


def _documents() -> Select[str, Decimal | None]:
    return select(Document.document, Product.cost_price).join(
        Product, Product.id == Document.product_id
    )


def _add_pictures(connection: Connection, page: Sequence[Item]) -> None:
    wanted = (
        select(
            ProductImage.product_id,
            ProductImage.file_hash,
            ProductImage.url,
            ProductImage.alt_text,
        )
        .where(
            ProductImage.product_id.in_([item.id for item in page]),
            ProductImage.is_active,
            ProductImage.state == "kept",
            ProductImage.file_hash.is_not(None),
        )
        .order_by(
            ProductImage.is_featured.desc(), ProductImage.sort_order, ProductImage.id
        )
    )
    by_product: dict[int, list[Kept]] = {}
    for id, sha256, url, alt in connection.execute(wanted):
        found = Kept(sha256=sha256 or "", url=url or "", alt_text=alt or "")
        by_product.setdefault(id, []).append(found)
    for item in page:
        item.kept = tuple(by_product.get(item.id, ()))
