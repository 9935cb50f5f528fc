"""How each field of a product stands in a form: its label, its section, its help."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.catalogue.fields import FIELDS, Field
from entrepot.catalogue.words import PRODUCT_STATUSES


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that stand together; `key` is its anchor."""

    key: str
    title: str
    names: tuple[str, ...]


SECTIONS = (
    Section(
        "basics",
        "What it is",
        (
            "name",
            "sku",
            "brand",
            "category_id",
            "status",
            "is_active",
            "short_description",
            "description",
        ),
    ),
    Section(
        "identifiers",
        "Identifiers",
        ("upc", "manufacturer", "manufacturer_part_number"),
    ),
    Section("price", "Price", ("price", "currency", "compare_at_price", "cost_price")),
    Section(
        "stock",
        "Stock",
        (
            "inventory_quantity",
            "track_inventory",
            "continue_selling_when_out_of_stock",
        ),
    ),
    Section(
        "measures",
        "Weight and size",
        ("weight", "weight_unit", "length", "width", "height", "dimension_unit"),
    ),
    Section("search", "For search engines", ("seo_title", "seo_description")),
    Section(
        "shop",
        "In the shop",
        ("shopify_handle", "shopify_product_id", "shopify_variant_id"),
    ),
    Section(
        "pictures",
        "Addresses of pictures",
        ("featured_image_url", "additional_images"),
    ),
    Section("more", "Further facts", ("custom_attributes", "metafields")),
)
"""Every field in one of them, in the order of the page."""

LABELS = {
    "sku": "SKU",
    "upc": "GTIN",
    "category_id": "Category",
    "is_active": "Offered",
    "inventory_quantity": "In stock",
    "track_inventory": "Stock is counted",
    "continue_selling_when_out_of_stock": "Sold on when out of stock",
    "compare_at_price": "Price before",
    "cost_price": "Cost",
    "manufacturer_part_number": "Part number",
    "seo_title": "Search title",
    "seo_description": "Search description",
    "shopify_handle": "Shop handle",
    "shopify_product_id": "Shop product id",
    "shopify_variant_id": "Shop variant id",
    "featured_image_url": "First picture",
    "additional_images": "More pictures",
    "custom_attributes": "Attributes",
}

HELPS = {
    "upc": "8, 12, 13 or 14 digits; zeros in front stay",
    "price": "With a point, such as 12.90",
    "currency": "Three letters, such as EUR",
    "additional_images": "One address a line",
    "custom_attributes": "One a line, such as colour: blue",
    "metafields": "JSON, by namespace",
    "status": "Only active products are seen from outside",
    "is_active": "Products that are not offered are seen by people who sign in",
}

LONG = {"description", "short_description", "seo_description", "additional_images"}
LONG |= {"custom_attributes", "metafields"}
"""Fields that have more than one line."""

WIDE = LONG | {"name", "seo_title", "featured_image_url"}
"""Fields that take a line of their own."""

CHOICES = {"status": PRODUCT_STATUSES}


def label_of(name: str) -> str:
    """Return a field's name for people; one of another room's stays as it is."""
    words = name.replace("_", " ")
    return LABELS.get(name, words[:1].upper() + words[1:])


def field_of(name: str) -> Field:
    """Return a field that stands in the form."""
    return FIELDS[name]
