"""Lines of the log, found: newest first, and counted."""

from __future__ import annotations

import json
import sqlite3

from entrepot.watch.lines.narrowing import Value, conditions
from entrepot.watch.lines.reading import Reading
from entrepot.watch.lines.span import Span
from entrepot.watch.lines.words import parse_words
from entrepot.watch.spec import Line, Wanted

_COLUMNS = (
    "id, timestamp, level, logger, message, request_id, trace_id, user_id, actor, "
    "job_id, ip_address, endpoint, method, status_code, duration_ms, error_type, "
    "stack_trace, custom_fields"
)
_LACKING = (
    "logs.id NOT IN (SELECT rowid FROM logs_words "
    "WHERE logs_words MATCH :lacking AND rowid BETWEEN :first AND :last)"
)


def find_lines(
    reading: Reading, wanted: Wanted, span: Span, *, limit: int, offset: int = 0
) -> list[Line]:
    """Return the newest lines that are wanted and have such numbers."""
    ids, values = matching(wanted, span)
    rows = reading.rows(
        f"SELECT {_COLUMNS} FROM logs WHERE id IN "
        f"(SELECT id FROM ({ids}) ORDER BY id DESC LIMIT :limit OFFSET :offset) "
        "ORDER BY id DESC",
        values | {"limit": limit, "offset": offset},
    )
    return [line_of(row) for row in rows]


def matching(wanted: Wanted, span: Span) -> tuple[str, dict[str, Value]]:
    """Return a SELECT of the numbers of the lines that are wanted, and its values."""
    found = conditions(wanted)
    words = parse_words(wanted.q)
    source, number = "logs", "logs.id"
    if words.having:
        source = "logs_words CROSS JOIN logs ON logs.id = logs_words.rowid"
        number = "logs_words.rowid"
        found.add("logs_words MATCH :match", match=words.match)
    elif words.lacking:
        found.add(_LACKING, lacking=words.lacking)
    found.add(f"{number} BETWEEN :first AND :last", first=span.first, last=span.last)
    return (
        f"SELECT logs.id AS id, timestamp, level FROM {source} WHERE {found.sql}",
        found.values,
    )


def count_lines(reading: Reading, wanted: Wanted, span: Span) -> int:
    """Return how many lines are wanted."""
    ids, values = matching(wanted, span)
    found = reading.row(f"SELECT count(*) FROM ({ids})", values)
    return int(found[0]) if found else 0


def line_of(row: sqlite3.Row) -> Line:
    """Return a row of the file as a line."""
    named = dict(row)
    fields = named.pop("custom_fields")
    return Line(**named, fields=json.loads(fields) if fields else {})
