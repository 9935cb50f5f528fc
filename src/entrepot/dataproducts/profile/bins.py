"""Histograms: a column's range in parts, and the rows in each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from entrepot.connections import Part, Statement, count_bins, count_times
from entrepot.dataproducts.profile.spec import Bin

BINS = 24
MOST_DAYS = 62
MOST_MONTHS = 60
MOST_YEARS = 400
UNITS = ("year", "month", "day")


def ask_bins(part: Part, name: str, low: float, high: float) -> Statement | None:
    """Return what counts the parts between two numbers; None where there are none."""
    width = (high - low) / BINS
    # Numbers too close, or too far apart, for a float between them.
    if not low < low + width < high:
        return None
    return count_bins(part, name, low, high, BINS)


def number_bins(
    lines: Sequence[Sequence[object]], low: float, high: float
) -> tuple[Bin, ...]:
    """Return the parts of (number of the part, rows); the greatest is in the last."""
    rows = [0] * BINS
    for place, count in lines:
        if place is not None:
            rows[min(max(int(str(place)), 0), BINS - 1)] += int(str(count))
    width = (high - low) / BINS
    return tuple(
        Bin(low=low + width * number, high=low + width * (number + 1), rows=count)
        for number, count in enumerate(rows)
    )


def choose_units(low: object, high: object) -> tuple[str, ...]:
    """Return the parts of time that a range is told by; none for what is no date."""
    try:
        begin, end = (datetime.fromisoformat(str(at)[:10]) for at in (low, high))
    except ValueError:
        return ()
    days = (end - begin) / timedelta(days=1)
    if days <= MOST_DAYS:
        return UNITS
    return UNITS[:2] if days / 30 <= MOST_MONTHS else UNITS[:1]


def ask_times(part: Part, name: str, units: Sequence[str]) -> Statement:
    """Return what counts the rows of each year, month or day."""
    return count_times(part, name, units, MOST_YEARS)


def time_bins(lines: Sequence[Sequence[object]]) -> tuple[Bin, ...]:
    """Return a part for each (year, …, rows, dated rows), without those undated."""
    found = []
    for *units, rows, _ in lines:
        if None not in units:
            year, *rest = (int(str(unit)) for unit in units)
            name = "-".join([f"{year:04}", *(f"{unit:02}" for unit in rest)])
            found.append(Bin(low=name, high=name, rows=int(str(rows))))
    return tuple(found)
