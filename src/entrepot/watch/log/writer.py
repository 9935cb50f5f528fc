"""What was taken, on its way into the file: kept while that cannot be written."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from entrepot.base.events import Event, emit
from entrepot.base.store_errors import find_trouble
from entrepot.watch.events import LogFound, LogLost, LogReplaced, LogSkipped
from entrepot.watch.log.opened import (
    Content,
    E,
    OpenedFile,
    has_damaged_words,
    is_damaged,
)
from entrepot.watch.log.rows import Row

LARGEST_BATCH = 10_000
"""Lines of one transaction where many wait; other processes wait that long."""
AGAIN_SECONDS = 1.0
"""Between two tries while nothing can be written."""
MEAN_BYTES = 1_000
"""What a waiting line may take of memory, on the average; most take a tenth of it."""
LOST_SECONDS = 5.0
"""A file that others hold no longer than this is not told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidings:
    """What is told of a file's fate; each is an event."""

    lost: Callable[[str], Event]
    found: Callable[[int, float], Event]
    skipped: Callable[[int], Event]
    replaced: Callable[[str, str], Event]


OF_LOG = Tidings(
    lost=lambda why: LogLost(why=why),
    found=lambda dropped, seconds: LogFound(dropped=dropped, seconds=seconds),
    skipped=lambda dropped: LogSkipped(dropped=dropped),
    replaced=lambda aside, why: LogReplaced(aside=aside, why=why),
)


class Writer(Generic[E]):
    """Writes batches into a file of ours; used by one thread at a time.

    Attributes:
        pending: What waits to be written, oldest first.
        trouble: Why nothing can be written; None while it can.
    """

    def __init__(
        self, path: Path, content: Content[E], tidings: Tidings, *, limit: int
    ) -> None:
        self.pending: list[E] = []
        self._tidings = tidings
        self._weight = content.weight
        self.written = 0
        self.dropped = 0
        self.trouble: Exception | None = None
        self._samples: list[Row] = []
        self._limit = limit
        self._taken_bytes = 0
        self._file = OpenedFile(path, content)
        self._waits_since = 0.0
        self._tried_at = 0.0
        self._troubled_at = 0.0
        self._is_told = False
        self._dropped_before = 0
        self._untold = 0

    @property
    def has_work(self) -> bool:
        """Tell whether anything waits to be written."""
        return bool(self.pending or self._samples)

    def take(self, entries: list[E], samples: list[Row]) -> None:
        """Keep what came; what is too many is dropped, the newest first."""
        if not self.has_work:
            self._waits_since = time.monotonic()
        room = max(0, self._limit - len(self.pending))
        for count, entry in enumerate(entries[:room]):
            self._taken_bytes += self._weight(entry)
            if self._taken_bytes > self._limit * MEAN_BYTES:
                self._taken_bytes -= self._weight(entry)
                room = count
                break
        self.drop(len(entries) - room)
        self.pending += entries[:room]
        self._samples = (self._samples + samples)[-self._limit :]

    def drop(self, lines: int) -> None:
        """Count lines that are gone, to be told in the log itself."""
        if lines > 0:
            self.dropped += lines
            self._untold += lines

    def write_when_due(self, batch: int, patience_seconds: float) -> None:
        """Write full batches now, and all that has waited long enough."""
        waited = time.monotonic() - self._waits_since
        is_due = len(self.pending) >= batch or waited >= patience_seconds
        if self.has_work and is_due:
            self.write(batch)

    def write(self, batch: int, *, is_last: bool = False) -> bool:
        """Write all that waits; tell whether that is done.

        While nothing can be written it is tried once a second.

        Args:
            is_last: Try in any case.
        """
        if not self.has_work:
            return True
        since = time.monotonic() - self._tried_at
        if self.trouble is not None and since < AGAIN_SECONDS and not is_last:
            return False
        size = max(batch, min(len(self.pending), LARGEST_BATCH))
        try:
            while self.has_work:
                self._write_some(size)
        except (OSError, sqlite3.Error) as error:
            self._lose(error)
            return False
        self._find()
        return True

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def leave(self) -> object:
        """Return what a forked child must not close."""
        return self._file.leave()

    def _write_some(self, size: int) -> None:
        entries, samples = self.pending[:size], self._samples
        try:
            refused = self._file.add(entries, samples)
        except sqlite3.DatabaseError as error:
            if not self._repair(error):
                raise
            refused = self._file.add(entries, samples)
        self.drop(refused)
        self.written += len(entries) - refused
        del self.pending[:size]
        self._taken_bytes -= sum(map(self._weight, entries))
        self._samples = []

    def _repair(self, error: sqlite3.DatabaseError) -> bool:
        """Tell whether a damaged file is whole again, or a new one in its place."""
        if has_damaged_words(error):
            with suppress(sqlite3.Error):
                self._file.rebuild_words()
                return True
        elif not is_damaged(error):
            return False
        aside = self._file.move_aside(time.time())
        self._tell(self._tidings.replaced(str(aside), str(error)))
        return True

    def _lose(self, error: Exception) -> None:
        now = self._tried_at = time.monotonic()
        if self.trouble is None:
            self._troubled_at, self._dropped_before = now, self.dropped
        self.trouble = error
        trouble = find_trouble(error)
        is_busy = trouble is not None and trouble.kind == "clash"
        if not self._is_told and not (
            is_busy and now - self._troubled_at < LOST_SECONDS
        ):
            self._is_told = True
            why = trouble.said if trouble is not None else type(error).__name__
            self._tell(self._tidings.lost(why))

    def _find(self) -> None:
        was_told, self._is_told = self._is_told, False
        was_troubled, self.trouble = self.trouble is not None, None
        lost, self._untold = self._untold, 0
        if was_told and was_troubled:
            seconds = round(time.monotonic() - self._troubled_at, 1)
            self._tell(self._tidings.found(lost, seconds))
        elif lost:
            self._tell(self._tidings.skipped(lost))

    def _tell(self, event: Event) -> None:
        with suppress(Exception):  # whoever listens badly must not end the log
            emit(event)
