"""The fields of a product that people and feeds write: kinds and bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "money", "number", "integer", "boolean", "word", "list", "object"
]
"""`word` is one of a few; `list` and `object` are JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field, by its column's name.

    Attributes:
        characters: The most a text may have; None where it has no such bound.
        is_required: A product cannot be without it.
    """

    name: str
    kind: Kind
    characters: int | None = None
    is_required: bool = False


def _texts(*named: tuple[str, int | None]) -> tuple[Field, ...]:
    return tuple(Field(name=n, kind="text", characters=size) for n, size in named)


_ALL = (
    Field(name="sku", kind="text", characters=100, is_required=True),
    Field(name="name", kind="text", characters=500, is_required=True),
    *_texts(("description", None), ("short_description", None)),
    Field(name="price", kind="money", is_required=True),
    Field(name="compare_at_price", kind="money"),
    Field(name="cost_price", kind="money"),
    Field(name="currency", kind="text", characters=3, is_required=True),
    *_texts(
        ("brand", 200),
        ("manufacturer", 200),
        ("manufacturer_part_number", 200),
        ("upc", 20),
    ),
    Field(name="weight", kind="number"),
    Field(name="weight_unit", kind="text", characters=10),
    Field(name="length", kind="number"),
    Field(name="width", kind="number"),
    Field(name="height", kind="number"),
    Field(name="dimension_unit", kind="text", characters=10),
    Field(name="inventory_quantity", kind="integer", is_required=True),
    Field(name="track_inventory", kind="boolean", is_required=True),
    Field(name="continue_selling_when_out_of_stock", kind="boolean", is_required=True),
    *_texts(("seo_title", 255), ("seo_description", None)),
    Field(name="status", kind="word", characters=20, is_required=True),
    Field(name="is_active", kind="boolean", is_required=True),
    Field(name="category_id", kind="integer"),
    *_texts(
        ("shopify_product_id", 50),
        ("shopify_variant_id", 50),
        ("shopify_handle", 255),
        ("featured_image_url", 1000),
    ),
    Field(name="additional_images", kind="list"),
    Field(name="metafields", kind="object"),
    Field(name="custom_attributes", kind="object"),
)

FIELDS = {field.name: field for field in _ALL}
"""In the order in which they are shown and written."""
