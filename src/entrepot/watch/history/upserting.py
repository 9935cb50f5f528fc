"""Rows that are written whether they are there or not, on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from entrepot.base.store import Model

TOGETHER = 500
"""Rows a statement; SQLite takes 32,766 values."""

Rows = Sequence[Mapping[str, object]]


def put(
    session: Session, model: type[Model], rows: Rows, *, key: Sequence[str]
) -> None:
    """Write rows, in place of those that are there."""
    for insert, part in _parts(session, model, rows):
        others = {n: insert.excluded[n] for n in part[0] if n not in key}
        session.execute(
            insert.on_conflict_do_update(index_elements=list(key), set_=others)
        )


def put_if_new(
    session: Session, model: type[Model], rows: Rows, *, key: Sequence[str]
) -> None:
    """Write rows that are not there."""
    for insert, _ in _parts(session, model, rows):
        session.execute(insert.on_conflict_do_nothing(index_elements=list(key)))


def add_up(
    session: Session, model: type[Model], rows: Rows, *, key: Sequence[str]
) -> None:
    """Write rows, or add them to those that are there.

    Columns that begin with `max` or `last` become the larger one, the others the sum;
    None adds nothing.
    """
    for insert, part in _parts(session, model, rows):
        sums = {
            name: _together(name, model, insert.excluded[name])
            for name in part[0]
            if name not in key
        }
        session.execute(
            insert.on_conflict_do_update(index_elements=list(key), set_=sums)
        )


def _together(
    name: str, model: type[Model], more: ColumnElement[Any]
) -> ColumnElement[Any]:
    there = model.__table__.c[name]
    if name.startswith(("max", "last")):
        return case((more > there, more), else_=there)
    return func.coalesce(there + more, there, more)


def _parts(
    session: Session, model: type[Model], rows: Rows
) -> Iterator[tuple[Any, Rows]]:
    maker = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for begin in range(0, len(rows), TOGETHER):
        part = rows[begin : begin + TOGETHER]
        yield maker.insert(model).values(list(part)), part
