"""What products are asked for, from the query."""

from __future__ import annotations

from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from entrepot.base.errors import Invalid
from entrepot.catalogue.finding import SORTS, ProductQuery
from entrepot.catalogue.serving.spec import Asked

SortBy = Literal[SORTS]  # type: ignore[valid-type]  # the names that finding sorts by
PAGE = 50
"""Products of a page, where nothing is said."""
Text = Annotated[str, Meta(max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsQuery:
    """Paging and filters; without any of them the bare list is answered."""

    page: (
        Annotated[int, Meta(ge=1, le=1_000_000, description="Counted from 1.")] | None
    ) = None
    per_page: Annotated[int, Meta(ge=1, le=1_000)] | None = None
    limit: (
        Annotated[int, Meta(ge=1, le=1_000, description="Products a page.")] | None
    ) = None
    cursor: (
        Annotated[Text, Meta(description="From `page.next` of the page before.")] | None
    ) = None
    q: Annotated[Text, Meta(description="Words to look for.")] | None = None
    brand: list[Text] = field(default_factory=list)
    status: list[Text] = field(default_factory=list)
    category_id: (
        Annotated[int, Meta(ge=1, description="This one, and those below it.")] | None
    ) = None
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    has_image: bool | None = None
    low_stock: bool | None = None
    stock: Literal["in", "low", "out"] | None = None
    quality_from: Annotated[int, Meta(ge=0, le=100)] | None = None
    quality_to: Annotated[int, Meta(ge=0, le=100)] | None = None
    lost_rule: Text | None = None
    synced: bool | None = None
    sort_by: SortBy | None = None
    sort_order: Literal["asc", "desc"] | None = None
    fields: (
        Annotated[Text, Meta(description="Only these members, separated by commas.")]
        | None
    ) = None

    @property
    def size(self) -> int:
        """Return how many products a page has."""
        return self.per_page or self.limit or PAGE

    @property
    def is_plain(self) -> bool:
        """Tell whether the order is by id, and nothing but words is looked for."""
        if self.sort_by not in (None, "id") or self.sort_order == "desc":
            return False
        return all(getattr(self, name) in (None, []) for name in _FILTERS)


PARAMETERS = tuple(one.name for one in fields_of(ProductsQuery))
_PLAIN = {"page", "per_page", "limit", "cursor", "q", "sort_by", "sort_order"}
_FILTERS = tuple(name for name in PARAMETERS if name not in _PLAIN)


def read_asked(query: ProductsQuery) -> Asked:
    """Return what is asked of a plain list.

    Raises:
        Invalid: The cursor is none of ours.
    """
    after = 0
    if query.cursor is not None:
        if not (query.cursor.isascii() and query.cursor.isdecimal()):
            raise Invalid(
                f"cursor: {query.cursor!r} is no place in this list",
                hint="take it from page.next of the page before",
            )
        after = min(int(query.cursor), (1 << 63) - 1)
    offset = (query.page - 1) * query.size if query.page else 0
    return Asked(limit=query.size, after=after, offset=offset, q=query.q or "")


def read_wanted(query: ProductsQuery, *, is_public: bool) -> ProductQuery:
    """Return what is looked for among our own products.

    Raises:
        Invalid: A price is no number.
    """
    for price in (query.price_from, query.price_to):
        if price is not None and not price.is_finite():
            raise Invalid(f"price_from and price_to are numbers, not {price}")
    return ProductQuery(
        q=query.q or "",
        brand=tuple(query.brand),
        status=tuple(query.status),
        category_id=query.category_id,
        price_from=query.price_from,
        price_to=query.price_to,
        has_image=query.has_image,
        low_stock=query.low_stock,
        stock=query.stock,
        quality_from=query.quality_from,
        quality_to=query.quality_to,
        lost_rule=query.lost_rule,
        synced=query.synced,
        is_public=is_public,
        sort=query.sort_by,
        order=query.sort_order or "asc",
        limit=query.size,
        cursor=query.cursor,
        page=query.page,
        fields=tuple((query.fields or "").split(",")) if query.fields else (),
        with_total=query.page is not None,
    )
