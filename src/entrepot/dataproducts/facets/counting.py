"""Count facets, each within its time, and find columns worth being one."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from entrepot.base.errors import EntrepotError, TimedOut
from entrepot.base.house import House
from entrepot.connections import (
    Column,
    Part,
    can_list,
    count_different,
    count_elements,
    count_times,
    count_values,
    is_list,
)
from entrepot.dataproducts.facets.spec import (
    Facet,
    Facets,
    FacetsAsked,
    FacetValue,
    Suggestion,
)
from entrepot.dataproducts.facets.times import group_times
from entrepot.dataproducts.facets.values import element_value, facet_value
from entrepot.dataproducts.kept import find_out
from entrepot.dataproducts.reading import Limit, Subject, read_lines
from entrepot.dataproducts.settings import FACET_SECONDS

FIRST_ROWS = 100_000
"""Counted where all would take too long."""

MANY_ROWS = 3_000_000
"""Where statistics say so many, all are counted only when somebody wants it."""

TIMES = ("date", "datetime")
MORE_VALUES = 300
MOST_MONTHS = 12_000

CONSIDERED_ROWS = 1_000
MOST_DIFFERENT = 30
CONSIDERED_COLUMNS = 60
"""Of a wide table only the first so many are considered."""

GOOD = ("text", "boolean", "integer", "date", "datetime")


def list_facets(house: House, subject: Subject, asked: FacetsAsked) -> Facets:
    """Return the facets that are asked for and others that could be.

    Raises:
        UnknownName: There is no such column.
    """
    columns = [subject.part().of(name) for name in dict.fromkeys(asked.columns)]
    mark = subject.database.mark()
    each = house.settings[FACET_SECONDS]
    limit = Limit(asked.seconds, asked.seconds) if asked.is_exact else None
    limit = limit or Limit(each, each * 3)
    facets = []
    for column in columns:
        size = MORE_VALUES if column.name in asked.more else asked.limit
        key = subject.key("facet", subject.where, column.name, size, asked.is_exact)
        found = find_out(
            house,
            key,
            mark,
            lambda column=column, size=size: _count(  # type: ignore[misc]  # bound now
                subject, column, size, limit, is_exact=asked.is_exact
            ),
            is_whole=lambda facet: not facet.problem,
        )
        facets.append(found.value)
    suggested = find_out(
        house,
        subject.key("suggested", subject.where),
        mark,
        lambda: _suggest(subject, each / 2),
        is_whole=lambda some: some is not None,
    ).value
    taken = {column.name for column in columns}
    others = tuple(one for one in suggested or () if one.column not in taken)
    return Facets(facets=tuple(facets), suggested=others)


def _count(
    subject: Subject, column: Column, size: int, limit: Limit, *, is_exact: bool
) -> Facet:
    began = time.monotonic()
    blank = Facet(column=column.name, type=column.type, kind=column.kind)
    if column.kind == "bytes":
        return replace(blank, problem="bytes are not counted")
    facet = blank
    for first_rows in _tries(subject, is_exact=is_exact):
        try:
            facet = _counted(subject, column, size, limit.seconds(), first_rows)
            break
        except TimedOut:
            problem = "the database took longer than it may for this"
            facet = replace(blank, problem=problem)
        except EntrepotError as error:
            facet = replace(blank, problem=error.detail)
            break
    return replace(facet, seconds=time.monotonic() - began)


def _tries(subject: Subject, *, is_exact: bool) -> Iterable[int | None]:
    if is_exact:
        return (None,)
    rows = subject.structure.table.row_count or 0
    is_long = rows > MANY_ROWS and not subject.query.conditions
    return (FIRST_ROWS,) if is_long else (None, FIRST_ROWS)


def _counted(
    subject: Subject, column: Column, size: int, seconds: float, first: int | None
) -> Facet:
    blank = Facet(
        column=column.name, type=column.type, kind=column.kind, first_rows=first
    )
    part = subject.part(first)
    if column.kind in TIMES:
        units = ("year", "month")
        statement = count_times(part, column.name, units, MOST_MONTHS)
        lines = read_lines(subject.database, statement, seconds)
        by, values = group_times(lines, column, subject.where)
        blank = replace(blank, by=by)
    elif is_list(column) and (
        values := _elements(subject, part, column, size, seconds)
    ):
        blank = replace(blank, by="element")
    else:
        statement = count_values(part, column.name, size + 1)
        lines = read_lines(subject.database, statement, seconds)
        values = [facet_value(value, rows, column) for value, rows in lines]
    shown = tuple(_lit(value, subject.where) for value in values[:size])
    return replace(blank, values=shown, has_more=len(values) > size)


def _elements(
    subject: Subject, part: Part, column: Column, size: int, seconds: float
) -> list[FacetValue]:
    """Return the elements of a column of lists; none where no value is a list."""
    if not can_list(part.sql.name):
        return []
    statement = count_elements(part, column.name, size + 1)
    lines = read_lines(subject.database, statement, seconds)
    return [element_value(value, rows, column) for value, rows in lines]


def _lit(value: FacetValue, where: tuple[str, ...]) -> FacetValue:
    is_on = bool(value.where) and set(value.where) <= set(where)
    return replace(value, is_on=is_on)


def _suggest(subject: Subject, seconds: float) -> tuple[Suggestion, ...] | None:
    """Return columns with few values among the first rows, but not with one alone.

    None where the database did not tell in time.
    """
    names = [
        column.name
        for column in subject.structure.columns
        if column.kind in GOOD and (column.name,) != subject.structure.key
    ][:CONSIDERED_COLUMNS]
    if not names:
        return ()
    statement = count_different(subject.part(CONSIDERED_ROWS), names)
    try:
        (counts,) = read_lines(subject.database, statement, seconds)
    except EntrepotError:  # a page without suggestions is still a page
        return None
    numbers = [int(str(count)) for count in counts]
    return tuple(
        Suggestion(column=name, different_values=different)
        for name, known, different in zip(
            names, numbers[::2], numbers[1::2], strict=True
        )
        if 2 <= different <= min(MOST_DIFFERENT, known // 2)
    )
