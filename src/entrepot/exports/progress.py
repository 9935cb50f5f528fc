"""How far an export is, on a terminal as a bar, elsewhere as lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

LINE_SECONDS = 5.0
Clock = Callable[[], float]


@contextmanager
def shown_progress(
    title: str,
    total_rows: int | None,
    stream: TextIO | None = None,
    clock: Clock = time.monotonic,
) -> Iterator[Callable[[int], None]]:
    """Give a function to call with the rows so far; what it shows goes to stderr."""
    stream = stream or sys.stderr
    if stream.isatty():
        with _bar(title, total_rows, stream, clock) as tell:
            yield tell
    else:
        yield _Lines(title, total_rows, stream, clock)


class _Lines:
    """A line every few seconds, for a log."""

    def __init__(
        self, title: str, total_rows: int | None, stream: TextIO, clock: Clock
    ) -> None:
        self._title = title
        self._of = f" of about {total_rows:,}" if total_rows else ""
        self._stream = stream
        self._clock = clock
        self._started = clock()
        self._next = self._started + LINE_SECONDS

    def __call__(self, rows: int) -> None:
        now = self._clock()
        if now < self._next:
            return
        self._next = now + LINE_SECONDS
        speed = rows / (now - self._started)
        line = f"{self._title}: {rows:,}{self._of} rows, {speed:,.0f} rows/s"
        print(line, file=self._stream, flush=True)  # this is the terminal's


@contextmanager
def _bar(
    title: str, total_rows: int | None, stream: TextIO, clock: Clock
) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:,.0f} rows"),
        TextColumn("{task.fields[speed]}"),
        TimeElapsedColumn(),
        TextColumn("ETA"),
        TimeRemainingColumn(),
    )
    console = Console(file=stream)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=total_rows or None, speed="")
        started = clock()

        def tell(rows: int) -> None:
            speed = rows / max(clock() - started, 0.001)
            progress.update(task, completed=rows, speed=f"{speed:,.0f} rows/s")

        yield tell
