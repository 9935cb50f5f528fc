"""Attributes of Google's product feeds; a product that lacks one is told with it."""

# https://support.google.com/merchants/answer/7052112

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from html import unescape

from entrepot.catalogue.gtin import is_gtin
from entrepot.catalogue.outbound import settings as knobs
from entrepot.catalogue.outbound.items import Item
from entrepot.catalogue.outbound.links import Links

ATTRIBUTES = (
    "id", "title", "description", "link", "image_link", "additional_image_link",
    "availability", "price", "sale_price", "brand", "gtin", "mpn",
    "identifier_exists", "condition", "product_type", "google_product_category",
    "item_group_id", "shipping_weight",
)  # fmt: skip

ID_CHARACTERS, TITLE_CHARACTERS, DESCRIPTION_CHARACTERS = 50, 150, 5_000
MOST_PICTURES = 10

_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """A product that is left out, and why.

    Attributes:
        attribute: What the feed must have of it.
        field: Of the product, which gives it.
    """

    product_id: int
    sku: str
    name: str
    attribute: str
    field: str
    reason: str


def is_wanted(item: Item) -> bool:
    """Tell whether a product is for sale, so that the feed is to have it."""
    return item.is_active and item.status in ("active", "synced")


def attributes_of(
    item: Item, links: Links, *, is_one_of_several: bool
) -> dict[str, str]:
    """Return a product's attributes; those that it does not have are left out."""
    pictures = [picture.url for picture in links.pictures_of(item)]
    gtin = item.upc if item.upc and is_gtin(item.upc) else ""
    mpn = item.manufacturer_part_number or ""
    brand = item.brand or item.manufacturer or ""
    own = item.attributes
    found = {
        "id": item.sku,
        "title": _cut(plain_text(item.name), TITLE_CHARACTERS),
        "description": _cut(_description(item), DESCRIPTION_CHARACTERS),
        "link": links.page_of(item),
        "image_link": pictures[0] if pictures else "",
        "additional_image_link": ",".join(pictures[1 : MOST_PICTURES + 1]),
        "availability": _availability(item),
        **_prices(item),
        "brand": brand,
        "gtin": gtin,
        "mpn": mpn,
        "identifier_exists": "" if gtin or (brand and mpn) else "no",
        "condition": str(own.get("condition") or "new"),
        "product_type": item.category_path or "",
        "google_product_category": str(own.get("google_product_category") or ""),
        "item_group_id": item.handle[:50] if is_one_of_several else "",
        "shipping_weight": _weight(item),
    }
    return {name: value for name, value in found.items() if value}


def lacks(item: Item, found: dict[str, str]) -> list[Lacking]:
    """Return what a product lacks of what the feed must have; empty for nothing."""
    wrong: list[tuple[str, str, str]] = []
    if len(item.sku) > ID_CHARACTERS:
        wrong.append(("id", "sku", f"longer than {ID_CHARACTERS} characters"))
    if "description" not in found:
        wrong.append(("description", "description", "it has no description"))
    if "link" not in found:
        reason = f"{knobs.SHOP_URL.variable} does not say where it is sold"
        wrong.append(("link", "custom_attributes.link", reason))
    if "image_link" not in found:
        reason = "it has no picture that can be reached from outside"
        if item.kept:
            reason += f": set {knobs.PICTURES_URL.variable}"
        wrong.append(("image_link", "featured_image_url", reason))
    if item.price <= 0:
        wrong.append(("price", "price", "its price is 0"))
    return [
        Lacking(
            product_id=item.id,
            sku=item.sku,
            name=item.name,
            attribute=attribute,
            field=field,
            reason=reason,
        )
        for attribute, field, reason in wrong
    ]


def plain_text(text: str) -> str:
    """Return a text without tags, entities and runs of blanks."""
    return _SPACE.sub(" ", unescape(_TAG.sub(" ", text))).strip()


def _description(item: Item) -> str:
    texts = (item.description, item.short_description, item.seo_description)
    return next((plain for text in texts if (plain := plain_text(text or ""))), "")


def _availability(item: Item) -> str:
    if not item.track_inventory or (item.inventory_quantity or 0) > 0:
        return "in_stock"
    goes_on = item.continue_selling_when_out_of_stock
    return "backorder" if goes_on else "out_of_stock"


def _prices(item: Item) -> dict[str, str]:
    """Return the price; where it was higher before, that, and this as the sale's."""
    before = item.compare_at_price
    if before is not None and before > item.price:
        return {
            "price": _money(before, item.currency),
            "sale_price": _money(item.price, item.currency),
        }
    return {"price": _money(item.price, item.currency)}


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:.2f} {currency}"


def _weight(item: Item) -> str:
    unit = (item.weight_unit or "").lower()
    if item.weight is None or unit not in ("g", "kg", "lb", "oz"):
        return ""
    return f"{item.weight:g} {unit}"


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip() + "…"
