"""Rows of Shopify's product CSV: variants of a handle together, pictures after them."""

# The columns: https://help.shopify.com/manual/products/import-export/using-csv

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from entrepot.catalogue.outbound.items import Item
from entrepot.catalogue.outbound.links import Links, Picture
from entrepot.catalogue.outbound.options import Options, options_of

HEADERS = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Type", "Tags", "Published",
    "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value",
    "Option3 Name", "Option3 Value", "Variant SKU", "Variant Grams",
    "Variant Inventory Tracker", "Variant Inventory Qty", "Variant Inventory Policy",
    "Variant Fulfillment Service", "Variant Price", "Variant Compare At Price",
    "Variant Requires Shipping", "Variant Taxable", "Variant Barcode", "Image Src",
    "Image Position", "Image Alt Text", "Gift Card", "SEO Title", "SEO Description",
    "Google Shopping / MPN", "Variant Image", "Variant Weight Unit", "Cost per item",
    "Status",
)  # fmt: skip

GRAMS = {"g": 1.0, "kg": 1000.0, "lb": 453.59237, "oz": 28.349523125}
"""In one of each unit."""

STATUSES = {"active": "active", "synced": "active", "archived": "archived"}
"""Shopify's word for a status of ours; `draft` for the others."""

_TAKEN = frozenset(
    [*(re.sub(r"\W+", "_", name.lower()).strip("_") for name in HEADERS), "options"]
)
"""Attributes of these names would be taken for columns of their own."""

Row = dict[str, str]


def rows_of(group: list[Item], links: Links) -> Iterator[tuple[str | None, ...]]:
    """Yield the rows of the products of one handle, in the order of `HEADERS`."""
    told = options_of(group, taken=_TAKEN)
    rows = [_variant(item, options) for item, options in zip(group, told, strict=True)]
    first = group[0]
    rows[0] |= _product(first)
    urls: dict[str, Picture] = {}
    for item in group:
        for picture in links.pictures_of(item):
            urls.setdefault(picture.url, picture)
    for item, row in list(zip(group, rows, strict=True))[1:]:
        own = links.pictures_of(item)
        row["Variant Image"] = own[0].url if own else ""
    for position, picture in enumerate(urls.values(), 1):
        if position > 1:
            rows.append({"Handle": first.handle})
        at = rows[0] if position == 1 else rows[-1]
        at |= {"Image Src": picture.url, "Image Position": str(position)}
        at["Image Alt Text"] = picture.alt_text
    for row in rows:
        yield tuple(row.get(header) or None for header in HEADERS)


def _product(item: Item) -> Row:
    """Return what only the first row of a handle has."""
    return {
        "Title": item.name,
        "Body (HTML)": item.description or "",
        "Vendor": item.brand or "",
        "Type": item.category_path or "",
        "Tags": _tags(item),
        "Published": _truth(item.is_active),
        "Gift Card": "false",
        "SEO Title": item.seo_title or "",
        "SEO Description": item.seo_description or "",
        "Status": STATUSES.get(item.status, "draft"),
    }


def _variant(item: Item, options: Options) -> Row:
    goes_on = item.continue_selling_when_out_of_stock
    return {
        "Handle": item.handle,
        **_options(options),
        "Variant SKU": item.sku,
        "Variant Grams": _grams(item),
        "Variant Inventory Tracker": "shopify" if item.track_inventory else "",
        "Variant Inventory Qty": str(item.inventory_quantity or 0),
        "Variant Inventory Policy": "continue" if goes_on else "deny",
        "Variant Fulfillment Service": "manual",
        "Variant Price": _money(item.price),
        "Variant Compare At Price": _money(item.compare_at_price),
        "Variant Requires Shipping": "true",
        "Variant Taxable": "true",
        "Variant Barcode": item.upc or "",
        "Google Shopping / MPN": item.manufacturer_part_number or "",
        "Variant Weight Unit": item.weight_unit or "",
        "Cost per item": _money(item.cost_price),
    }


def _options(options: Options) -> Row:
    row: Row = {}
    for number, (name, value) in enumerate(options.items(), 1):
        row[f"Option{number} Name"] = name
        row[f"Option{number} Value"] = value
    return row


def _tags(item: Item) -> str:
    tags = item.attributes.get("tags")
    if isinstance(tags, list):
        return ", ".join(str(tag) for tag in tags)
    return str(tags) if tags else ""


def _grams(item: Item) -> str:
    if item.weight is None:
        return ""
    grams = item.weight * GRAMS.get((item.weight_unit or "kg").lower(), 1000.0)
    return f"{grams:.6f}".rstrip("0").rstrip(".")


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _truth(claim: bool) -> str:
    return "true" if claim else "false"
