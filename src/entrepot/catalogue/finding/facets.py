"""How the products that were found are spread over brands, states, prices and more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from entrepot.base.errors import UnknownName
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.documents.claims import P
from entrepot.catalogue.finding.conditions import FOUND, D, conditions, reads_document
from entrepot.catalogue.finding.remembering import remember
from entrepot.catalogue.finding.searching import seek
from entrepot.catalogue.finding.spec import FACETS, FacetName, ProductQuery
from entrepot.catalogue.tree import paths

PRICES = (0, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""Where the ranges of prices begin."""
Counts = list[tuple[Any, int]]
BAND = 20
"""Points of a band of quality; the last one has 100 as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value, and how many products have it.

    Attributes:
        value: As the filter takes it: `10-19.99` for a range of prices or quality, the
            id of a category as text.
        label: For people.
    """

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """The values of one facet, under all the other filters.

    Attributes:
        more: Values that are not listed.
    """

    name: FacetName
    values: tuple[FacetValue, ...]
    more: int = 0


def list_facets(
    session: Session,
    wanted: ProductQuery,
    names: Sequence[FacetName] = FACETS,
    *,
    limit: int = 20,
) -> list[Facet]:
    """Return the facets in the order asked for, each with its commonest values.

    Categories are those right below the one asked for, or the roots, each with all
    below it.

    Raises:
        NotThere: There is no such category.
        UnknownName: There is no such facet.
    """
    for name in names:
        if name not in FACETS:
            raise UnknownName("facet", name, list(FACETS))
    plain = replace(wanted, **_PAGING)
    make = partial(_count, session, plain)
    counted = remember(session, (plain, tuple(names)), lambda: make(names))
    return [
        Facet(
            name=name,
            values=tuple(counted[name][:limit]),
            more=max(0, len(counted[name]) - limit),
        )
        for name in names
    ]


def _count(
    session: Session, wanted: ProductQuery, names: Sequence[FacetName]
) -> dict[FacetName, list[FacetValue]]:
    """Count the facets; those without a filter of their own in one look."""
    sought = seek(session, wanted.q)
    shared = conditions(session, wanted, sought)
    alone = [
        name
        for name in names
        if len(conditions(session, wanted, sought, without=(name,))) < len(shared)
    ]
    together = [name for name in names if name not in alone]
    counts = _group(session, wanted, shared, together) if together else {}
    for name in alone:
        met = conditions(session, wanted, sought, without=(name,))
        counts |= _group(session, wanted, met, [name])
    return {name: _values(session, wanted, name, counts[name]) for name in names}


def _group(
    session: Session,
    wanted: ProductQuery,
    met: Sequence[ColumnElement[bool]],
    names: Sequence[FacetName],
) -> dict[FacetName, Counts]:
    """Read the products once, and count what each facet makes of them."""
    is_wide = {"has_image", "quality"} & set(names) or reads_document(wanted)
    groups = [cast(_GROUPS[name](wanted), Text).label(name) for name in names]
    found = select(*groups).select_from(FOUND if is_wide else P).where(*met)
    narrow = found.cte("found")
    parts = [
        select(literal(name), narrow.c[name], func.count())
        .select_from(narrow)
        .group_by(narrow.c[name])
        for name in names
    ]
    # Made once because it is read more than once, on both databases.
    counts: dict[FacetName, Counts] = {name: [] for name in names}
    for name, value, count in session.execute(union_all(*parts)):
        if value is not None:
            counts[name].append((_READ.get(name, str)(value), count))
    return counts


def _values(
    session: Session, wanted: ProductQuery, name: FacetName, counts: Counts
) -> list[FacetValue]:
    if name == "category":
        return _list_categories(session, wanted, dict(counts))
    if name in ("price", "quality", "stock"):
        counts = sorted(counts)
    else:
        counts = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    return [_LABELS[name](value, number) for value, number in counts]


def _list_categories(
    session: Session, wanted: ProductQuery, counts: dict[int, int]
) -> list[FacetValue]:
    """Add the counts up into the categories right below the one asked for."""
    above = wanted.category_id
    parents = select(Category).where(Category.parent_id == above)
    found = select(Category.id, Category.path).where(Category.id.in_(list(counts)))
    sums: dict[int, int] = {}
    for category_id, path in session.execute(found):
        for one in paths.ids_of(path or ""):
            sums[one] = sums.get(one, 0) + counts[category_id]
    values = [
        FacetValue(value=str(c.id), label=c.name, count=sums[c.id])
        for c in session.scalars(parents.order_by(Category.sort_order, Category.name))
        if c.id in sums
    ]
    return sorted(values, key=lambda value: -value.count)


def _price_group(wanted: ProductQuery) -> Any:
    steps = [(P.c.price >= least, least) for least in reversed(PRICES)]
    return case(*steps, else_=0)


def _stock_group(wanted: ProductQuery) -> Any:
    is_out = and_(P.c.track_inventory, P.c.inventory_quantity <= 0)
    few = P.c.inventory_quantity <= wanted.low_stock_at
    return case((is_out, 2), (and_(P.c.track_inventory, few), 1), else_=0)


def _quality_group(wanted: ProductQuery) -> Any:
    last = 100 // BAND - 1
    return case((D.c.quality >= last * BAND, last), else_=D.c.quality // BAND)


_PAGING: dict[str, Any] = {
    "sort": None,
    "order": "asc",
    "limit": 1,
    "cursor": None,
    "page": None,
    "fields": (),
    "with_total": False,
}
"""What makes no difference to facets."""

_READ: dict[FacetName, Callable[[str], Any]] = {
    "category": int,
    "price": int,
    "stock": int,
    "quality": int,
    "has_image": lambda text: text in ("1", "true"),
}
"""How a group's value is read; the others are texts."""

_GROUPS: dict[FacetName, Callable[[ProductQuery], Any]] = {
    "brand": lambda _: func.coalesce(P.c.brand, ""),
    "status": lambda _: P.c.status,
    "category": lambda _: P.c.category_id,
    "price": _price_group,
    "has_image": lambda _: D.c.has_image,
    "stock": _stock_group,
    "quality": _quality_group,
}


def _plain(value: Any, count: int) -> FacetValue:
    return FacetValue(value=str(value), label=str(value) or "None", count=count)


def _price(least: Any, count: int) -> FacetValue:
    at = PRICES.index(int(least))
    if at == len(PRICES) - 1:
        return FacetValue(value=f"{least}-", label=f"{least:,} and more", count=count)
    most = PRICES[at + 1]
    value = f"{least}-{most - 1}.99"
    return FacetValue(value=value, label=f"{least:,} to {most:,}", count=count)


def _image(has_image: Any, count: int) -> FacetValue:
    label = "Has an image" if has_image else "No image"
    return FacetValue(value=str(bool(has_image)).lower(), label=label, count=count)


def _stock(place: Any, count: int) -> FacetValue:
    value, label = (("in", "In stock"), ("low", "Low"), ("out", "Sold out"))[place]
    return FacetValue(value=value, label=label, count=count)


def _quality(band: Any, count: int) -> FacetValue:
    least = int(band) * BAND
    most = 100 if least + BAND == 100 else least + BAND - 1
    return FacetValue(value=f"{least}-{most}", label=f"{least} to {most}", count=count)


_LABELS: dict[FacetName, Callable[[Any, int], FacetValue]] = {
    "brand": _plain,
    "status": _plain,
    "price": _price,
    "has_image": _image,
    "stock": _stock,
    "quality": _quality,
}
