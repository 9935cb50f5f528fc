"""What products can be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Sort = Literal[
    "id",
    "sku",
    "name",
    "brand",
    "price",
    "status",
    "inventory_quantity",
    "quality",
    "created_at",
    "updated_at",
    "relevance",
]
SORTS: tuple[Sort, ...] = Sort.__args__  # type: ignore[attr-defined]  # a Literal has it

FacetName = Literal[
    "brand", "status", "category", "price", "has_image", "stock", "quality"
]
FACETS: tuple[FacetName, ...] = FacetName.__args__  # type: ignore[attr-defined]  # as above

Stock = Literal["in", "low", "out"]
LOW_STOCK = 5
"""At most so many left is low, where nothing else is said."""

MOST_PER_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductQuery:
    """What the products have in common, and which of them; None asks for nothing.

    Attributes:
        q: Words; each is the beginning of one in SKU, name, brand or the other texts.
        brand: Any of these; an empty one means products without.
        status: Any of these.
        category_id: The category, or one below it.
        has_image: Has a picture that is kept here, or the address of one.
        low_stock: Counts its stock, and has at most `low_stock_at`.
        stock: One of the stock facet's three.
        lost_rule: Does not meet this rule of quality.
        synced: Is in the shop.
        ids: Only these.
        is_public: Only what everybody may see: active, and no draft.
        limit: Products a page, 1 to 1,000.
        cursor: `DocumentPage.next` of the page before.
        page: Counted from 1, instead of a cursor.
        fields: Only these members of the documents; none means all.
        with_total: Count them all as well.
    """

    q: str = ""
    brand: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    category_id: int | None = None
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    has_image: bool | None = None
    low_stock: bool | None = None
    low_stock_at: int = LOW_STOCK
    stock: Stock | None = None
    quality_from: int | None = None
    quality_to: int | None = None
    lost_rule: str | None = None
    synced: bool | None = None
    ids: tuple[int, ...] | None = None
    is_public: bool = False
    sort: Sort | None = None
    order: Literal["asc", "desc"] = "asc"
    limit: int = 50
    cursor: str | None = None
    page: int | None = None
    fields: tuple[str, ...] = ()
    with_total: bool = True
