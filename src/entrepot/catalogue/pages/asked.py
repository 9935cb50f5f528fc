"""Which products an address of the catalogue means, and the addresses beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, cast, get_args
from urllib.parse import urlencode

from msgspec import Meta

from entrepot.base.errors import Invalid, UnknownName
from entrepot.catalogue import SORTS, ProductQuery
from entrepot.catalogue.finding.spec import Sort, Stock

View = Literal["rows", "cards"]
Text = Annotated[str, Meta(max_length=500)]
Texts = Annotated[tuple[Text, ...], Meta(max_length=100)]

PAGE_ROWS = (25, 50, 100, 250)
USUAL_ROWS = 50
MOST_PICKED = 1_000
FILTERS = (
    "q",
    "brand",
    "status",
    "category_id",
    "price_from",
    "price_to",
    "has_image",
    "stock",
    "quality_from",
    "quality_to",
    "lost_rule",
    "synced",
    "ids",
)
"""What narrows; all else is how it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The query string of the catalogue's pages; an empty text asks for nothing.

    Attributes:
        brand: Any of these; a dash alone means products without.
        ids: Numbers with commas between.
        sort: One of `SORTS`; with a minus before it the highest come first.
        columns: Names of `COLUMNS` in order; the usual ones when empty.
        first: The number of the first product on the page, counted from 1.
        facets: `none` leaves them out.
        changed: So many products were changed just now.
    """

    q: Text = ""
    brand: Texts = ()
    status: Texts = ()
    category_id: Text = ""
    price_from: Text = ""
    price_to: Text = ""
    has_image: Text = ""
    stock: Text = ""
    quality_from: Text = ""
    quality_to: Text = ""
    lost_rule: Text = ""
    synced: Text = ""
    ids: Annotated[str, Meta(max_length=20_000)] = ""
    sort: Text = ""
    limit: Annotated[int, Meta(ge=1, le=1_000)] = USUAL_ROWS
    cursor: Annotated[str, Meta(max_length=2_000)] = ""
    columns: Texts = ()
    view: View = "rows"
    first: Annotated[int, Meta(ge=1, le=1_000_000_000)] = 1
    facets: Text = ""
    changed: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0

    def with_(self, **changes: object) -> str:
        """Return the query string with some things different, from the first page."""
        moved = {"cursor": "", "first": 1, "changed": 0} | changes
        return _encode(replace(self, **moved))  # type: ignore[arg-type]  # names and types are the templates'

    def next(self, cursor: str) -> str:
        """Return the query string of the page after this one."""
        return self.with_(cursor=cursor, first=self.first + self.limit)

    def kept(self, *left_out: str) -> list[tuple[str, str]]:
        """Return names and values for the hidden fields of a form."""
        begun = replace(self, cursor="", first=1, changed=0)
        return [pair for pair in _pairs(begun) if pair[0] not in left_out]

    @property
    def sorted_by(self) -> str:
        """Return what the products are sorted by; empty for the usual."""
        return self.sort.removeprefix("-")

    @property
    def is_down(self) -> bool:
        """Tell whether the highest come first."""
        return self.sort.startswith("-")

    @property
    def is_filtered(self) -> bool:
        """Tell whether some products are left out."""
        return any(getattr(self, name) for name in FILTERS)

    @property
    def filters(self) -> list[tuple[str, str]]:
        """Return what narrows, as names and values of a query string."""
        return [pair for pair in _pairs(self) if pair[0] in FILTERS]

    def cleared(self) -> str:
        """Return the query string without what narrows."""
        usual = Asked()
        return self.with_(**{name: getattr(usual, name) for name in FILTERS})


def product_query(asked: Asked) -> ProductQuery:
    """Return the products that an address means.

    Raises:
        Invalid: A value is none of its kind.
        UnknownName: There is no such sort, order or stock.
    """
    return ProductQuery(
        q=asked.q.strip(),
        brand=tuple("" if brand == "-" else brand for brand in asked.brand if brand),
        status=tuple(status for status in asked.status if status),
        category_id=_whole("category_id", asked.category_id),
        price_from=_amount("price_from", asked.price_from),
        price_to=_amount("price_to", asked.price_to),
        has_image=_claim("has_image", asked.has_image),
        stock=cast("Stock | None", _one("stock", asked.stock, get_args(Stock))),
        quality_from=_whole("quality_from", asked.quality_from),
        quality_to=_whole("quality_to", asked.quality_to),
        lost_rule=asked.lost_rule or None,
        synced=_claim("synced", asked.synced),
        ids=_ids(asked.ids),
        sort=cast("Sort | None", _one("sort", asked.sorted_by, SORTS)),
        order="desc" if asked.is_down else "asc",
        limit=asked.limit,
        cursor=asked.cursor or None,
    )


def _pairs(asked: Asked) -> Iterator[tuple[str, str]]:
    usual = Asked()
    for field in fields(asked):
        value = getattr(asked, field.name)
        if isinstance(value, tuple):
            yield from ((field.name, str(one)) for one in value if one != "")
        elif value != getattr(usual, field.name):
            yield field.name, str(value)


def _encode(asked: Asked) -> str:
    return urlencode(list(_pairs(asked)))


def _whole(name: str, text: str) -> int | None:
    said = text.strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit()) or len(said) > 9:
        raise Invalid(f"{name}: {text[:50]!r} is not a whole number, 0 or more")
    return int(said)


def _amount(name: str, text: str) -> Decimal | None:
    said = text.strip()
    if not said:
        return None
    try:
        found = Decimal(said)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= 10**12:
        raise Invalid(f"{name}: {text[:50]!r} is not an amount; write it as 12.90")
    return found


def _claim(name: str, text: str) -> bool | None:
    said = _one(name, text, ("true", "false"))
    return None if said is None else said == "true"


def _one(name: str, text: str, words: Iterable[str]) -> str | None:
    known = list(words)
    if text and text not in known:
        raise UnknownName(name, text, known)
    return text or None


def _ids(text: str) -> tuple[int, ...] | None:
    if not text.strip(", "):
        return None
    found = [_whole("ids", part) for part in text.split(",") if part.strip()]
    if len(found) > MOST_PICKED:
        raise Invalid(f"ids: {len(found):,} numbers; at most {MOST_PICKED:,}")
    return tuple(one for one in found if one is not None)
