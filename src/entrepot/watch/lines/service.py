"""What the log tells: its lines, how many there are, and none of them after `clear`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from entrepot.base.errors import Missing
from entrepot.base.house import House
from entrepot.watch.lines.clearing import clear
from entrepot.watch.lines.found import (
    count_lines,
    find_lines,
    find_ordered,
    question_of,
)
from entrepot.watch.lines.histogram import histogram
from entrepot.watch.lines.narrowing import Question
from entrepot.watch.lines.reading import Reading, opened_log
from entrepot.watch.lines.span import ALL, Place, Span, place_of
from entrepot.watch.lines.statistics import Statistics, statistics
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Line, Lines, Order, Wanted

__all__ = [
    "LogSize",
    "Statistics",
    "clear",
    "find_beside",
    "get_line",
    "histogram",
    "list_around",
    "list_lines",
    "list_loggers",
    "log_size",
    "statistics",
]

COUNT_SECONDS = 0.03
"""Of the processor, for a search with its count; where little is left none is begun."""
EVERY = Question(wanted=Wanted())


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSize:
    """How much the log holds.

    Attributes:
        size_bytes: Of its files on the disk.
        oldest: When its first line was written; None where there is none.
    """

    lines: int
    size_bytes: int
    oldest: datetime | None


def list_lines(
    house: House,
    wanted: Wanted,
    *,
    limit: int,
    before: int | None = None,
    after: int | None = None,
    offset: int = 0,
    order: Order = "-timestamp",
) -> Lines:
    """Return the newest lines that are wanted, or the first in another order.

    Args:
        before, after: Only lines with lower, and with higher, numbers.
        offset: How many of them to leave out.

    Raises:
        TimedOut: It took too long.
        Unavailable: The log cannot be read.
    """
    began = time.perf_counter()
    with opened_log(house) as reading:
        if reading is None:
            return Lines(lines=[], older=None, newest=0, total=0, seconds=0.0)
        busy = time.thread_time()
        question, place = question_of(reading, wanted), place_of(reading, wanted)
        part = place.cut(_between(before, after))
        find = partial(find_lines, reading, question, part)
        if order != "-timestamp":
            find = partial(find_ordered, reading, question, part, order)
        found = find(limit=limit + 1, offset=offset)
        left = COUNT_SECONDS - (time.thread_time() - busy)
        count = partial(count_lines, reading, question, place)
        return Lines(
            lines=found[:limit],
            older=found[limit - 1].id if len(found) > limit else None,
            newest=_newest(reading),
            total=reading.within(left, count) if left > COUNT_SECONDS / 4 else None,
            seconds=time.perf_counter() - began,
        )


def get_line(house: House, id: int) -> Line:
    """Return one line.

    Raises:
        Missing: There is none of that number.
        Unavailable: The log cannot be read.
    """
    found: list[Line] | None = None
    with opened_log(house) as reading:
        if reading is not None and id < ALL.last:
            found = _found(reading, Span(id, id), limit=1)
    if not found:
        raise Missing(
            f"there is no line {id} in the log", hint="lines go when their time is over"
        )
    return found[0]


def list_around(house: House, id: int, *, count: int) -> list[Line]:
    """Return a line with as many before and after it, newest first.

    Raises:
        Missing: There is no such line.
        Unavailable: The log cannot be read.
    """
    line = get_line(house, id)
    with opened_log(house) as reading:
        if reading is None:
            return [line]
        older = _found(reading, Span(0, id), limit=count + 1)
        rows = reading.rows(
            "SELECT id FROM logs WHERE id > :id ORDER BY id LIMIT :count",
            {"id": id, "count": count},
        )
        last = max((row[0] for row in rows), default=id)
        newer = _found(reading, Span(id + 1, last), limit=count)
    return newer + older


def find_beside(house: House, wanted: Wanted, id: int, *, is_newer: bool) -> int | None:
    """Return the number of the next wanted line after one, or before it; None for none.

    Raises:
        TimedOut: It took too long.
        Unavailable: The log cannot be read.
    """
    with opened_log(house) as reading:
        if reading is None:
            return None
        between = _between(None, id) if is_newer else _between(id, None)
        place = place_of(reading, wanted).cut(between)
        ids, values = question_of(reading, wanted).sql(place)
        order = "id" if is_newer else "id DESC"
        found = reading.row(f"{ids} ORDER BY {order} LIMIT 1", values)
        return int(found[0]) if found else None


def list_loggers(house: House) -> list[tuple[str, int]]:
    """Return who wrote lines and how many, the most first.

    Raises:
        Unavailable: The log cannot be read.
    """
    with opened_log(house) as reading:
        if reading is None:
            return []
        return [
            (row[0], row[1])
            for row in reading.rows(
                "SELECT logger, sum(lines) FROM log_minutes "
                "GROUP BY logger ORDER BY 2 DESC, 1"
            )
        ]


def log_size(house: House) -> LogSize:
    """Return how much the log holds.

    Raises:
        Unavailable: It cannot be read.
    """
    with opened_log(house) as reading:
        if reading is None:
            return LogSize(lines=0, size_bytes=0, oldest=None)
        lines = reading.row("SELECT coalesce(sum(lines), 0) FROM log_minutes")
        oldest = reading.row("SELECT timestamp FROM logs ORDER BY id LIMIT 1")
    path = log_store(house).path
    files = (path, path.with_name(f"{path.name}-wal"))
    return LogSize(
        lines=lines[0] if lines else 0,
        size_bytes=sum(file.stat().st_size for file in files if file.exists()),
        oldest=datetime.fromisoformat(oldest[0]) if oldest else None,
    )


def _newest(reading: Reading) -> int:
    found = reading.row("SELECT seq FROM sqlite_sequence WHERE name = 'logs'")
    return int(found[0]) if found else 0


def _found(reading: Reading, span: Span, *, limit: int) -> list[Line]:
    return find_lines(reading, EVERY, Place(span, span), limit=limit)


def _between(before: int | None, after: int | None) -> Span:
    return Span(
        ALL.first if after is None else after + 1,
        ALL.last if before is None else before - 1,
    )
