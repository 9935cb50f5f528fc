"""Ids of products that nobody ever had."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from entrepot.catalogue.product_models import Product
from entrepot.catalogue.record_models import Version

_NEXT = text(
    "SELECT min(n) AS first, max(n) AS last FROM (SELECT "
    "nextval(pg_get_serial_sequence('products', 'id')) AS n "
    "FROM generate_series(1, :count)) AS taken"
)
_TRIES = 3


def reserve_ids(session: Session, count: int) -> int:
    """Return the first of `count` ids in a row that no product has or ever had.

    On SQLite they are free until the transaction ends; on PostgreSQL they are the
    caller's for ever.
    """
    if session.get_bind().dialect.name != "postgresql":
        last = [
            session.scalar(select(func.max(column))) or 0
            for column in (Product.id, Version.product_id)
        ]
        return max(last) + 1
    for attempt in range(_TRIES):
        if attempt == _TRIES - 1:  # others take ids between ours: keep them out
            session.execute(text("LOCK TABLE products IN SHARE ROW EXCLUSIVE MODE"))
        first, last_taken = session.execute(_NEXT, {"count": count}).one()
        if last_taken - first + 1 == count:
            break
    return int(first)
