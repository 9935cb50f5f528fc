"""Documents after the tree changed: those of the products below a category."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from entrepot.catalogue import documents
from entrepot.catalogue.category_models import Category
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.tree import paths


def renew_below(session: Session, path: str) -> None:
    """Write the documents of a category's products and of those below it anew.

    They tell the names of all categories above.
    """
    inside = select(Category.id).where(paths.below(path))
    _renew(session, select(Product.id).where(Product.category_id.in_(inside)))


def renew_all(session: Session) -> None:
    """Write the documents of all products that have a category anew."""
    _renew(session, select(Product.id).where(Product.category_id.is_not(None)))


def _renew(session: Session, products: Select[int]) -> None:
    if session.scalar(select(products.exists())):
        documents.refresh(session, products, words_changed=False)
    documents.bump(session)
