"""One table's rows as a statement: columns, conditions, order, page."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Dialect as SqlDialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement, ColumnElement
from sqlalchemy.sql.expression import quoted_name
from sqlalchemy.types import NullType, UserDefinedType

from entrepot.base.errors import Invalid
from entrepot.connections.elements import has_element
from entrepot.connections.filters import find_column
from entrepot.connections.query import Condition, Order, TableQuery
from entrepot.connections.search import SEARCH, search_clause
from entrepot.connections.spec import Column, Statement, Structure

HIDDEN = "__key_"
"""Begin of the names of columns that are read for the next page only."""

MOST_COLUMNS = 1_600
"""The most columns a result may have for these to join: SQLite takes 2,000 in all."""


class Tid(UserDefinedType[str]):
    """PostgreSQL's place of a row, the type of `ctid`."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Return the type's name."""
        return "tid"


@dataclass(frozen=True, slots=True)
class Place:
    """One column that the rows are ordered by, with its direction."""

    column: str
    is_descending: bool
    nullable: bool


def places(structure: Structure, order: Sequence[Order]) -> list[Place]:
    """Return what the rows are ordered by: as asked, then the key, so no two tie.

    Without a key every column that can be compared breaks ties; rows that still tie
    are equal, and paging goes by number (`has_key` is false).
    """
    nullable = {column.name: column.nullable for column in structure.columns}
    wanted = [Place(o.column, o.is_descending, nullable[o.column]) for o in order]
    if structure.key:
        last = [Place(name, False, nullable[name]) for name in structure.key]
    elif structure.row_key:
        last = [Place(structure.row_key, False, False)]
    else:
        comparable = [c for c in structure.columns if c.kind != "other"]
        last = [Place(c.name, False, c.nullable) for c in comparable]
    asked = {place.column for place in wanted}
    return wanted + [place for place in last if place.column not in asked]


def has_key(structure: Structure) -> bool:
    """Tell whether a row can be named, so that pages go by key."""
    return bool(structure.key or structure.row_key)


def select_rows(
    sql: SqlDialect,
    structure: Structure,
    query: TableQuery,
    *,
    is_page: bool = True,
) -> Statement:
    """Return the statement that reads the rows asked for.

    On a page with a limit the columns of `places` follow the visible ones, named
    `__key_0`, `__key_1`, …, as the database stores them; not so where the result
    would be too wide: such pages go by number.
    """
    chosen = [find_column(n, structure) for n in query.columns] or structure.columns
    order = places(structure, query.order)
    keyed = query.limit is not None and has_key(structure)
    fits = len(chosen) + len(order) <= MOST_COLUMNS
    hidden = order if keyed and is_page and fits else []
    select = sa.select(
        *(_column(column.name) for column in chosen),
        *(_column(p.column).label(f"{HIDDEN}{n}") for n, p in enumerate(hidden)),
    ).select_from(_table(structure))
    select = select.where(*_conditions(structure, query))
    if keyed or query.order or query.limit is not None:
        select = select.order_by(*(_direction(place) for place in order))
    if query.limit is not None:
        select = select.limit(query.limit).offset(query.offset or None)
    raw = [_raw_column(n) for n in range(len(hidden))]
    return _compiled(sql, select, structure, (*chosen, *raw))


def count_rows(sql: SqlDialect, structure: Structure, query: TableQuery) -> Statement:
    """Return the statement that counts the rows that hold the conditions."""
    select = sa.select(sa.func.count()).select_from(_table(structure))
    conditions = [_condition(condition, structure) for condition in query.conditions]
    return _compiled(sql, select.where(*conditions), structure, None)


def select_part(
    structure: Structure, query: TableQuery, columns: Sequence[ColumnElement[Any]]
) -> sa.Select[Any]:
    """Return a select over the rows that hold the conditions, to be built upon."""
    select = sa.select(*columns).select_from(_table(structure))
    return select.where(*_conditions(structure, query))


def compile_part(
    sql: SqlDialect,
    select: ClauseElement,
    structure: Structure,
    columns: Sequence[Column],
) -> Statement:
    """Return a built select as a statement whose result has these columns."""
    return replace(_compiled(sql, select, structure, columns), table=None)


def _compiled(
    sql: SqlDialect,
    select: ClauseElement,
    structure: Structure,
    columns: Sequence[Column] | None,
) -> Statement:
    # A select's compiler is SQLCompiler; the method's type is its base.
    compiled = cast(
        SQLCompiler,
        select.compile(dialect=sql, compile_kwargs={"render_postcompile": True}),
    )
    values = compiled.construct_params()
    names = compiled.positiontup or ()
    return Statement(
        sql=str(compiled),
        params=tuple(values[name] for name in names) if compiled.positional else values,
        columns=None if columns is None else tuple(columns),
        table=(structure.schema, structure.table.name),
    )


def _table(structure: Structure) -> sa.TableClause:
    return sa.table(
        quoted_name(structure.table.name, quote=True),
        schema=quoted_name(structure.schema, quote=True),
    )


def _column(name: str) -> sa.ColumnClause[object]:
    return sa.column(quoted_name(name, quote=True))


def _value(value: object) -> sa.BindParameter[object]:
    # NullType: the database types the value by what it is compared with.
    return sa.bindparam(None, value, type_=NullType(), unique=True)


def _direction(place: Place) -> ColumnElement[object]:
    column = _column(place.column)
    ordered = column.desc() if place.is_descending else column.asc()
    # NULLs go last everywhere; not said where there are none, so that indexes serve.
    return ordered.nulls_last() if place.nullable else ordered


def _raw_column(number: int) -> Column:
    return Column(name=f"{HIDDEN}{number}", position=number + 1, type="", kind="other")


def _conditions(structure: Structure, query: TableQuery) -> list[ColumnElement[bool]]:
    conditions = [_condition(condition, structure) for condition in query.conditions]
    if query.after is not None:
        conditions.append(_behind(places(structure, query.order), query.after))
    return conditions


def _condition(condition: Condition, structure: Structure) -> ColumnElement[bool]:
    if condition.op == SEARCH:
        return search_clause(structure, condition.column, str(condition.values[0]))
    column = _column(condition.column)
    values = [_value(value) for value in condition.values]
    match condition.op:
        case "has":
            about = find_column(condition.column, structure)
            return has_element(about, column, values[0])
        case "isnull":
            return column.is_(None) if condition.values[0] else column.is_not(None)
        case "in":
            return column.in_([_value(value) for value in condition.values])
        case "between":
            return sa.and_(column >= values[0], column <= values[1])
        case "contains" | "startswith":
            kind = find_column(condition.column, structure).kind
            return _like(column, kind, condition.op, str(condition.values[0]))
        case op:
            compared: ColumnElement[bool] = getattr(operator, op)(column, values[0])
            return compared


def _like(
    column: sa.ColumnClause[object], kind: str, op: str, text: str
) -> ColumnElement[bool]:
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    pattern = f"{escaped}%" if op == "startswith" else f"%{escaped}%"
    looked: ColumnElement[object] = (
        column if kind == "text" else sa.cast(column, sa.Text())
    )
    return looked.ilike(_value(pattern), escape="\\")


def _behind(order: Sequence[Place], after: Sequence[object]) -> ColumnElement[bool]:
    if len(after) != len(order):
        raise Invalid("after does not belong to this order", hint="start at page one")
    ways: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for place, value in zip(order, after, strict=True):
        if value is not None:
            ways.append(sa.and_(*same, _further(place, value)))
        same.append(_same(place, value))
    return sa.or_(sa.false(), *ways)


def _bound(place: Place, value: object) -> ColumnElement[object]:
    bound = _value(value)
    return sa.cast(bound, Tid()) if place.column == "ctid" else bound


def _further(place: Place, value: object) -> ColumnElement[bool]:
    column, bound = _column(place.column), _bound(place, value)
    further = column < bound if place.is_descending else column > bound
    return sa.or_(further, column.is_(None)) if place.nullable else further


def _same(place: Place, value: object) -> ColumnElement[bool]:
    column = _column(place.column)
    return column.is_(None) if value is None else column == _bound(place, value)
