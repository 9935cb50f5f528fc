"""The log of one process: whoever has a line leaves it here and goes on."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.watch import settings as knobs
from entrepot.watch.log.file import add_entries, open_to_write
from entrepot.watch.log.redact import prepare

if TYPE_CHECKING:
    import sqlite3

    from entrepot.base.house import House
    from entrepot.watch.spec import Entry

PAUSE_SECONDS = 1.0


def log_store(house: House) -> LogStore:
    """Return this process's log; its thread begins with its first line."""
    return house.shelf.get(LogStore, lambda: LogStore(house))


class LogStore:
    """Takes lines from every thread, and writes them from one of its own."""

    def __init__(self, house: House) -> None:
        self.path = Path(house.settings[knobs.LOG_DB_PATH]).absolute()
        self.limit = house.settings[knobs.LOG_QUEUE]
        self.dropped = 0
        self.prepare = prepare
        self.show: Callable[[Sequence[Entry]], None] | None = None
        self._waiting: deque[Entry] = deque()
        self._lock = threading.Lock()
        self._ends = threading.Event()
        self._connection: sqlite3.Connection | None = None
        self._thread: threading.Thread | None = None

    def put(self, entry: Entry) -> None:
        """Take a line, or drop it where too many wait."""
        if len(self._waiting) >= self.limit:
            self.dropped += 1
            return
        self._waiting.append(entry)
        if self._thread is None:
            self._begin()

    def flush(self) -> None:
        """Write what waits, so that readers see it."""
        with self._lock:
            count = len(self._waiting)
            batch = [self._waiting.popleft() for _ in range(count)]
            if batch:
                if self._connection is None:
                    self._connection = open_to_write(self.path)
                batch = self.prepare(batch)
                if self.show is not None:
                    self.show(batch)
                add_entries(self._connection, batch)

    def add_samples(self, rows: Iterable[tuple[int, str, str, str, float]]) -> None:
        """Keep what gauges read."""
        with self._lock:
            if self._connection is None:
                self._connection = open_to_write(self.path)
            self._connection.executemany(
                "INSERT OR REPLACE INTO gauge_samples VALUES (?, ?, ?, ?, ?)", rows
            )

    def close(self) -> None:
        """Write what waits, and end."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()
        if self._connection is not None:
            self._connection.close()

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._ends.is_set():
            self.flush()
            self._ends.wait(PAUSE_SECONDS)
