"""Look at one column, a few short questions one after the other."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from entrepot.base.errors import EntrepotError, TimedOut
from entrepot.connections import (
    Column,
    Part,
    Statement,
    count_distinct,
    count_nulls,
    count_values,
    sum_up,
)
from entrepot.dataproducts.facets.values import facet_value
from entrepot.dataproducts.profile import bins
from entrepot.dataproducts.profile.estimate import estimate_different
from entrepot.dataproducts.profile.spec import ColumnProfile
from entrepot.dataproducts.reading import Limit, Subject, read_lines

FIRST_ROWS = 100_000
"""Looked at where all would take too long."""

MANY_ROWS = 3_000_000
"""Where statistics say so many, only the first are looked at."""

TOP = 5
NUMBERS = ("integer", "number", "decimal")
TIMES = ("date", "datetime")


@dataclass(frozen=True, slots=True)
class _Look:
    """One column of some rows, and the time there is for it."""

    subject: Subject
    column: Column
    part: Part
    limit: Limit

    def ask(self, statement: Statement) -> list[list[object]]:
        seconds = self.limit.seconds()
        return read_lines(self.subject.database, statement, seconds)


def look_at(
    subject: Subject, column: Column, each_seconds: float, limit: Limit
) -> ColumnProfile:
    """Return what a column is like: of all rows, or of the first in as much time."""
    began = time.monotonic()
    blank = ColumnProfile(
        name=column.name,
        type=column.type,
        kind=column.kind,
        description=column.description,
    )
    found, first_rows = blank, None
    for first_rows in _tries(subject):
        own = Limit(each_seconds, limit.least(each_seconds))
        look = _Look(subject, column, subject.part(first_rows), own)
        found = replace(blank, first_rows=first_rows)
        try:
            for step in _steps(look, found):
                found = step
            break
        except TimedOut:
            problem = "the database took longer than it may for this column"
            found = replace(found, problem=problem)
        except EntrepotError as error:
            found = replace(found, problem=error.detail)
            break
    if first_rows is not None and (found.rows or first_rows) < first_rows:
        found = replace(found, first_rows=None)  # the first were all
    return replace(found, seconds=time.monotonic() - began)


def _tries(subject: Subject) -> Iterator[int | None]:
    rows = subject.structure.table.row_count or 0
    if rows <= MANY_ROWS or subject.query.conditions:
        yield None
    yield FIRST_ROWS


def _steps(look: _Look, found: ColumnProfile) -> Iterator[ColumnProfile]:
    """Yield the profile, with more in it each time."""
    yield (found := _summed(look, found))
    known = (found.rows or 0) - (found.nulls or 0)
    if look.column.kind == "bytes" or not known:
        return
    yield (found := _different(look, found))
    if found.different_is_estimate or (found.different_values or 0) < known:
        lines = look.ask(count_values(look.part, look.column.name, TOP + 1))
        values = [facet_value(value, rows, look.column) for value, rows in lines]
        top = [value for value in values if value.value is not None]
        yield (found := replace(found, top=tuple(top[:TOP])))
    yield _binned(look, found)


def _summed(look: _Look, found: ColumnProfile) -> ColumnProfile:
    if look.column.kind == "bytes":
        ((rows, known),) = look.ask(count_nulls(look.part, look.column.name))
        return replace(found, rows=_int(rows), nulls=_int(rows) - _int(known))
    (line,) = look.ask(sum_up(look.part, look.column.name))
    rows, known, low, high, mean, longest, odd = line
    return replace(
        found,
        rows=_int(rows),
        nulls=_int(rows) - _int(known),
        low=low,
        high=high,
        mean=mean,
        longest=None if longest is None else _int(longest),
        not_finite=_int(odd),
    )


def _different(look: _Look, found: ColumnProfile) -> ColumnProfile:
    ((different, alone),) = look.ask(count_distinct(look.part, look.column.name))
    if found.first_rows is None:
        return replace(found, different_values=_int(different))
    is_filtered = bool(look.subject.query.conditions)
    table_rows = None if is_filtered else look.subject.structure.table.row_count
    known = (found.rows or 0) - (found.nulls or 0)
    return replace(
        found,
        different_values=estimate_different(
            _int(different), _int(alone or 0), known, table_rows
        ),
        different_is_estimate=(found.rows or 0) >= found.first_rows,
    )


def _binned(look: _Look, found: ColumnProfile) -> ColumnProfile:
    name = look.column.name
    if look.column.kind in TIMES:
        units = bins.choose_units(found.low, found.high)
        if not units:
            return found
        lines = look.ask(bins.ask_times(look.part, name, units))
        return replace(found, bins=bins.time_bins(lines))
    ends = _float(found.low), _float(found.high)
    if look.column.kind not in NUMBERS or None in ends:
        return found
    low, high = (float(str(end)) for end in ends)
    statement = bins.ask_bins(look.part, name, low, high)
    if statement is None:
        return found
    return replace(found, bins=bins.number_bins(look.ask(statement), low, high))


def _float(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:  # a text in a column of numbers (SQLite)
        return None
    return number if math.isfinite(number) else None


def _int(value: object) -> int:
    return int(str(value))
