"""The points that one product lost, told with field and rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.base.errors import NotThere
from entrepot.catalogue.documents.quality import LostPoint, Rule, Test, list_rules
from entrepot.catalogue.gtin import is_gtin
from entrepot.catalogue.product_models import Product, ProductImage


def list_lost_points(session: Session, product_id: int) -> list[LostPoint]:
    """Return what keeps a product from 100, the dearest first.

    Raises:
        NotThere: There is no such product.
    """
    product = session.get(Product, product_id)
    if product is None:
        raise NotThere("product", str(product_id), [])
    rules = list_rules(session)
    whole = sum(rule.weight for rule in rules)
    has_image = _has_image(session, product)
    return [
        LostPoint(
            rule=rule.name,
            field=rule.field,
            points=round(100 * rule.weight / whole, 1),
            advice=rule.advice,
        )
        for rule in sorted(rules, key=lambda rule: -rule.weight)
        if not meets(rule, getattr(product, rule.field), has_image=has_image)
    ]


def score(rules: tuple[Rule, ...], product: Product, *, has_image: bool) -> int:
    """Return the points of a product, 0 to 100, rounded to the nearest."""
    whole = sum(rule.weight for rule in rules)
    kept = sum(
        rule.weight
        for rule in rules
        if meets(rule, getattr(product, rule.field), has_image=has_image)
    )
    return (200 * kept + whole) // (2 * whole)


def meets(rule: Rule, value: Any, *, has_image: bool) -> bool:
    """Tell whether a value meets a rule; the same as the SQL of `claims`."""
    if rule.test == "has_image":
        return has_image
    return value is not None and _TESTS[rule.test](rule, value)


def _has_image(session: Session, product: Product) -> bool:
    kept = select(ProductImage.id).where(
        ProductImage.product_id == product.id,
        ProductImage.is_active,
        ProductImage.state == "kept",
    )
    return bool(product.featured_image_url) or session.scalar(kept.limit(1)) is not None


def _present(rule: Rule, value: Any) -> bool:
    if isinstance(value, str):
        return value.strip(" ") != ""
    return not isinstance(value, list | dict) or len(value) > 0


_TESTS: dict[Test, Callable[[Rule, Any], bool]] = {
    "present": _present,
    "min_length": lambda rule, value: len(value.strip(" ")) >= rule.at_least,
    "positive": lambda rule, value: value > 0,
    "at_least": lambda rule, value: value >= rule.at_least,
    "one_of": lambda rule, value: value in rule.words,
    "gtin": lambda rule, value: is_gtin(value),
}
