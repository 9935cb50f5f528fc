"""Products that get another category together, with a version of each."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import JSON, Select, func, insert, literal, select, update
from sqlalchemy.orm import Session

from entrepot.base.times import now
from entrepot.catalogue import documents
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.record_models import Version

_COLUMNS = (
    "product_id",
    "version",
    "kind",
    "changed_at",
    "changed_by",
    "import_id",
    "before",
)


def file_products(
    session: Session,
    products: Select[int],
    *,
    from_id: int,
    to_id: int,
    kind: Literal["update", "undo"] = "update",
    together: str,
    by: str,
) -> int:
    """Give products another category; return how many there were.

    `renew_filed` has to follow, once for all that belong together.

    Args:
        products: Ids of some that are in the first category.
        together: What their versions say they belong to, as those of an import do.
    """
    chosen = Product.id.in_(products)
    count = session.scalar(select(func.count()).select_from(Product).where(chosen)) or 0
    if not count:
        return 0
    at = now()
    rows = select(
        Product.id,
        Product.version + 1,
        literal(kind),
        literal(at, Version.changed_at.type),
        literal(by),
        literal(together),
        literal({"category_id": from_id}, JSON()),
    ).where(chosen)
    session.execute(insert(Version).from_select(list(_COLUMNS), rows))
    _write(session, together, from_id=from_id, to_id=to_id, at=at)
    return count


def _write(
    session: Session, together: str, *, from_id: int, to_id: int, at: datetime
) -> None:
    """Give those that have a version of it already what that is about."""
    filed = select(Version.product_id).where(
        Version.import_id == together, Version.version == Product.version + 1
    )
    session.execute(
        update(Product)
        .where(Product.category_id == from_id, Product.id.in_(filed))
        .values(category_id=to_id, version=Product.version + 1, updated_at=at)
        .execution_options(synchronize_session=False)
    )


def renew_filed(session: Session, together: str) -> None:
    """Write the documents of the products that got another category together."""
    products = select(Version.product_id).where(Version.import_id == together)
    if session.scalar(select(products.exists())):
        documents.refresh(session, products.distinct(), words_changed=False)
    documents.bump(session)


def in_category(category_id: int) -> Select[int]:
    """Return the statement of the ids of a category's own products."""
    return select(Product.id).where(Product.category_id == category_id)


def still_filed(together: str, *, from_id: int, to_id: int) -> Select[int]:
    """Return the statement of the ids of products that went together and stayed."""
    went = select(Version.product_id).where(
        Version.import_id == together,
        Version.before["category_id"].as_integer() == from_id,
    )
    return in_category(to_id).where(Product.id.in_(went))
