"""Which product each row of a file is: by id, else by SKU, else by barcode."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from entrepot.catalogue import Category, Product
from entrepot.feeds.applying.tables import PRODUCTS, Tables
from entrepot.feeds.spec import RowError

NEEDED = ("sku", "name", "price")
"""Without these nothing becomes a product."""

_SHOWN = 200


def match(session: Session, tables: Tables) -> None:
    """Write the product's id beside each row that is one already.

    A barcode that several products have says nothing; a product that is found by
    its barcode keeps its SKU.
    """
    stage = tables.stage.c
    at = tables.stage
    _set(session, at, select(Product.id).where(Product.id == stage.file_id))
    if tables.has("sku"):
        _set(session, at, select(Product.id).where(Product.sku == stage.sku))
    if tables.has("upc"):
        open_codes = select(stage.upc).where(
            stage.product_id.is_(None), stage.upc.is_not(None)
        )
        if session.scalar(open_codes.limit(1)) is None:
            return
        one = (
            select(Product.upc, func.min(Product.id).label("id"))
            .where(Product.upc.in_(open_codes))
            .group_by(Product.upc)
            .having(func.count() == 1)
            .subquery()
        )
        _set(session, at, select(one.c.id).where(one.c.upc == stage.upc), keep_sku=True)


def match_anew(session: Session, tables: Tables) -> None:
    """Look again for products that are not there any more, or are only now."""
    stage = tables.stage.c
    there = exists().where(PRODUCTS.c.id == stage.product_id)
    session.execute(
        update(tables.stage)
        .where(stage.product_id.is_not(None), ~there)
        .values(product_id=None)
    )
    match(session, tables)
    reject(session, tables)


def _set(
    session: Session, stage: Table, found: Select[Any], *, keep_sku: bool = False
) -> None:
    id = found.correlate(stage).scalar_subquery()
    unknown = stage.c.product_id.is_(None)
    if keep_sku and "sku" in stage.c:  # another's SKU of the same thing is not ours
        is_one = unknown & found.correlate(stage).exists()
        session.execute(update(stage).where(is_one).values(product_id=id, sku=None))
        return
    session.execute(update(stage).where(unknown).values(product_id=id))


def reject(session: Session, tables: Tables) -> list[RowError]:
    """Take the rows away that cannot be written; return why.

    Products they are about count as present in the file all the same.
    """
    errors = [error for found in _checks(session, tables) for error in found]
    return sorted(errors, key=lambda error: error.line)


def _checks(session: Session, tables: Tables) -> Iterator[list[RowError]]:
    yield _twice(session, tables)
    if tables.has("sku"):
        yield _taken(session, tables)
    if tables.has("category_id"):
        yield _no_category(session, tables)
    for name in NEEDED:
        yield _incomplete(session, tables, name)


def _twice(session: Session, tables: Tables) -> list[RowError]:
    """Refuse a later row about a product that an earlier one is about."""
    stage = tables.stage.c
    first = (
        select(stage.product_id, func.min(stage.seq).label("seq"))
        .where(stage.product_id.is_not(None))
        .group_by(stage.product_id)
        .having(func.count() > 1)
        .subquery()
    )
    one = tables.stage.alias()
    found = (
        select(stage.line, stage.product_id, one.c.line)
        .join(first, first.c.product_id == stage.product_id)
        .join(one, one.c.seq == first.c.seq)
        .where(stage.seq != first.c.seq)
    )
    errors = [
        RowError(
            line=line,
            column="",
            value=str(id),
            reason=f"is about product {id}, as line {earlier} is",
            code="same-product",
            hint="leave one of the two rows out",
        )
        for line, id, earlier in session.execute(found)
    ]
    _drop(session, tables, errors)
    return errors


def _taken(session: Session, tables: Tables) -> list[RowError]:
    """Refuse a SKU that another product has, or another row."""
    stage = tables.stage.c
    others = select(Product.id).where(
        Product.sku == stage.sku, Product.id != stage.product_id
    )
    found = select(stage.line, stage.sku).where(
        stage.product_id.is_not(None), stage.sku.is_not(None), others.exists()
    )
    errors = [
        _error(line, "sku", sku, "is another product's SKU", "sku-taken")
        for line, sku in session.execute(found)
    ]
    counted = select(func.count(stage.sku), func.count(stage.sku.distinct()))
    every, different = session.execute(counted).one()
    if every != different:
        numbered = select(
            stage.line,
            stage.sku,
            func.row_number()
            .over(partition_by=stage.sku, order_by=stage.seq)
            .label("n"),
        ).where(stage.sku.is_not(None))
        later = numbered.subquery()
        errors += [
            _error(line, "sku", sku, "is an earlier row's SKU", "duplicate-sku")
            for line, sku in session.execute(
                select(later.c.line, later.c.sku).where(later.c.n > 1)
            )
        ]
    _drop(session, tables, errors)
    return errors


def _no_category(session: Session, tables: Tables) -> list[RowError]:
    stage = tables.stage.c
    there = exists().where(Category.id == stage.category_id)
    found = select(stage.line, stage.category_id).where(stage.category_id > 0, ~there)
    errors = [
        _error(line, "category_id", str(id), "is no category's id", "no-category")
        for line, id in session.execute(found)
    ]
    _drop(session, tables, errors)
    return errors


def _incomplete(session: Session, tables: Tables, name: str) -> list[RowError]:
    stage = tables.stage.c
    lacks: list[ColumnElement[bool]] = [stage.product_id.is_(None)]
    if tables.has(name):
        lacks.append(stage[name].is_(None))
    shown = stage.sku if tables.has("sku") else stage.file_id
    errors = [
        RowError(
            line=line,
            column=name,
            value=str(value or "")[:_SHOWN],
            reason=f"is no product yet, and has no {name} to become one",
            code=f"needs-{name}",
            hint=f"fill in {name}, or map a column to it",
        )
        for line, value in session.execute(select(stage.line, shown).where(*lacks))
    ]
    _drop(session, tables, errors)
    return errors


def _error(line: int, column: str, value: str, reason: str, code: str) -> RowError:
    return RowError(
        line=line, column=column, value=value[:_SHOWN], reason=reason, code=code
    )


def _drop(session: Session, tables: Tables, errors: Sequence[RowError]) -> None:
    take_away(session, tables, [error.line for error in errors])


def take_away(session: Session, tables: Tables, lines: Sequence[int]) -> None:
    """Take rows from the stage; their products stay present."""
    stage = tables.stage.c
    for start in range(0, len(lines), 500):
        some = stage.line.in_(lines[start : start + 500])
        known = select(tables.present.c.product_id)
        session.execute(
            insert(tables.present).from_select(
                ["product_id"],
                select(stage.product_id)
                .where(some, stage.product_id.is_not(None))
                .where(stage.product_id.not_in(known))
                .distinct(),
            )
        )
        session.execute(delete(tables.stage).where(some))


def note_present(session: Session, tables: Tables, skus: Sequence[str]) -> None:
    """Note that rows which could not be read are about the products of these SKUs."""
    for start in range(0, len(skus), 500):
        known = select(tables.present.c.product_id)
        session.execute(
            insert(tables.present).from_select(
                ["product_id"],
                select(PRODUCTS.c.id)
                .where(PRODUCTS.c.sku.in_(skus[start : start + 500]))
                .where(PRODUCTS.c.id.not_in(known)),
            )
        )
