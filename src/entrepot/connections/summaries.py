"""What the rows of a table are like, as statements: counts, ends, groups, bins."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect as SqlDialect
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import quoted_name

from entrepot.connections.elements import elements_of
from entrepot.connections.filters import find_column
from entrepot.connections.query import TableQuery
from entrepot.connections.select import compile_part, select_part
from entrepot.connections.spec import Column, Statement, Structure

NUMBERS = ("integer", "number", "decimal")

SUMMARY_CHARACTERS = 300
"""Characters of a value that a summary shows."""

Expression = ColumnElement[Any]
Select = sa.Select[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The rows that are summed up.

    Attributes:
        query: Its conditions must hold; nothing else of it counts.
        first_rows: Only so many of them, whichever the database gives first; None
            for all.
    """

    sql: SqlDialect
    structure: Structure
    query: TableQuery
    first_rows: int | None = None

    def of(self, column: str) -> Column:
        """Return a column of the table."""
        return find_column(column, self.structure)


def count_values(part: Part, name: str, limit: int) -> Statement:
    """Return what gives (value, rows), the most frequent first, then by value.

    Texts are cut behind `SUMMARY_CHARACTERS`; values without an order are told as text.
    """
    column = part.of(name)
    value = _comparable(column)
    counted = sa.func.count()
    select = _select(part, [name], _shown(value, column).label("value"), counted)
    select = select.group_by(value).order_by(counted.desc(), value).limit(limit)
    return _compile(part, select, _said("value", column), _integer("rows"))


def count_elements(part: Part, name: str, limit: int) -> Statement:
    """Return what gives (element, rows) of a column of lists, the most frequent first.

    A row counts once for each element, however often it has it.
    """
    lists = _select(
        part,
        [name],
        _column(name).label("list"),
        sa.func.row_number().over().label("row"),
    ).subquery("lists")
    each = elements_of(part.of(name), lists.c.list, part.sql.name)
    value = sa.func.substr(sa.cast(each.c.value, sa.Text()), 1, SUMMARY_CHARACTERS + 1)
    counted = sa.func.count(sa.distinct(lists.c.row))
    select = sa.select(value.label("value"), counted)
    select = select.select_from(lists.join(each, sa.true())).group_by(value)
    select = select.order_by(counted.desc(), value).limit(limit)
    shown = Column(name="value", position=1, type="TEXT", kind="text")
    return _compile(part, select, shown, _integer("rows"))


def count_times(part: Part, name: str, units: Sequence[str], limit: int) -> Statement:
    """Return what gives (unit, …, rows, dated rows), in the order of time.

    A unit is `year`, `month` or `day`; it is null where the database finds none.
    """
    rows: Expression = sa.func.count()
    dated: Expression = sa.func.count(_column(name))
    if part.of(name).kind == "date":
        # Far fewer days than rows: only they are taken apart.
        days = _select(part, [name], _column(name), rows.label("n"), dated.label("k"))
        inner = days.group_by(_column(name)).subquery("days")
        column, rows, dated = _column(name), _total(inner.c.n), _total(inner.c.k)
        found = [sa.extract(unit, column) for unit in units]
        counts: list[Expression] = [*found, rows, dated]
        select = sa.select(*counts).select_from(inner)
    else:
        found = [sa.extract(unit, _column(name)) for unit in units]
        select = _select(part, [name], *found, rows, dated)
    select = select.group_by(*found).order_by(*found).limit(limit)
    names = (*units, "rows", "dated")
    return _compile(part, select, *(_integer(name) for name in names))


def _total(counts: Expression) -> Expression:
    # Else PostgreSQL's would be decimals, and DuckDB's of 128 bits.
    return sa.cast(sa.func.sum(counts), sa.BigInteger())


def count_different(part: Part, names: Sequence[str]) -> Statement:
    """Return what gives, of one column after the other, values and different ones."""
    counts: list[Expression] = []
    for number, name in enumerate(names):
        different = sa.distinct(_comparable(part.of(name)))
        counts.append(sa.func.count(_column(name)).label(f"k{number}"))
        counts.append(sa.func.count(different).label(f"n{number}"))
    select = _select(part, names, *counts)
    return _compile(part, select, *(_integer(count.name) for count in counts))


def count_nulls(part: Part, name: str) -> Statement:
    """Return what gives the rows, and those in which the column has a value."""
    select = _select(part, [name], sa.func.count(), sa.func.count(_column(name)))
    return _compile(part, select, _integer("rows"), _integer("known"))


