"""How a table hangs together with others: foreign keys from it, and to it."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.connections import Condition, Filter, ForeignKey
from entrepot.dataproducts.kept import find_out
from entrepot.dataproducts.reading import Subject

Pointer = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A table's name, columns here, and columns of that table which point at them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Columns of one table that point at columns of another, pair by pair.

    Attributes:
        schema, table: The other table's.
        columns: Of the table at hand.
        other_columns: Of the other table.
        where: Leaves the other table's rows that belong to the row at hand, where the
            conditions name one; else empty.
    """

    schema: str
    table: str
    columns: tuple[str, ...]
    other_columns: tuple[str, ...]
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """Tables that rows here point at, and those whose rows point here.

    Attributes:
        problem: Why those that point here are not known.
    """

    points_at: tuple[Relation, ...]
    pointed_at_by: tuple[Relation, ...]
    problem: str = ""


def list_relations(house: House, subject: Subject) -> Relations:
    """Return the relations of a table, those to it from the same schema only."""
    problem = ""
    into: tuple[Pointer, ...] = ()
    try:
        into = _into(house, subject)
    except EntrepotError as error:
        problem = error.detail
    return Relations(
        points_at=tuple(
            _relation(subject, key.schema, key.table, key.columns, key.target_columns)
            for key in subject.structure.foreign_keys
        ),
        pointed_at_by=tuple(
            _relation(subject, subject.structure.schema, table, there, here)
            for table, there, here in into
        ),
        problem=problem,
    )


def _into(house: House, subject: Subject) -> tuple[Pointer, ...]:
    schema, table = subject.structure.schema, subject.structure.table.name
    found = find_out(
        house,
        (subject.product.connection, schema, "foreign keys"),
        subject.database.mark(),
        lambda: _keys(subject, schema),
    ).value
    return tuple(
        (name, key.target_columns, key.columns)
        for name, key in found
        if (key.schema, key.table) == (schema, table)
    )


def _keys(subject: Subject, schema: str) -> tuple[tuple[str, ForeignKey], ...]:
    return tuple(
        (structure.table.name, key)
        for structure in subject.database.outline(schema)
        for key in structure.foreign_keys
    )


def _relation(
    subject: Subject,
    schema: str,
    table: str,
    columns: tuple[str, ...],
    others: tuple[str, ...],
) -> Relation:
    known = {c.column: c for c in subject.query.conditions if c.op == "eq"}
    where: tuple[str, ...] = ()
    if others and len(columns) == len(others) and set(columns) <= set(known):
        pairs = zip(columns, others, strict=True)
        where = tuple(_where(other, known[here]) for here, other in pairs)
    return Relation(
        schema=schema, table=table, columns=columns, other_columns=others, where=where
    )


def _where(column: str, condition: Condition) -> str:
    return Filter(column, "eq", str(condition.values[0])).where()
