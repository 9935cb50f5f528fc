"""The requests of a time, added up by SQLite from the largest pieces that fit."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from entrepot.watch.log.rolling import CURVES, SUMS, rolled_until

Row = tuple[int, int, float, float, float]
"""A bin, the requests in it, and their durations: the sum, the least, the most."""
Piece = tuple[int, int, int]
"""The length of what is added up, and the minutes from which on and up to which."""

_NUMBERS = "bin, requests, total_ms, fastest_ms, slowest_ms"
_SUMS = "bin, sum(requests), sum(total_ms), min(fastest_ms), max(slowest_ms)"
_MINUTES = f"{_NUMBERS} FROM request_minutes WHERE minute >= ? AND minute < ?"
_AT = "WHERE at >= ? AND at < ? AND length = ?"
_ENDPOINTS = (
    f"SELECT endpoint, status, {_MINUTES}",
    f"SELECT endpoint, status, {_NUMBERS} FROM request_sums {_AT}",
)
_CURVES = (
    f"SELECT minute AS at, status >= 500 AS is_failed, {_MINUTES}",
    f"SELECT at, is_failed, {_NUMBERS} FROM request_curves {_AT}",
)


def by_endpoint(
    connection: sqlite3.Connection, first: int, end: int
) -> Iterator[tuple[str, int, Row]]:
    """Yield endpoint, status and durations of the minutes from `first` up to `end`."""
    pieces = cover(first, end, SUMS[::-1], rolled_until(connection))
    union, values = _union(_ENDPOINTS, pieces)
    sql = f"SELECT endpoint, status, {_SUMS} FROM ({union}) GROUP BY 1, 2, 3"
    for name, status, *row in connection.execute(sql, values):
        yield name, status, tuple(row)


def by_moment(
    connection: sqlite3.Connection, first: int, end: int, step: int
) -> Iterator[tuple[int, bool, Row]]:
    """Yield the moment's number, whether they failed, and durations.

    Moments are multiples of `step` minutes since the epoch.
    """
    lengths = [length for length in CURVES[::-1] if step % length == 0]
    pieces = cover(first, end, lengths, rolled_until(connection))
    union, values = _union(_CURVES, pieces)
    sql = f"SELECT at / ?, is_failed, {_SUMS} FROM ({union}) GROUP BY 1, 2, 3"
    for moment, is_failed, *row in connection.execute(sql, [step, *values]):
        yield moment, bool(is_failed), tuple(row)


def cover(first: int, end: int, lengths: Sequence[int], until: int) -> list[Piece]:
    """Return the pieces that a time is made of, the longest where they fit.

    Args:
        lengths: Of pieces that are added up, the longest first; minutes always are.
        until: The minute before which pieces are.
    """
    if not lengths:
        return [(1, first, end)] if first < end else []
    length, *shorter = lengths
    begin, stop = -(-first // length) * length, min(end, until) // length * length
    if begin >= stop:
        return cover(first, end, shorter, until)
    return [
        *cover(first, begin, shorter, until),
        (length, begin, stop),
        *cover(stop, end, shorter, until),
    ]


def _union(selects: tuple[str, str], pieces: Sequence[Piece]) -> tuple[str, list[int]]:
    minutes, longer = selects
    texts, values = list[str](), list[int]()
    for length, begin, stop in pieces:
        texts.append(minutes if length == 1 else longer)
        values += [begin, stop] if length == 1 else [begin, stop, length]
    return " UNION ALL ".join(texts), values
