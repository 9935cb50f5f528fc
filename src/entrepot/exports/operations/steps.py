"""Each operation as one more layer of SQL; what needs no sorting stays a stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from entrepot.base.errors import InvalidValue
from entrepot.exports.operations.comparing import condition_of
from entrepot.exports.operations.expressions import expression_sql
from entrepot.exports.operations.gathering import group, pivot
from entrepot.exports.operations.joining import join
from entrepot.exports.operations.state import Bench, Column, State, located
from entrepot.exports.wanted import (
    Dedupe,
    Derive,
    Filter,
    Group,
    Join,
    Operation,
    Pivot,
    Rename,
    Select,
    Sort,
)

O = TypeVar("O")  # noqa: E741  # an operation


def step(bench: Bench, state: State, operation: Operation) -> State:
    """Return the rows after one more operation.

    Raises:
        UnknownName: It names a column that is not there.
        Invalid: It cannot be done with what the columns hold.
    """
    return STEPS[type(operation)](bench, state, operation)


def _filter(bench: Bench, state: State, wanted: Filter) -> State:
    found = condition_of(bench, state.column(wanted.column), wanted)
    sql = f"SELECT * FROM ({state.sql}) WHERE {found.sql}"
    return replace(state, sql=sql, params=(*state.params, *found.params))


def _sort(bench: Bench, state: State, wanted: Sort) -> State:
    keys = [
        f"{state.column(by.column).key} {by.order.upper()} NULLS LAST"
        for by in wanted.by
    ]
    return replace(state, order=(*keys, *state.order), is_in_order=False)


def _select(bench: Bench, state: State, wanted: Select) -> State:
    return state.with_columns([state.column(name) for name in wanted.columns])


def _rename(bench: Bench, state: State, wanted: Rename) -> State:
    for old in wanted.columns:
        state.column(old)
    return state.with_columns(
        [replace(c, name=wanted.columns.get(c.name, c.name)) for c in state.columns]
    )


def _derive(bench: Bench, state: State, wanted: Derive) -> State:
    keys = {column.name: column.key for column in state.columns}
    key = bench.key()
    with located("expression"):
        expression = expression_sql(wanted.expression, keys)
        sql = f"SELECT *, {expression} AS {key} FROM ({state.sql})"
        kind = bench.kinds(sql, state.params)[key]
    if kind in ('"NULL"', "NULL"):
        sql = f"SELECT *, CAST(NULL AS VARCHAR) AS {key} FROM ({state.sql})"
        kind = "VARCHAR"
    made = Column(name=wanted.column, key=key, kind=kind)
    columns = [made if c.name == wanted.column else c for c in state.columns]
    if made not in columns:
        columns.append(made)
    return replace(state, sql=sql, columns=tuple(columns))


def _dedupe(bench: Bench, state: State, wanted: Dedupe) -> State:
    names = wanted.by or [column.name for column in state.columns]
    if len(set(names)) != len(names):
        raise InvalidValue("by: a column is named twice")
    keys = ", ".join(state.column(name).key for name in names)
    place = bench.key()
    order = ", ".join(state.order)
    counted = f"row_number() OVER (PARTITION BY {keys} ORDER BY {order})"
    if wanted.keep == "last":
        same = f"PARTITION BY {keys}"
        counted = f"count(*) OVER ({same}) - {counted} + 1"
    sql = (
        f"SELECT * FROM (SELECT *, {counted} AS {place} FROM ({state.sql})) "
        f"WHERE {place} = 1"
    )
    return replace(state, sql=sql, is_in_order=False)


Step = Callable[[Bench, State, O], State]
STEPS: dict[type, Step] = {  # type: ignore[type-arg]  # each its own operation
    Filter: _filter,
    Sort: _sort,
    Select: _select,
    Rename: _rename,
    Derive: _derive,
    Group: group,
    Join: join,
    Dedupe: _dedupe,
    Pivot: pivot,
}