def sum_up(part: Part, name: str) -> Statement:
    """Return what gives the rows, those with a value, and what the values are like.

    That is: the least and the greatest, the mean, the length of the longest text, and
    how many numbers are not finite; these count for none of the rest. What makes no
    sense for the column's kind is null; bytes cannot be asked about.
    """
    column = part.of(name)
    value = _finite(column)
    is_ordered = column.kind != "boolean"
    mean = sa.func.avg(_double(value)) if column.kind in NUMBERS else sa.null()
    longest = sa.func.max(sa.func.length(_column(name)))
    found: list[Expression] = [
        sa.func.count().label("rows"),
        sa.func.count(_column(name)).label("known"),
        _shown(sa.func.min(value), column) if is_ordered else sa.null(),
        _shown(sa.func.max(value), column) if is_ordered else sa.null(),
        mean,
        longest if column.kind == "text" else sa.null(),
        sa.func.count(_column(name)) - sa.func.count(value),
    ]
    heads = ("rows", "known", "low", "high", "mean", "longest", "odd")
    named = [one.label(head) for one, head in zip(found, heads, strict=True)]
    types = {
        "low": _said("low", column),
        "high": _said("high", column),
        "mean": Column(name="mean", position=1, type="DOUBLE", kind="number"),
    }
    columns = [types.get(head) or _integer(head) for head in heads]
    return _compile(part, _select(part, [name], *named), *columns)


def count_distinct(part: Part, name: str) -> Statement:
    """Return what gives how many different values there are, and how many are alone."""
    column = part.of(name)
    value = _comparable(column)
    groups = _select(part, [name], value.label("v"), sa.func.count().label("n"))
    groups = groups.where(_column(name).is_not(None)).group_by(value)
    inner = groups.subquery("groups_of_values")
    alone = sa.func.sum(sa.case((inner.c.n == 1, 1), else_=0))
    counts: list[Expression] = [sa.func.count(), alone]
    select = sa.select(*counts).select_from(inner)
    return _compile(part, select, _integer("different"), _integer("alone"))


def count_bins(part: Part, name: str, low: float, high: float, bins: int) -> Statement:
    """Return what gives (number of the bin from 0, rows) for a column of numbers.

    The greatest value itself comes in a bin of its own, behind the last.
    """
    value = _double(_finite(part.of(name)))
    place = (value - _float(low)) / _float((high - low) / bins)
    number = sa.cast(sa.func.floor(place), sa.Integer()).label("bin")
    # Grouped from outside: where values go by position, MariaDB would not know that
    # the same expression is meant.
    places = _select(part, [name], number).where(_column(name).is_not(None))
    inner = places.subquery("places")
    select = sa.select(inner.c.bin, sa.func.count()).select_from(inner)
    select = select.group_by(inner.c.bin).order_by(inner.c.bin).limit(bins + 2)
    return _compile(part, select, _integer("bin"), _integer("rows"))


def find_newest(part: Part, name: str) -> Statement:
    """Return what gives a column's greatest value."""
    select = _select(part, [name], sa.func.max(_column(name)))
    return _compile(part, select, replace(part.of(name), name="newest", position=1))


def _select(part: Part, names: Sequence[str], *columns: Expression) -> Select:
    if part.first_rows is None:
        return select_part(part.structure, part.query, columns)
    first = [_column(name) for name in dict.fromkeys(names)]
    rows = select_part(part.structure, part.query, first).limit(part.first_rows)
    return sa.select(*columns).select_from(rows.subquery("first_rows"))


def _compile(part: Part, select: Select, *columns: Column) -> Statement:
    return compile_part(part.sql, select, part.structure, columns)


def _column(name: str) -> sa.ColumnClause[object]:
    return sa.column(quoted_name(name, quote=True))


def _comparable(column: Column) -> Expression:
    """Return a column so that its values can be grouped: JSON, say, as text."""
    value = _column(column.name)
    # A column without a type (SQLite) has values of any, which have an order.
    is_odd = column.kind == "other" and bool(column.type)
    return sa.cast(value, sa.Text()) if is_odd else value


def _shown(value: Expression, column: Column) -> Expression:
    is_text = column.kind == "text" or (column.kind == "other" and bool(column.type))
    return sa.func.substr(value, 1, SUMMARY_CHARACTERS + 1) if is_text else value


def _said(name: str, column: Column) -> Column:
    """Return what the result calls a value of a column."""
    if column.kind == "other" and column.type:
        return Column(name=name, position=1, type="TEXT", kind="text")
    return replace(column, name=name, position=1)


def _finite(column: Column) -> Expression:
    value = _comparable(column)
    if column.kind != "number":
        return value
    # NaN is the greatest number there is to PostgreSQL and DuckDB, above infinity.
    most = _float(sys.float_info.max)
    return sa.case((_double(value).between(-most, most), value))


def _double(value: Expression) -> Expression:
    return sa.cast(value, sa.Double())


def _float(value: float) -> Expression:
    return sa.cast(
        sa.bindparam(None, value, type_=sa.Double(), unique=True), sa.Double()
    )


def _integer(name: str) -> Column:
    return Column(name=name, position=1, type="BIGINT", kind="integer")
