"""The rules of quality as SQL, and the score they add up to; `p` is the product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal_column,
)

from entrepot.catalogue.documents.quality import Rule, Test
from entrepot.catalogue.fields import FIELDS
from entrepot.catalogue.gtin import LENGTHS
from entrepot.catalogue.product_models import Product

P = Product.__table__.alias("p")
"""The product, in every statement of this package."""

HAS_IMAGE: ColumnElement[bool] = literal_column(
    "(coalesce(p.featured_image_url, '') <> '' OR EXISTS (SELECT 1 FROM "
    "product_images i WHERE i.product_id = p.id AND i.is_active "
    "AND i.state || '' = 'kept'))"
)
"""Has the address of a picture, or one that is kept here.

With the bare `state` SQLite would read its index, so all pictures for each product.
"""

IMAGE_URL_TEXT = (
    "coalesce(nullif(p.featured_image_url, ''), "
    "(SELECT '/images/' || i.file_hash || '/full.webp' FROM product_images i "
    "WHERE i.product_id = p.id AND i.is_active AND i.state || '' = 'kept' "
    "AND i.file_hash IS NOT NULL "
    "ORDER BY i.is_featured DESC, i.sort_order, i.id LIMIT 1), p.featured_image_url)"
)
"""The address of a product's picture: the given one, or else of one kept here, the
featured one before the first."""

IMAGE_URL: ColumnElement[str] = literal_column(IMAGE_URL_TEXT)


def score(rules: tuple[Rule, ...]) -> ColumnElement[int]:
    """Return the points of a product, 0 to 100, rounded to the nearest."""
    whole = sum(rule.weight for rule in rules)
    kept: Any = 0
    for rule in rules:
        kept = case((meets(rule), rule.weight), else_=0) + kept
    rounded: ColumnElement[int] = (kept * 200 + whole) // (2 * whole)
    return rounded


def meets(rule: Rule) -> ColumnElement[bool]:
    """Return the condition that a product meets a rule; it is never NULL."""
    return func.coalesce(_TESTS[rule.test](rule, P.c[rule.field]), false())


def _present(rule: Rule, column: Any) -> ColumnElement[bool]:
    kind = FIELDS[rule.field].kind
    if kind in ("list", "object"):
        return cast(column, Text).not_in(["[]", "{}", "null"])
    is_text = kind in ("text", "word")
    return func.trim(column) != "" if is_text else column.is_not(None)


def _min_length(rule: Rule, column: Any) -> ColumnElement[bool]:
    return func.length(func.trim(column)) >= rule.at_least


def _positive(rule: Rule, column: Any) -> ColumnElement[bool]:
    return column > 0  # type: ignore[no-any-return]  # a column's own


def _at_least(rule: Rule, column: Any) -> ColumnElement[bool]:
    return column >= rule.at_least  # type: ignore[no-any-return]  # as above


def _one_of(rule: Rule, column: Any) -> ColumnElement[bool]:
    return column.in_(rule.words)  # type: ignore[no-any-return]  # a column's own


def _has_image(rule: Rule, column: Any) -> ColumnElement[bool]:
    return HAS_IMAGE


def _gtin(rule: Rule, column: Any) -> ColumnElement[bool]:
    number: Any = cast(column, BigInteger)
    total: Any = literal_column("0")
    for place in range(max(LENGTHS)):
        digit = number // 10**place % 10
        total = total + (digit * 3 if place % 2 else digit)
    looks = and_(
        func.length(column).in_(LENGTHS), func.ltrim(column, "0123456789") == ""
    )
    return case((looks, total % 10 == 0), else_=false())


_TESTS: dict[Test, Callable[[Rule, Any], ColumnElement[bool]]] = {
    "present": _present,
    "min_length": _min_length,
    "positive": _positive,
    "at_least": _at_least,
    "one_of": _one_of,
    "gtin": _gtin,
    "has_image": _has_image,
}
