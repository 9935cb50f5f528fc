"""What each filter of a query means in SQL."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from entrepot.base.entities import check_word
from entrepot.base.errors import Invalid, UnknownName
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.documents.claims import P, meets
from entrepot.catalogue.documents.quality import list_rules
from entrepot.catalogue.documents.refreshing import DOCUMENTS
from entrepot.catalogue.finding.searching import Sought, matches
from entrepot.catalogue.finding.spec import FacetName, ProductQuery
from entrepot.catalogue.tree import paths
from entrepot.catalogue.tree.categories import get_category
from entrepot.catalogue.words import PRODUCT_STATUSES

D: Any = DOCUMENTS.alias("d")
"""The product's document, in every statement of this package; `P` is the product."""

FOUND = P.join(D, D.c.product_id == P.c.id)
PUBLIC_STATUSES = ("active", "synced")

Condition = ColumnElement[bool]
Filter = Callable[[Session, ProductQuery], Condition]


def conditions(
    session: Session,
    wanted: ProductQuery,
    sought: Sought | None,
    *,
    without: Collection[FacetName] = (),
) -> list[Condition]:
    """Return what a product has to meet.

    Args:
        without: Facets whose own filters do not count.

    Raises:
        Invalid: A filter cannot be so.
        NotThere: There is no such category.
        UnknownName: There is no such rule.
    """
    met = [
        make(session, wanted)
        for name, facet, make in _FILTERS
        if _is_asked(wanted, name) and facet not in without
    ]
    if sought is not None:
        met.append(matches(session, sought))
    return met


def reads_document(wanted: ProductQuery) -> bool:
    """Tell whether a filter is of the document's row, not of the product's alone."""
    return any(_is_asked(wanted, name) for name in _OF_DOCUMENTS)


def _is_asked(wanted: ProductQuery, name: str) -> bool:
    value = getattr(wanted, name)
    if name in ("brand", "status", "is_public"):
        return bool(value)
    return value is not None


def _brand(session: Session, wanted: ProductQuery) -> Condition:
    return func.coalesce(P.c.brand, "").in_(wanted.brand)


def _status(session: Session, wanted: ProductQuery) -> Condition:
    words = [check_word("status", word, PRODUCT_STATUSES) for word in wanted.status]
    return P.c.status.in_(words)


def _category(session: Session, wanted: ProductQuery) -> Condition:
    path = get_category(session, wanted.category_id or 0).path or ""
    return P.c.category_id.in_(select(Category.id).where(paths.below(path)))


def _has_image(session: Session, wanted: ProductQuery) -> Condition:
    found: Condition = D.c.has_image
    return found if wanted.has_image else ~found


def _is_low(wanted: ProductQuery) -> Condition:
    few: Condition = P.c.inventory_quantity <= wanted.low_stock_at
    return and_(P.c.track_inventory, few)


def _low_stock(session: Session, wanted: ProductQuery) -> Condition:
    return _is_low(wanted) if wanted.low_stock else ~_is_low(wanted)


def _stock(session: Session, wanted: ProductQuery) -> Condition:
    is_out: Condition = P.c.inventory_quantity <= 0
    if wanted.stock == "out":
        return and_(P.c.track_inventory, is_out)
    return and_(_is_low(wanted), ~is_out) if wanted.stock == "low" else ~_is_low(wanted)


def _lost_rule(session: Session, wanted: ProductQuery) -> Condition:
    rules = {rule.name: rule for rule in list_rules(session)}
    if wanted.lost_rule not in rules:
        raise UnknownName("rule", str(wanted.lost_rule), list(rules))
    return ~meets(rules[wanted.lost_rule])


def _synced(session: Session, wanted: ProductQuery) -> Condition:
    is_synced: Condition = P.c.shopify_product_id.is_not(None)
    return is_synced if wanted.synced else ~is_synced


def _ids(session: Session, wanted: ProductQuery) -> Condition:
    if len(wanted.ids or ()) > MOST_IDS:
        raise Invalid(f"at most {MOST_IDS} ids at once", hint="use a filter instead")
    return P.c.id.in_(wanted.ids or ())


def _public(session: Session, wanted: ProductQuery) -> Condition:
    return and_(P.c.is_active, or_(*(P.c.status == s for s in PUBLIC_STATUSES)))


MOST_IDS = 10_000
_OF_DOCUMENTS = ("has_image", "quality_from", "quality_to")
_FILTERS: tuple[tuple[str, FacetName | None, Filter], ...] = (
    ("brand", "brand", _brand),
    ("status", "status", _status),
    ("category_id", None, _category),
    ("price_from", "price", lambda _, w: P.c.price >= w.price_from),
    ("price_to", "price", lambda _, w: P.c.price <= w.price_to),
    ("has_image", "has_image", _has_image),
    ("low_stock", "stock", _low_stock),
    ("stock", "stock", _stock),
    ("quality_from", "quality", lambda _, w: D.c.quality >= w.quality_from),
    ("quality_to", "quality", lambda _, w: D.c.quality <= w.quality_to),
    ("lost_rule", None, _lost_rule),
    ("synced", None, _synced),
    ("ids", None, _ids),
    ("is_public", None, _public),
)
"""Of each filter: its field, the facet it belongs to, and what it means."""
