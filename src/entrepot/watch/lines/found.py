"""Lines of the log, found: newest first, and counted."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

from entrepot.watch.lines.narrowing import Question
from entrepot.watch.lines.reading import Reading, Value
from entrepot.watch.lines.span import (
    EPOCH,
    LAST,
    MINUTE,
    Place,
    minute_conditions,
    minute_of,
    place_of,
)
from entrepot.watch.lines.words import parse_words
from entrepot.watch.spec import Line, Wanted

_LINES = (
    "SELECT id, timestamp, level, logger, message, request_id, trace_id, user_id, "
    "actor, job_id, ip_address, endpoint, method, status_code, duration_ms, "
    "error_type, stack_trace, custom_fields "
    "FROM logs WHERE id IN (SELECT value FROM json_each(:ids))"
)


def question_of(reading: Reading, wanted: Wanted) -> Question:
    """Return the question for the lines that are wanted."""
    match, lacking = parse_words(wanted.q).matches(reading)
    return Question(wanted=wanted, match=match, lacking=lacking)


def find_lines(
    reading: Reading, question: Question, place: Place, *, limit: int, offset: int = 0
) -> list[Line]:
    """Return the newest lines that are wanted and lie there."""
    ids, values = question.sql(place)
    numbers = reading.rows(
        f"{ids} ORDER BY id DESC LIMIT :limit OFFSET :offset",
        values | {"limit": limit, "offset": offset},
    )
    rows = reading.rows(_LINES, {"ids": json.dumps([row[0] for row in numbers])})
    return sorted(map(line_of, rows), key=lambda line: -line.id)


def count_lines(reading: Reading, question: Question, place: Place) -> int:
    """Return how many lines are wanted."""
    if not is_counted_by_minutes(question):
        return _count(reading, question, place)
    where, values, cut = whole_minutes(question.wanted)
    found = reading.row(
        f"SELECT coalesce(sum(lines), 0) FROM log_minutes WHERE {where}", values
    )
    return (int(found[0]) if found else 0) + sum(
        _count(reading, Question(wanted=part), place_of(reading, part)) for part in cut
    )


def _count(reading: Reading, question: Question, place: Place) -> int:
    ids, values = question.sql(place)
    found = reading.row(f"SELECT count(*) FROM ({ids})", values)
    return int(found[0]) if found else 0


def is_counted_by_minutes(question: Question) -> bool:
    """Return whether only times, levels and loggers narrow."""
    wanted = question.wanted
    return not question.lacking and wanted == Wanted(
        levels=wanted.levels,
        logger=wanted.logger,
        other_logger=wanted.other_logger,
        since=wanted.since,
        until=wanted.until,
    )


def whole_minutes(wanted: Wanted) -> tuple[str, dict[str, Value], list[Wanted]]:
    """Return conditions of minutes that are wanted whole, and the parts of others."""
    edges = [one for one in (wanted.since, wanted.until) if one]
    cut = {minute_of(edge) for edge in edges if (edge - EPOCH) % MINUTE}
    where, values = minute_conditions(wanted)
    names = {f"cut{n}": minute for n, minute in enumerate(cut)}
    where += f" AND minute NOT IN ({', '.join(f':{name}' for name in names)})"
    return where, values | names, [_part(wanted, minute) for minute in cut]


def _part(wanted: Wanted, minute: int) -> Wanted:
    begin = EPOCH + minute * MINUTE
    until = wanted.until
    if begin <= LAST - MINUTE:  # the last minute of the calendar has no end
        until = min(begin + MINUTE, until or LAST)
    return replace(wanted, since=max(begin, wanted.since or begin), until=until)


def line_of(row: sqlite3.Row) -> Line:
    """Return a row of the file as a line."""
    named = dict(row)
    fields = named.pop("custom_fields")
    return Line(**named, fields=json.loads(fields) if fields else {})
