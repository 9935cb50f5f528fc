"""What the log tells: its lines, how many there are, and none of them after `clear`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from entrepot.base.errors import Missing
from entrepot.base.house import House
from entrepot.watch.lines.clearing import clear
from entrepot.watch.lines.found import count_lines, find_lines
from entrepot.watch.lines.histogram import histogram
from entrepot.watch.lines.reading import Reading, opened_log
from entrepot.watch.lines.span import Span, span_of
from entrepot.watch.lines.statistics import Statistics, statistics
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Line, Lines, Wanted

__all__ = [
    "LogSize",
    "Statistics",
    "clear",
    "get_line",
    "histogram",
    "list_around",
    "list_lines",
    "list_loggers",
    "log_size",
    "statistics",
]

COUNT_SECONDS = 0.2
EVERY = Wanted()
WHOLE = Span(0, 2**63 - 1)


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
) -> Lines:
    """Return the newest lines that are wanted.

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
        span = span_of(reading, wanted)
        part = span.within(before=before, after=after)
        found = find_lines(reading, wanted, part, limit=limit + 1, offset=offset)
        return Lines(
            lines=found[:limit],
            older=found[limit - 1].id if len(found) > limit else None,
            newest=_newest(reading),
            total=_total(reading, wanted, span),
            seconds=time.perf_counter() - began,
        )


def get_line(house: House, id: int) -> Line:
    """Return one line.

    Raises:
        Missing: There is none of that number.
        Unavailable: The log cannot be read.
    """
    with opened_log(house) as reading:
        found = reading and find_lines(reading, EVERY, Span(id, id), limit=1)
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
        older = find_lines(reading, EVERY, Span(0, id), limit=count + 1)
        rows = reading.rows(
            "SELECT id FROM logs WHERE id > :id ORDER BY id LIMIT :count",
            {"id": id, "count": count},
        )
        last = max((row[0] for row in rows), default=id)
        newer = find_lines(reading, EVERY, Span(id + 1, last), limit=count)
    return newer + older


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
                "SELECT logger, count(*) FROM logs GROUP BY logger ORDER BY 2 DESC, 1"
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


def _total(reading: Reading, wanted: Wanted, span: Span) -> int | None:
    return reading.within(COUNT_SECONDS, lambda: count_lines(reading, wanted, span))
