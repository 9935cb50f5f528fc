"""A product put back to what it was."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from entrepot.catalogue.editing.values import check_category, clean
from entrepot.catalogue.editing.versions import state_at
from entrepot.catalogue.editing.writing import (
    change,
    check_unique,
    lock_product,
    note_version,
)
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.record_models import Version


def restore_product(
    session: Session, product_id: int, version: int, *, by: str
) -> Product:
    """Write an older state as a new version; a deleted product comes back by its id.

    Its pictures do not come back with it.

    Raises:
        NotThere: There is no such product, or no such version of it.
        ProductExists: Its SKU has been given to another one.
    """
    state = state_at(session, product_id, version)
    if session.get(Product, product_id) is not None:
        product = lock_product(session, product_id, None)
        change(session, product, state, kind="restore", by=by)
        return product
    values = clean(state)
    check_category(session, values)
    check_unique(session, product_id, values)
    last = select(func.max(Version.version)).where(Version.product_id == product_id)
    product = Product(id=product_id, **values)
    product.version = (session.scalar(last) or 0) + 1
    session.add(product)
    note_version(session, product, "restore", None, by=by)
    session.flush()  # who reads next must find it and its document
    return product
