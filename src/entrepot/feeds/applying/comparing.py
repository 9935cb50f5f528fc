"""What an import would change: which rows are new, which fields differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from entrepot.catalogue import FIELDS, Field, Override
from entrepot.feeds.applying.tables import PRODUCTS, Tables
from entrepot.feeds.applying.tongues import Tongue, Value, tongue_of
from entrepot.feeds.feed_models import Carried, Feed
from entrepot.feeds.states import Empty, Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whose rows they are, and what is to be done with them.

    Attributes:
        feed_id: None for a file that is of no feed.
        priority: Of the feed.
    """

    import_id: str
    feed_id: int | None = None
    priority: int = 0
    missing: Missing = "keep"
    empty: Empty = "keep"
    by: str = ""


def compare(session: Session, tables: Tables, wish: Wish) -> None:
    """Fill the tables of what is new, what differs, and what is gone."""
    tongue = tongue_of(session)
    stage = tables.stage.c
    session.execute(
        insert(tables.new).from_select(
            ["number", "seq"],
            select(func.row_number().over(order_by=stage.seq), stage.seq).where(
                stage.product_id.is_(None)
            ),
        )
    )
    _find_differences(session, tables, wish, tongue)
    if wish.feed_id is not None:
        _find_gone(session, tables, wish.feed_id)


def new_value(tables: Tables, field: Field, tongue: Tongue) -> Value:
    """Return what a row makes of a product's field."""
    return tongue.merged(field, PRODUCTS.c[field.name], tables.stage.c[field.name])


def _find_differences(
    session: Session, tables: Tables, wish: Wish, tongue: Tongue
) -> None:
    stage = tables.stage.c
    held = _held(session, tables, wish)
    changed: Value = literal(0, BigInteger)
    kept: Value = literal(0, BigInteger)
    for field in tables.fields:
        differs = _differs(tables, field, wish, tongue)
        bit = literal(tables.bit(field), BigInteger)
        is_held = held.get(field.name)
        if is_held is None:
            changed = changed + case((differs, bit), else_=0)
        else:
            changed = changed + case((and_(differs, ~is_held), bit), else_=0)
            kept = kept + case((and_(differs, is_held), bit), else_=0)
    found = (
        select(
            stage.seq.label("seq"),
            PRODUCTS.c.id.label("product_id"),
            changed.label("mask"),
            kept.label("held"),
        )
        .join_from(tables.stage, PRODUCTS, PRODUCTS.c.id == stage.product_id)
        .subquery()
    )
    some = select(found).where(or_(found.c.mask != 0, found.c.held != 0))
    names = ["seq", "product_id", "mask", "held"]
    session.execute(insert(tables.diff).from_select(names, some))


def _differs(
    tables: Tables, field: Field, wish: Wish, tongue: Tongue
) -> ColumnElement[bool]:
    old, new = PRODUCTS.c[field.name], tables.stage.c[field.name]
    differs = tongue.differs(field, old, new_value(tables, field, tongue))
    if wish.empty == "clear" and not field.is_required:
        is_cleared = and_(new.is_(None), old.is_not(None))
        return or_(and_(new.is_not(None), differs), is_cleared)
    return and_(new.is_not(None), differs)


def _held(
    session: Session, tables: Tables, wish: Wish
) -> dict[str, ColumnElement[bool]]:
    """Return, by field, where it is not the feed's to write."""
    held: dict[str, list[ColumnElement[bool]]] = {}
    names = [field.name for field in tables.fields]
    fixed = select(Override.field).distinct().where(Override.field.in_(names))
    for name in session.scalars(fixed):
        held.setdefault(name, []).append(
            exists().where(Override.product_id == PRODUCTS.c.id, Override.field == name)
        )
    higher = _higher(wish)
    if higher is not None and session.scalar(select(higher.limit(1).exists())):
        is_lower = PRODUCTS.c.id.in_(higher)
        for field in tables.fields:
            is_filled = _is_filled(field)
            held.setdefault(field.name, []).append(and_(is_lower, is_filled))
    return {name: or_(*parts) for name, parts in held.items()}


def _higher(wish: Wish) -> Any:
    """Return the products that a feed of a higher priority carries."""
    if wish.feed_id is None:
        return None
    return (
        select(Carried.product_id)
        .join(Feed, Feed.id == Carried.feed_id)
        .where(
            Feed.priority > wish.priority,
            Feed.id != wish.feed_id,
            Feed.is_active,
            Carried.gone_import_id.is_(None),
        )
    )


def _is_filled(field: Field) -> ColumnElement[bool]:
    column = PRODUCTS.c[field.name]
    if field.kind in ("text", "word"):
        return and_(column.is_not(None), column != "")
    return column.is_not(None)


def _find_gone(session: Session, tables: Tables, feed_id: int) -> None:
    in_file = select(tables.stage.c.product_id).where(
        tables.stage.c.product_id.is_not(None)
    )
    session.execute(
        insert(tables.gone).from_select(
            ["product_id"],
            select(Carried.product_id).where(
                Carried.feed_id == feed_id,
                Carried.gone_import_id.is_(None),
                Carried.product_id.not_in(in_file),
                Carried.product_id.not_in(select(tables.present.c.product_id)),
            ),
        )
    )


def vanishing(tables: Tables, wish: Wish) -> tuple[Field, object, Any] | None:
    """Return the field that products which are gone change, its value, and which do.

    What another feed carries, or a person holds, stays; None where nothing changes.
    """
    if wish.missing == "keep" or wish.feed_id is None:
        return None
    name, value = (
        ("status", "archived") if wish.missing == "archive" else ("is_active", False)
    )
    others = exists().where(
        Carried.product_id == PRODUCTS.c.id,
        Carried.feed_id != wish.feed_id,
        Carried.gone_import_id.is_(None),
    )
    is_held = exists().where(
        Override.product_id == PRODUCTS.c.id, Override.field == name
    )
    wanted = (
        select(PRODUCTS.c.id)
        .join(tables.gone, tables.gone.c.product_id == PRODUCTS.c.id)
        .where(PRODUCTS.c[name] != value, ~others, ~is_held)
    )
    return FIELDS[name], value, wanted


def count_fields(session: Session, tables: Tables) -> dict[str, int]:
    """Return how often each field changes, without those that never do."""
    mask = tables.diff.c.mask
    sums = [
        func.sum(case((mask.op("&")(tables.bit(field)) != 0, 1), else_=0))
        for field in tables.fields
    ]
    if not sums:
        return {}
    row = session.execute(select(*sums)).one()
    return {
        field.name: int(count)
        for field, count in zip(tables.fields, row, strict=True)
        if count
    }


def count_held(session: Session, tables: Tables) -> int:
    """Return how many fields were left because they are not the feed's to write."""
    held = tables.diff.c.held
    bits = [
        func.sum(case((held.op("&")(tables.bit(field)) != 0, 1), else_=0))
        for field in tables.fields
    ]
    if not bits or session.scalar(select(tables.diff.c.seq).where(held != 0)) is None:
        return 0
    return sum(int(count or 0) for count in session.execute(select(*bits)).one())
