"""Requests of whole hours and days, added up where hours are over, for long looks.

A week of minutes is a million rows and more. What is added up counts as far as
`rolled_until` says: an hour that gets more requests takes that back, until the writer
of the next ones adds it up again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

HOUR, DAY = 60, 1440
CURVES = (6, 30, HOUR)
SUMS = (HOUR, 360, DAY)
"""Minutes that are added up together, for curves and by endpoint."""
LATE = 2
"""Minutes after an hour in which other processes may still write lines of it."""
MOST = 24 * HOUR
"""Minutes that one batch of lines adds up: writers wait for each other."""

_STATE = "requests_rolled_until"
_FIRST = "SELECT min(minute) FROM request_minutes WHERE minute >= ?"
_SUMS = "sum(requests), sum(total_ms), min(fastest_ms), max(slowest_ms)"
_CURVES = f"""
INSERT OR REPLACE INTO request_curves
SELECT :length, minute / :length * :length, status >= 500, bin, {_SUMS}
FROM request_minutes WHERE minute >= :first AND minute < :end GROUP BY 2, 3, 4
"""
_HOURS = f"""
INSERT OR REPLACE INTO request_sums
SELECT {HOUR}, minute / {HOUR} * {HOUR}, endpoint, status, bin, {_SUMS}
FROM request_minutes WHERE minute >= :first AND minute < :end GROUP BY 2, 3, 4, 5
"""
_LONGER = f"""
INSERT OR REPLACE INTO request_sums
SELECT :length, at / :length * :length, endpoint, status, bin, {_SUMS}
FROM request_sums WHERE length = {HOUR} AND at >= :first AND at < :end
GROUP BY 2, 3, 4, 5
"""


def rolled_until(connection: sqlite3.Connection) -> int:
    """Return the minute, an hour's first, before which all is added up; 0 for none."""
    wanted = "SELECT value FROM log_state WHERE name = ?"
    found = connection.execute(wanted, (_STATE,)).fetchone()
    return int(found[0]) if found else 0


def roll(connection: sqlite3.Connection, minutes: Collection[int]) -> None:
    """Add up what is over, after requests of these minutes were counted."""
    if not minutes:
        return
    rolled = rolled_until(connection)
    until = min(rolled, min(minutes)) // HOUR * HOUR
    end = (max(minutes) - LATE) // HOUR * HOUR
    if until < end:
        begin, until = until, _step(connection, until, end)
        _add_up(connection, begin, until)
    if until != rolled:
        put = "INSERT OR REPLACE INTO log_state (name, value) VALUES (?, ?)"
        connection.execute(put, (_STATE, until))


def forget_sums(connection: sqlite3.Connection, oldest: int) -> None:
    """Remove what ends before a minute."""
    for table, lengths in (("request_curves", CURVES), ("request_sums", SUMS)):
        for length in lengths:
            sql = f"DELETE FROM {table} WHERE length = ? AND at <= ?"
            connection.execute(sql, (length, oldest - length))


def _add_up(connection: sqlite3.Connection, first: int, end: int) -> None:
    bounds = {"first": first, "end": end}
    for length in CURVES:
        connection.execute(_CURVES, bounds | {"length": length})
    connection.execute(_HOURS, bounds)
    for length in SUMS[1:]:
        whole = {name: at // length * length for name, at in bounds.items()}
        connection.execute(_LONGER, whole | {"length": length})


def _step(connection: sqlite3.Connection, begin: int, end: int) -> int:
    """Return how far to go at once: a time without requests costs nothing."""
    first: int = connection.execute(_FIRST, (begin,)).fetchone()[0] // HOUR * HOUR
    return max(begin, min(end, first + MOST))
