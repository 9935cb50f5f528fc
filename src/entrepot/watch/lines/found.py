"""Lines of the log, found: newest first, and counted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import merge
from itertools import islice

from entrepot.base.times import now
from entrepot.watch.lines.marks import marked, marks_of
from entrepot.watch.lines.narrowing import Question
from entrepot.watch.lines.reading import Reading, Value
from entrepot.watch.lines.shapes import phrases_of
from entrepot.watch.lines.span import (
    EPOCH,
    LAST,
    MINUTE,
    Place,
    Span,
    minute_conditions,
    minute_of,
    place_of,
)
from entrepot.watch.lines.words import parse_words
from entrepot.watch.search.conditions import has_words, hints_of, split_matches
from entrepot.watch.search.narrowing import narrow
from entrepot.watch.search.tree import Or
from entrepot.watch.spec import Line, Order, Wanted

MOST_WAYS = 8
"""Sides of an OR that are looked for one beside the other."""
FIRST_STRETCH = 10_000
"""Numbers that are looked through first where words stand beside other conditions."""
_LINES = (
    "SELECT id, timestamp, level, logger, message, request_id, trace_id, user_id, "
    "actor, job_id, ip_address, endpoint, method, status_code, duration_ms, "
    "error_type, stack_trace, custom_fields "
    "FROM logs WHERE id IN (SELECT value FROM json_each(:ids))"
)


def question_of(reading: Reading, wanted: Wanted) -> Question:
    """Return the question for the lines that are wanted."""
    match, lacking = parse_words(wanted.q).matches(reading)
    matches, rest = split_matches(wanted.tree)
    phrases = [f'"{words}"' for words in phrases_of(wanted.like)]
    question = Question(
        wanted=wanted,
        match=" AND ".join(f"({one})" for one in (match, *matches, *phrases) if one),
        lacking=lacking,
        tree=rest,
        marks=marks_of(wanted, rest),
    )
    hints = hints_of(rest) if question.way == "number" else []
    return replace(question, match=" AND ".join(hints)) if hints else question


def find_lines(
    reading: Reading, question: Question, place: Place, *, limit: int, offset: int = 0
) -> list[Line]:
    """Return the newest lines that are wanted and lie there."""
    most = offset + limit
    ids = islice(find_ids(reading, question, place, most=most), offset, most)
    return load_lines(reading, ids)


def find_ids(
    reading: Reading, question: Question, place: Place, *, most: int = -1
) -> Iterator[int]:
    """Yield the numbers of the lines that are wanted and lie there, newest first.

    Args:
        most: More than so many are not asked for; -1 for all.
    """
    found = [
        _ids(reading, part, _stretches(reading, part, place), most)
        for part in _alternatives(reading, question)
    ]
    before = None
    for id in merge(*found, reverse=True):
        if id != before:
            yield id
        before = id


def load_lines(reading: Reading, ids: Iterable[int]) -> list[Line]:
    """Return the lines of these numbers, newest first."""
    rows = reading.rows(_LINES, {"ids": json.dumps(list(ids))})
    return sorted(map(line_of, rows), key=lambda line: -line.id)


def find_ordered(
    reading: Reading,
    question: Question,
    place: Place,
    order: Order,
    *,
    limit: int,
    offset: int = 0,
) -> list[Line]:
    """Return the first lines in an order; those that lack its value come last."""
    column, way = order.removeprefix("-"), " DESC" * order.startswith("-")
    if column == "timestamp":  # of lines of one moment the later written is later
        column = "id"
    ids, values = question.sql(place, columns=f", logs.{column} AS sorted_by")
    rows = reading.rows(
        f"SELECT id FROM ({ids}) ORDER BY sorted_by IS NULL, sorted_by{way}, id{way} "
        "LIMIT :limit OFFSET :offset",
        values | {"limit": limit, "offset": offset},
    )
    numbers = [row[0] for row in rows]
    lines = {line.id: line for line in load_lines(reading, numbers)}
    return [lines[number] for number in numbers]


def _ids(
    reading: Reading, question: Question, places: list[Place], most: int
) -> Iterator[int]:
    for place in places:
        ids, values = question.sql(place)
        ordered = f"{ids} ORDER BY id DESC LIMIT :most"
        for row in reading.rows(ordered, values | {"most": most}):
            yield row[0]


def _alternatives(reading: Reading, question: Question) -> list[Question]:
    """Return what finds the same where each side of an OR has an index of its own."""
    tree, wanted = question.tree, question.wanted
    if not isinstance(tree, Or) or len(tree.nodes) > MOST_WAYS:
        return [question]
    if question.way != "number":
        return [question]
    at = now()
    sides = [
        question_of(reading, narrow(replace(wanted, tree=None), node, at))
        for node in tree.nodes
    ]
    is_slow = any(side.way == "number" and not side.marks for side in sides)
    return [question] if is_slow else sides


def _stretches(reading: Reading, question: Question, place: Place) -> list[Place]:
    """Return the parts of a place, newest first, which are looked through in turn.

    The index of words gives all its lines of a part before the first is compared; so
    the first parts are small.
    """
    parts = marked_parts(reading, question, place)
    if question.way != "number" or not (question.lacking or has_words(question.tree)):
        return parts
    newest = reading.row("SELECT coalesce(max(id), 0) FROM logs")
    places, length = [], FIRST_STRETCH
    for part in parts:
        last = min(part.span.last, newest[0] if newest else 0)
        while last >= part.span.first:
            places.append(part.cut(Span(last - length + 1, last)))
            last, length = last - length, length * 4
    return places


def marked_parts(reading: Reading, question: Question, place: Place) -> list[Place]:
    """Return the parts of a place, newest first, in which wanted lines may be."""
    if question.way not in ("number", "words"):
        return [place]
    return marked(reading, question.marks, place)


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
    parts = _alternatives(reading, question)
    if len(parts) > 1:
        return sum(1 for _ in find_ids(reading, question, place))
    total = 0
    for part in marked_parts(reading, question, place):
        ids, values = question.sql(part)
        found = reading.row(f"SELECT count(*) FROM ({ids})", values)
        total += int(found[0]) if found else 0
    return total


def is_counted_by_minutes(question: Question) -> bool:
    """Return whether only times, levels and loggers narrow."""
    wanted = question.wanted
    return not question.lacking and wanted == Wanted(
        levels=wanted.levels,
        logger=wanted.logger,
        other_logger=wanted.other_logger,
        hidden_loggers=wanted.hidden_loggers,
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
