"""Words of these pages: states, kinds and fields as people call them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import Blueprint

from entrepot.feeds.states import ImportState

STATES: dict[ImportState, tuple[str, str]] = {
    "fetching": ("Being fetched", "info"),
    "uploaded": ("Arrived", ""),
    "inspected": ("To be mapped", ""),
    "previewing": ("Being compared", "info"),
    "previewed": ("Ready to apply", "warn"),
    "applying": ("Being written", "info"),
    "applied": ("Applied", "ok"),
    "unchanged": ("Nothing new", ""),
    "failed": ("Failed", "bad"),
    "cancelled": ("Cancelled", ""),
    "undoing": ("Being undone", "info"),
    "undone": ("Undone", ""),
}
"""What each state is called, and its tone."""

MISSINGS = {
    "keep": ("stay as they are", "Nothing happens to them"),
    "archive": ("are archived", "Their status becomes archived"),
    "deactivate": ("are taken off sale", "They become inactive"),
}
"""What becomes of products that a feed has no longer."""

EMPTIES = {
    "keep": ("leaves the field", "Only what the file has is written"),
    "clear": ("empties the field", "The value that is there is taken away"),
}
"""What an empty cell does."""

SHORT = {
    "upc": "UPC",
    "sku": "SKU",
    "id": "Id",
    "seo_title": "SEO title",
    "seo_description": "SEO description",
    "category_path": "Category",
    "category_id": "Category",
    "inventory_quantity": "Stock",
    "featured_image_url": "Picture",
    "additional_images": "More pictures",
    "manufacturer_part_number": "Part number",
    "custom_attributes": "Attributes of its own",
}

UNLIKELY_FACTOR = 5
"""A price that grows or falls by more than this looks wrong."""


def field_name(name: str) -> str:
    """Return `Compare at price` of `compare_at_price`, and what follows a dot."""
    head, dot, rest = name.partition(".")
    if dot:
        return rest
    return SHORT.get(head, head.replace("_", " ").capitalize())


def difference(old: str | None, new: str | None) -> str:
    """Return `+12.7 %` of two numbers; empty where there is nothing to compare."""
    before, after = _number(old), _number(new)
    if before is None or after is None or not before:
        return ""
    percent = (after - before) / abs(before) * 100
    text = f"{percent:+,.1f}" if abs(percent) < 100 else f"{percent:+,.0f}"
    return f"{text.replace('-', '−')} %"


def is_unlikely(old: str | None, new: str | None) -> bool:
    """Tell whether a price changed so much that somebody should look."""
    before, after = _number(old), _number(new)
    if before is None or after is None or before <= 0:
        return False
    return after > before * UNLIKELY_FACTOR or after * UNLIKELY_FACTOR < before


def _number(text: str | None) -> Decimal | None:
    try:
        found = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def install(bp: Blueprint) -> None:
    """Let every template use the words."""
    bp.add_app_template_filter(field_name)
