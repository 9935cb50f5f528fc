"""Errors of the log that were not folded into groups yet, in the order they came."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from entrepot.base.times import now, render_time
from entrepot.watch.lines.reading import Reading, turned_errors
from entrepot.watch.log.file import open_to_write, writing
from entrepot.watch.spec import Line

LOG_ID = "log_id"
"""Under which the log's file keeps a name that no other file has."""
# One level after the other, since each is in order by itself in its index.
_ERRORS = """
SELECT id, timestamp, level, logger, message, request_id, trace_id, user_id, actor,
job_id, ip_address, endpoint, method, status_code, duration_ms, error_type, stack_trace,
custom_fields FROM logs WHERE id IN (
SELECT id FROM (SELECT id FROM logs WHERE level = 'ERROR' AND level <> 'INFO'
AND id > :after ORDER BY id LIMIT :limit)
UNION ALL
SELECT id FROM (SELECT id FROM logs WHERE level = 'CRITICAL' AND level <> 'INFO'
AND id > :after ORDER BY id LIMIT :limit))
ORDER BY id LIMIT :limit
"""
_LAST = """
SELECT max(
coalesce((SELECT max(id) FROM logs WHERE level = 'ERROR' AND level <> 'INFO'), 0),
coalesce((SELECT max(id) FROM logs WHERE level = 'CRITICAL' AND level <> 'INFO'), 0))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How far a log's file goes.

    Attributes:
        log: The file's own name.
        newest: Number of its newest line, of whatever level.
        newest_error: Of its newest error; 0 where there is none.
    """

    log: str
    newest: int
    newest_error: int


def find_log(reading: Reading) -> str:
    """Return the file's own name; empty where it has none yet."""
    found = reading.row(
        "SELECT value FROM log_state WHERE name = :name", {"name": LOG_ID}
    )
    return str(found[0]) if found else ""


def name_log(path: Path) -> None:
    """Give the file a name of its own, if it has none.

    Raises:
        Unavailable: It cannot be written.
    """
    put = "INSERT OR IGNORE INTO log_state (name, value) VALUES (?, ?)"
    with (
        turned_errors(),
        closing(open_to_write(path)) as connection,
        writing(connection),
    ):
        connection.execute(put, (LOG_ID, os.urandom(16).hex()))


def extent_of(reading: Reading, log: str) -> Extent:
    """Return how far the file goes."""
    newest = reading.row("SELECT seq FROM sqlite_sequence WHERE name = 'logs'")
    newest_error = reading.row(_LAST)
    return Extent(
        log=log,
        newest=int(newest[0]) if newest else 0,
        newest_error=int(newest_error[0]) if newest_error else 0,
    )


def errors_after(reading: Reading, after: int, *, limit: int) -> list[Line]:
    """Return the oldest errors with higher numbers, oldest first."""
    rows = reading.rows(_ERRORS, {"after": after, "limit": limit})
    return [_line(row) for row in rows]


def _line(row: sqlite3.Row) -> Line:
    """Return a row as a line, whatever another program may have put there."""
    named = dict(row)
    fields = _fields(named.pop("custom_fields"))
    texts = ("message", "logger", "error_type", "stack_trace", "actor")
    named |= {name: _text(named[name]) for name in texts}
    named["timestamp"] = _moment(named["timestamp"])
    return Line(**named, fields=fields)


def _fields(text: object) -> Mapping[str, object]:
    try:
        found = json.loads(str(text)) if text else {}
    except ValueError:
        return {"told": str(text)}
    return found if isinstance(found, dict) else {"told": found}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _moment(text: object) -> str:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        at = now()
    return render_time(at if at.tzinfo else at.replace(tzinfo=UTC))
