"""Facets of dates: by year, or by month where all are of one year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from entrepot.connections import Column, Filter
from entrepot.dataproducts.facets.spec import By, FacetValue

LATEST_YEAR = 9999


def group_times(
    lines: Sequence[Sequence[object]], column: Column, where: Collection[str]
) -> tuple[By, list[FacetValue]]:
    """Return values of (year, month, rows, dated rows), the latest first.

    Rows without a date come last; those whose text is no date have no condition. The
    year that `where` leaves stands before its months.
    """
    known = [(y, m, n) for y, m, n, _ in lines if y is not None and m is not None]
    years: Counter[int] = Counter()
    months: Counter[tuple[int, int]] = Counter()
    for year, month, rows in known:
        years[_int(year)] += _int(rows)
        months[_int(year), _int(month)] += _int(rows)
    rest = _rest(lines, column)
    found = [_year(*year, column) for year in sorted(years.items(), reverse=True)]
    if len(found) != 1:
        return "year", found + rest
    chosen = [value for value in found if set(value.where) <= set(where)]
    parts = sorted(months.items(), reverse=True)
    return "month", chosen + [_month(y, m, n, column) for (y, m), n in parts] + rest


def _year(year: int, rows: int, column: Column) -> FacetValue:
    where = _between(year, 1, year + 1, 1, column)
    return FacetValue(value=f"{year:04}", rows=rows, where=where)


def _month(year: int, month: int, rows: int, column: Column) -> FacetValue:
    later = (year, month + 1) if month < 12 else (year + 1, 1)
    where = _between(year, month, *later, column)
    return FacetValue(value=f"{year:04}-{month:02}", rows=rows, where=where)


def _between(
    year: int, month: int, end_year: int, end_month: int, column: Column
) -> tuple[str, ...]:
    # No end that a date could say: conditions reach from year 1 to 9999.
    if not 1 <= year <= LATEST_YEAR:
        return ()
    begin = Filter(column.name, "ge", _text(date(year, month, 1), column)).where()
    if end_year > LATEST_YEAR:
        return (begin,)
    end = Filter(column.name, "lt", _text(date(end_year, end_month, 1), column))
    return begin, end.where()


def _text(day: date, column: Column) -> str:
    return f"{day} 00:00:00" if column.kind == "datetime" else f"{day}"


def _rest(lines: Sequence[Sequence[object]], column: Column) -> list[FacetValue]:
    odd = [(_int(n), _int(dated)) for y, m, n, dated in lines if y is None or m is None]
    no_value = sum(rows - dated for rows, dated in odd)
    no_date = sum(dated for _, dated in odd)
    found = []
    if no_value:
        where = (Filter(column.name, "isnull", "true").where(),)
        found.append(FacetValue(value=None, rows=no_value, where=where))
    if no_date:
        found.append(FacetValue(value="no date", rows=no_date))
    return found


def _int(value: object) -> int:
    return int(str(value))
