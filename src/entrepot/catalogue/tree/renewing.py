"""Documents after the tree changed: those of the products below a category."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from entrepot.catalogue import documents
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.tree import paths

AT_ONCE = 5_000
"""Documents of one statement."""

Renew = Callable[[Session, str], None]
"""Writes the documents of the products below a path anew."""
Tell = Callable[[int, int], None]
"""Hears how many documents of how many are written; may stop it by raising."""


def renew_below(session: Session, path: str, *, tell: Tell | None = None) -> None:
    """Write the documents of a category's products and of those below it anew.

    They tell the names of all categories above.
    """
    inside = select(Category.id).where(paths.below(path))
    _renew(session, select(Product.id).where(Product.category_id.in_(inside)), tell)


def renew_all(session: Session) -> None:
    """Write the documents of all products that have a category anew."""
    _renew(session, select(Product.id).where(Product.category_id.is_not(None)))


def _renew(session: Session, products: Select[int], tell: Tell | None = None) -> None:
    done, after = 0, 0
    total = _count(session, products) if tell else 0
    while True:
        some = products.where(Product.id > after).order_by(Product.id).limit(AT_ONCE)
        count, last = session.execute(
            select(func.count(), func.max(some.subquery().c.id))
        ).one()
        if not count:
            break
        part = products.where(Product.id > after, Product.id <= last)
        documents.refresh(session, part, words_changed=False)
        done, after = done + count, last
        if tell:
            tell(done, total)
    documents.bump(session)


def _count(session: Session, products: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(products.subquery())) or 0
