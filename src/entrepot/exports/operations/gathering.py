"""Many rows into one: groups, and values that become columns."""

from __future__ import annotations

from collections.abc import Sequence

from entrepot.base.columns import unique_names
from entrepot.base.errors import InvalidValue, TooMuch
from entrepot.exports.operations.state import Bench, Column, State, located
from entrepot.exports.wanted import Aggregate, Group, Pivot

MOST_PIVOTED = 1_000
"""So many columns one pivot may make."""

_FIGURES = {
    "count": "count({0})",
    "count_distinct": "count(DISTINCT {0})",
    "sum": "sum({0})",
    "mean": "avg({0})",
    "min": "min({0})",
    "max": "max({0})",
    "median": "median({0})",
}
# Sums of doubles that do not depend on the rows' order in the last digits.
_CAREFUL = {"sum": "fsum({0})", "mean": "favg({0})"}
_OF_NUMBERS = ("sum", "mean")


def group(bench: Bench, state: State, wanted: Group) -> State:
    """Return one row for each combination of values, sorted by them.

    Without columns to group by there is one row, also of no rows.
    """
    by = [state.column(name) for name in wanted.by]
    figures = [
        _figure(state, aggregate, place)
        for place, aggregate in enumerate(wanted.aggregates)
    ]
    names = [a.name or _name(a) for a in wanted.aggregates]
    names = unique_names([*wanted.by, *names])[len(by) :]
    return gathered(bench, state, by, list(zip(names, figures, strict=True)))


def pivot(bench: Bench, state: State, wanted: Pivot) -> State:
    """Return one row for each `by`, with a column for each value of a column."""
    by = [state.column(name) for name in wanted.by]
    column = state.column(wanted.column)
    aggregate = Aggregate(function=wanted.function, column=wanted.value)
    figure = _figure(state, aggregate, None)
    state = _kept(bench, state)
    values = wanted.values or _values(bench, state, column)
    texts = ["null" if value is None else _said(value) for value in values]
    names = unique_names([*wanted.by, *texts])[len(by) :]
    figures = [
        (name, f"{figure} FILTER (WHERE {column.text} {_same(value)})")
        for name, value in zip(names, texts_or_null(values), strict=True)
    ]
    params = tuple(text for text in texts_or_null(values) if text is not None)
    return gathered(bench, state, by, figures, params)


def texts_or_null(values: Sequence[object]) -> list[str | None]:
    """Return the values as they are compared: as text."""
    return [None if value is None else _said(value) for value in values]


def gathered(
    bench: Bench,
    state: State,
    by: Sequence[Column],
    figures: Sequence[tuple[str, str]],
    params: tuple[object, ...] = (),
) -> State:
    """Return the rows with these names and figures, sorted by `by`."""
    made = [(name, bench.key(), sql) for name, sql in figures]
    keys = [column.key for column in by]
    listed = ", ".join([*keys, *(f"{sql} AS {key}" for _, key, sql in made)])
    grouped = f" GROUP BY {', '.join(keys)}" if keys else ""
    sql = f"SELECT {listed} FROM ({state.sql}){grouped}"
    params = (*params, *state.params)
    kinds = bench.kinds(sql, params)
    columns = [Column(name=name, key=key, kind=kinds[key]) for name, key, _ in made]
    return State(
        sql=sql,
        columns=(),
        order=tuple(f"{column.key} ASC NULLS LAST" for column in by),
        params=params,
        is_in_order=not by,
    ).with_columns([*by, *columns])


def _figure(state: State, wanted: Aggregate, place: int | None) -> str:
    where = "value" if place is None else f"aggregates[{place}]"
    with located(where):
        if not wanted.column:
            if wanted.function != "count":
                raise InvalidValue(f"{wanted.function} needs a column")
            return "count(*)"
        return _figure_of(state.column(wanted.column), wanted)


def _figure_of(column: Column, wanted: Aggregate) -> str:
    key, is_of_numbers = column.key, wanted.function in _OF_NUMBERS
    if column.kind == "BOOLEAN" and is_of_numbers:
        key = f"CAST({key} AS INTEGER)"
    elif is_of_numbers and not column.is_number:
        raise _not_numbers(wanted, column)
    is_measured = column.is_number or column.is_time
    if wanted.function == "median" and not is_measured:
        raise _not_numbers(wanted, column)
    table = {**_FIGURES, **(_CAREFUL if column.is_double else {})}
    return table[wanted.function].format(key)


def _not_numbers(wanted: Aggregate, column: Column) -> InvalidValue:
    return InvalidValue(
        f"{wanted.function} is of numbers; {column.name} is {column.kind.lower()}",
        hint=f"derive a number first: TRY_CAST({column.name} AS DECIMAL(38, 6))",
    )


def _name(wanted: Aggregate) -> str:
    return f"{wanted.function}_{wanted.column}" if wanted.column else wanted.function


def _kept(bench: Bench, state: State) -> State:
    """Have the rows once in a table: they are read twice."""
    table = f"t{bench.key()}"
    bench.run(f"CREATE TEMP TABLE {table} AS {state.sql}", state.params)
    return State(sql=f"FROM {table}", columns=state.columns, order=state.order)


def _values(bench: Bench, state: State, column: Column) -> list[object]:
    found = bench.rows(
        f"SELECT {column.text} FROM ({state.sql}) GROUP BY {column.key} "
        f"ORDER BY {column.key} NULLS LAST LIMIT {MOST_PIVOTED + 1}",
        state.params,
    )
    if len(found) > MOST_PIVOTED:
        raise TooMuch(
            f"column: {column.name} has more than {MOST_PIVOTED} different values",
            hint="name the `values` that are wanted",
        )
    return [value for (value,) in found]


def _same(text: str | None) -> str:
    return "IS NULL" if text is None else "= ?"


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
