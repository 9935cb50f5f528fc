"""Old lines leave the log's file, in steps so small that no writer waits long.

Numbers tell in which order lines came; the clock may have been wrong for some. So a
line goes when it came before every line that is young, whatever moment it bears.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from threading import Event

from entrepot.watch.log.file import writing
from entrepot.watch.log.rolling import forget_sums

STEP_LINES = 1_000
STEP_PAGES = 200
REST_SECONDS = 0.05
"""Between two steps: whoever waits for the file gets it."""
SAMPLE_DAYS = 14
"""How long numbers of requests and samples of gauges are kept: they are few."""
FULL = 0.9
"""What a file that grew too large is brought down to, of its limit."""
VACUUM_BYTES = 50_000_000
MINUTES_OF_DAY = 1440

_WORDS = (
    "INSERT INTO logs_words (logs_words, rowid, message) SELECT 'delete', id, message "
)
_GOING = """
SELECT count(*), strftime('%s', substr(timestamp, 1, 16)) / 60, level, logger FROM logs
"""
_UNCOUNT = """
UPDATE log_minutes SET lines = lines - ? WHERE minute = ? AND level = ? AND logger = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of the log is kept.

    Attributes:
        now: Seconds since the epoch.
    """

    now: float
    days: float
    debug_hours: float
    size_bytes: int


def forget(connection: sqlite3.Connection, limits: Limits, ends: Event) -> int:
    """Remove what is too old, or too much; return how many lines went."""
    minute = int(limits.now // 60)
    before = max(
        first_young(connection, minute, int(limits.days * MINUTES_OF_DAY)),
        _first_that_fits(connection, limits.size_bytes),
    )
    lines = forget_before(connection, before, ends)
    debug = first_young(connection, minute, int(limits.debug_hours * 60))
    lines += _forget_debug(connection, debug, ends)
    oldest = minute - SAMPLE_DAYS * MINUTES_OF_DAY
    with writing(connection):
        connection.execute("DELETE FROM request_minutes WHERE minute < ?", (oldest,))
        forget_sums(connection, oldest)
        connection.execute("DELETE FROM gauge_samples WHERE at < ?", (oldest * 60,))
    return lines


def first_young(connection: sqlite3.Connection, minute: int, age: int) -> int:
    """Return the number before which no line is younger than so many minutes.

    What lies ahead of the clock is young only where nothing else is.
    """
    sql = "SELECT min(first_id) FROM log_minutes WHERE minute BETWEEN ? AND ?"
    for until in (minute + 60, 2**40):
        found = connection.execute(sql, (minute - age, until)).fetchone()[0]
        if found is not None:
            return int(found)
    last = connection.execute("SELECT max(last_id) FROM log_minutes").fetchone()[0]
    return 0 if last is None else int(last) + 1


def forget_before(connection: sqlite3.Connection, before: int, ends: Event) -> int:
    """Remove the lines below a number, oldest first; return how many went."""
    lines = 0
    while not ends.is_set():
        begun = time.monotonic()
        with writing(connection):
            ids = connection.execute(
                "SELECT id FROM logs WHERE id < ? ORDER BY id LIMIT ?",
                (before, STEP_LINES),
            ).fetchall()
            if not ids:
                break
            last = ids[-1][0]
            lines += _remove(connection, "id BETWEEN ? AND ?", (ids[0][0], last))
            for statement in _MOVE_ON:
                connection.execute(statement, {"last": last})
        _rest(ends, begun)
    return lines


_MOVE_ON = (
    "DELETE FROM log_minutes WHERE last_id <= :last",
    "UPDATE log_minutes SET first_id = :last + 1 WHERE first_id <= :last",
    "DELETE FROM log_batches WHERE first_id <= :last AND last_id <= :last",
)


def _forget_debug(connection: sqlite3.Connection, before: int, ends: Event) -> int:
    lines = 0
    # The index holds no line of level INFO: it is used where that is said.
    which = "level = 'DEBUG' AND level <> 'INFO' AND id <= ?"
    while not ends.is_set():
        begun = time.monotonic()
        with writing(connection):
            ids = connection.execute(
                f"SELECT id FROM logs WHERE {which} ORDER BY id LIMIT ?",
                (before - 1, STEP_LINES),
            ).fetchall()
            if not ids:
                break
            lines += _remove(connection, which, (ids[-1][0],))
            connection.execute(
                "UPDATE log_minutes SET first_id = max(first_id, ?) "
                "WHERE level = 'DEBUG'",
                (ids[-1][0] + 1,),
            )
        _rest(ends, begun)
    return lines


def _rest(ends: Event, begun: float) -> None:
    """Leave the file to others at least as long as it was held."""
    ends.wait(max(REST_SECONDS, time.monotonic() - begun))


def _remove(connection: sqlite3.Connection, which: str, values: tuple[int, ...]) -> int:
    """Remove lines, their words, and what was counted of them."""
    going = f"{_GOING} WHERE {which} GROUP BY substr(timestamp, 1, 16), 3, 4"
    connection.executemany(_UNCOUNT, connection.execute(going, values).fetchall())
    connection.execute("DELETE FROM log_minutes WHERE lines <= 0")
    connection.execute(f"{_WORDS} FROM logs WHERE {which}", values)
    return connection.execute(f"DELETE FROM logs WHERE {which}", values).rowcount


def _first_that_fits(connection: sqlite3.Connection, size_bytes: int) -> int:
    """Return the number before which lines must go for the file to fit."""
    pages, free, size = (_pragma(connection, name) for name in _SIZES)
    used = (pages - free) * size
    if used <= size_bytes:
        return 0
    sql = "SELECT min(first_id), max(last_id) FROM log_minutes"
    first, last = connection.execute(sql).fetchone()
    if first is None:
        return 0
    excess = 1 - size_bytes * FULL / used
    return int(first + (last + 1 - first) * excess)


_SIZES = ("page_count", "freelist_count", "page_size")


def give_back(connection: sqlite3.Connection, ends: Event) -> None:
    """Return free pages to the disk; other writers go on meanwhile."""
    if _pragma(connection, "auto_vacuum") == 2:
        # Not until none is free: whoever writes meanwhile frees some all the time.
        for _ in range(_pragma(connection, "freelist_count") // STEP_PAGES + 1):
            begun = time.monotonic()
            # `execute` stops after its first step, which is one page.
            connection.executescript(f"PRAGMA incremental_vacuum({STEP_PAGES})")
            if ends.is_set():
                break
            _rest(ends, begun)
    elif not ends.is_set():
        pages, free, size = (_pragma(connection, name) for name in _SIZES)
        if free * 2 > pages and pages * size > VACUUM_BYTES:
            connection.execute("VACUUM")  # a file of somebody else's making
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
