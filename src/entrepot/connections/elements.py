"""Columns whose values are lists: rows by an element, and the elements one by one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias

from entrepot.connections.spec import Column

HAS = "has"
"""The operator."""

ALL = "$[*]"

Expression = ColumnElement[Any]


def is_list(column: Column) -> bool:
    """Tell whether a column's values are, or may be, lists that can be looked into."""
    return column.type.endswith("[]") or column.type.upper() in ("JSON", "JSONB")


def has_element(column: Column, value: Expression, wanted: Expression) -> Expression:
    """Return the condition that a list has an element, both compared as text."""
    if column.type.endswith("[]"):
        return wanted == sa.any_(sa.cast(value, sa.ARRAY(sa.Text())))
    if _is_postgresql(column):
        return _exists(_postgresql(value), wanted)
    return _JsonHas(value, wanted)


def elements_of(column: Column, value: Expression, dialect: str) -> TableValuedAlias:
    """Return what gives the elements of a list, as `value`, to be joined to its row."""
    if dialect == "sqlite":
        return _sqlite(value)
    if column.type.endswith("[]"):
        return _unnested(value)
    if _is_postgresql(column):
        return _postgresql(value)
    return _unnested(sa.func.json_extract_string(value, ALL))


def can_list(dialect: str) -> bool:
    """Tell whether the elements of lists can be had from databases of this SQL."""
    return dialect in ("sqlite", "postgresql")  # DuckDB speaks the latter


def _is_postgresql(column: Column) -> bool:
    # Its own words are small; DuckDB says JSON, and SQLite takes either for text.
    return column.kind == "other" and column.type.islower()


class _JsonHas(FunctionElement[bool]):
    """A list in JSON has an element: SQLite and DuckDB, whose columns say `JSON`."""

    type = sa.Boolean()
    inherit_cache = True


@compiles(_JsonHas)
def _duckdb_has(element: _JsonHas, compiler: SQLCompiler, **more: Any) -> str:
    value, wanted = element.clauses
    found = sa.func.list_contains(sa.func.json_extract_string(value, ALL), wanted)
    return compiler.process(found, **more)


@compiles(_JsonHas, "sqlite")
def _sqlite_has(element: _JsonHas, compiler: SQLCompiler, **more: Any) -> str:
    value, wanted = element.clauses
    return compiler.process(_exists(_sqlite(value), wanted), **more)


def _exists(elements: TableValuedAlias, wanted: Expression) -> Expression:
    same = sa.cast(elements.c.value, sa.Text()) == wanted
    return sa.exists(
        sa.select(sa.literal_column("1")).select_from(elements).where(same)
    )


def _unnested(value: Expression) -> TableValuedAlias:
    return sa.func.unnest(value).table_valued("value", name="each").render_derived()


def _postgresql(value: Expression) -> TableValuedAlias:
    json = sa.cast(value, JSONB())
    is_array = sa.func.jsonb_typeof(json) == "array"
    listed = sa.case((is_array, json), else_=sa.cast("[]", JSONB()))
    return sa.func.jsonb_array_elements_text(listed).table_valued("value", name="each")


def _sqlite(value: Expression) -> TableValuedAlias:
    is_array = sa.and_(sa.func.json_valid(value), sa.func.json_type(value) == "array")
    listed = sa.case((is_array, value), else_="[]")
    return sa.func.json_each(listed).table_valued("value", name="each")
