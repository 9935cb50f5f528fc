"""Fields that a person set by hand, and that no feed writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from entrepot.base.errors import NotThere
from entrepot.base.times import now
from entrepot.catalogue.product_models import Product
from entrepot.catalogue.record_models import Override


def list_overrides(session: Session, product_id: int) -> list[Override]:
    """Return a product's overrides by field.

    Raises:
        NotThere: There is no such product.
    """
    if session.get(Product, product_id) is None:
        raise NotThere("product", str(product_id), [])
    found = select(Override).where(Override.product_id == product_id)
    return list(session.scalars(found.order_by(Override.field)))


def clear_override(session: Session, product_id: int, field: str) -> None:
    """Let feeds write a field again.

    Raises:
        NotThere: Nobody set it by hand.
    """
    found = session.get(Override, (product_id, field))
    if found is None:
        known = [one.field for one in list_overrides(session, product_id)]
        raise NotThere("override", field, known)
    session.delete(found)
    session.flush()  # who lists them next must not see it


def note_overrides(
    session: Session, product_id: int, fields: Iterable[str], *, by: str
) -> None:
    """Remember that somebody set these fields by hand."""
    for field in fields:
        row = Override(product_id=product_id, field=field, set_by=by[:320])
        row.set_at = now()
        session.merge(row)
    session.flush()  # who lists them next must see them


def note_many(session: Session, fields: Sequence[tuple[int, str]], by: str) -> None:
    """Do so for fields of many products, given with their ids."""
    make = (
        postgresql.insert
        if session.get_bind().dialect.name == "postgresql"
        else sqlite.insert
    )
    written = make(Override)
    written = written.on_conflict_do_update(
        index_elements=["product_id", "field"],
        set_={name: written.excluded[name] for name in ("set_by", "set_at")},
    )
    at = now()
    session.connection().execute(
        written,
        [
            {"product_id": id, "field": field, "set_by": by[:320], "set_at": at}
            for id, field in fields
        ],
    )
