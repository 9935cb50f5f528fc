"""The shapes in which the catalogue goes out as rows: its own, a shop's, a search's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Select

from entrepot.catalogue.outbound import google, shopify
from entrepot.catalogue.outbound.items import Item, by_handle, group_items, in_order
from entrepot.catalogue.outbound.links import Links

if TYPE_CHECKING:
    import pyarrow as pa

Row = tuple[Any, ...]
Told = Callable[[google.Lacking], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One shape.

    Attributes:
        columns: Names and Arrow's names of types, in order.
        statement: Of the documents, in the order that the rows need.
        rows: Makes rows of pages of products; what it leaves out, it tells.
    """

    name: str
    summary: str
    columns: tuple[tuple[str, str], ...]
    statement: Callable[[], Select[str, Decimal | None]]
    rows: Callable[[Iterator[list[Item]], Links, Told], Iterator[Row]]

    def schema(self) -> pa.Schema:
        """Return the rows' schema."""
        import pyarrow as pa

        return pa.schema([(name, _type(kind)) for name, kind in self.columns])


_PRODUCT_COLUMNS = (
    *(("id", "int64"), ("sku", "string"), ("name", "string")),
    *((name, "string") for name in ("description", "short_description")),
    *((n, "money") for n in ("price", "compare_at_price", "cost_price")),
    *((name, "string") for name in ("currency", "brand", "manufacturer")),
    *((name, "string") for name in ("manufacturer_part_number", "upc")),
    *(("weight", "double"), ("weight_unit", "string"), ("length", "double")),
    *(("width", "double"), ("height", "double"), ("dimension_unit", "string")),
    *(("inventory_quantity", "int64"), ("track_inventory", "bool")),
    ("continue_selling_when_out_of_stock", "bool"),
    *(("seo_title", "string"), ("seo_description", "string"), ("status", "string")),
    *(("is_active", "bool"), ("category_id", "int64"), ("category_path", "string")),
    *((n, "string") for n in ("shopify_product_id", "shopify_variant_id")),
    *(("shopify_handle", "string"), ("featured_image_url", "string")),
    *((n, "json") for n in ("additional_images", "metafields", "custom_attributes")),
    *(("has_image", "bool"), ("quality", "int64"), ("version", "int64")),
    *(("created_at", "time"), ("updated_at", "time")),
)


def _type(kind: str) -> pa.DataType:
    import pyarrow as pa

    kinds = {
        "int64": pa.int64(),
        "double": pa.float64(),
        "bool": pa.bool_(),
        "money": pa.decimal128(14, 2),
        "time": pa.timestamp("s", tz="UTC"),
    }
    return kinds.get(kind, pa.string())


def _product_rows(
    pages: Iterator[list[Item]], links: Links, told: Told
) -> Iterator[Row]:
    take = [_taken(name, kind) for name, kind in _PRODUCT_COLUMNS]
    for page in pages:
        for item in page:
            yield tuple(get(item) for get in take)


def _taken(name: str, kind: str) -> Callable[[Item], Any]:
    field = "image_url" if name == "featured_image_url" else name
    if kind == "json":
        return lambda item: _json(getattr(item, field))
    if kind == "time":
        return lambda item: _time(getattr(item, field))
    return lambda item: getattr(item, field)


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _time(text: str) -> object:
    return datetime.fromisoformat(text) if text else None


def _shop_rows(pages: Iterator[list[Item]], links: Links, told: Told) -> Iterator[Row]:
    for group in group_items(pages):
        yield from shopify.rows_of(group, links)


def _google_rows(
    pages: Iterator[list[Item]], links: Links, told: Told
) -> Iterator[Row]:
    for group in group_items(pages):
        wanted = [item for item in group if google.is_wanted(item)]
        for item in wanted:
            found = google.attributes_of(item, links, is_one_of_several=len(wanted) > 1)
            lacking = google.lacks(item, found)
            for one in lacking:
                told(one)
            if not lacking:
                yield tuple(found.get(name) for name in google.ATTRIBUTES)


SHAPES = {
    shape.name: shape
    for shape in (
        Shape(
            name="catalogue.products",
            summary="Products, a row each, with every field.",
            columns=_PRODUCT_COLUMNS,
            statement=in_order,
            rows=_product_rows,
        ),
        Shape(
            name="catalogue.shopify",
            summary="Products as Shopify reads them: variants and pictures on rows.",
            columns=tuple((name, "string") for name in shopify.HEADERS),
            statement=by_handle,
            rows=_shop_rows,
        ),
        Shape(
            name="catalogue.google",
            summary="Products for sale as Google Merchant reads them.",
            columns=tuple((name, "string") for name in google.ATTRIBUTES),
            statement=by_handle,
            rows=_google_rows,
        ),
    )
}
"""By the name that exports know them by."""
