"""When the log is cleaned up: by one process of all, every few hours."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from entrepot.base.settings import Settings
from entrepot.watch import settings as knobs
from entrepot.watch.log.file import open_to_write, writing
from entrepot.watch.log.forgetting import Limits, forget, give_back

SOON_SECONDS = 60.0
"""From the first line of a process to its first look: commands end before."""
HOUR_SECONDS = 3600
FULL_SECONDS = 60.0
"""Between two looks at the file's size: it must not grow until the next clean-up."""
_CLAIM = """
INSERT INTO log_state (name, value) VALUES ('cleaned_at', ?)
ON CONFLICT DO UPDATE SET value = excluded.value
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What a clean-up removed."""

    lines: int
    seconds: float


class Retention:
    """Cleans up a log's file from a thread of its own, when it is due."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self._path = path
        self._interval = settings[knobs.LOG_CLEANUP_INTERVAL] * HOUR_SECONDS
        self._days = settings[knobs.LOG_RETENTION_DAYS]
        self._debug_hours = settings[knobs.LOG_DEBUG_RETENTION_HOURS]
        self._size_bytes = settings[knobs.LOG_MAX_DB_SIZE_MB] * 1_000_000
        self.begin()

    def begin(self) -> None:
        """Count the time from now; this process may be new."""
        self._born = time.time(), time.monotonic()
        self._due_at = time.monotonic() + SOON_SECONDS
        self._looks_at = self._due_at
        self._thread: threading.Thread | None = None
        self._ends = threading.Event()

    def seconds_until_due(self) -> float:
        """Return how long there is nothing to do."""
        return max(0.0, self._due_at - time.monotonic())

    def clean_when_due(self) -> None:
        """Begin to clean up if it is time, without waiting for it."""
        now = time.monotonic()
        if now < min(self._looks_at, self._due_at):
            return
        self._looks_at = now + FULL_SECONDS
        if now < self._due_at and not self._is_full():
            return
        # Whether it is time for the file is seen in the file, by one of all processes.
        self._due_at = now + min(self._interval, HOUR_SECONDS)
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(
                target=self._try, name="log-cleanup", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Stop after the step that is under way."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(5)
        self._ends = threading.Event()

    def clean(self, now: float | None = None) -> Cleaned | None:
        """Clean up; None if another process has, or does, in this interval.

        A file that has grown too large is cleaned up once a minute.

        Raises:
            OSError, sqlite3.Error: The file cannot be written.
        """
        now = self._now() if now is None else now
        began = time.monotonic()
        with closing(self._open()) as connection:
            if not self._claim(connection, now):
                return None
            lines = self._forget(connection, now)
            give_back(connection, self._ends)
        return Cleaned(lines=lines, seconds=time.monotonic() - began)

    def _open(self) -> sqlite3.Connection:
        return open_to_write(self._path)

    def _forget(self, connection: sqlite3.Connection, now: float) -> int:
        return forget(connection, self._limits(now), self._ends)

    def _limits(self, now: float) -> Limits:
        return Limits(
            now=now,
            days=self._days,
            debug_hours=min(self._debug_hours, self._days * 24),
            size_bytes=self._size_bytes,
        )

    def _is_full(self) -> bool:
        with suppress(OSError):
            return self._path.stat().st_size > self._size_bytes
        return False

    def _claim(self, connection: sqlite3.Connection, now: float) -> bool:
        interval = FULL_SECONDS if self._is_full() else self._interval
        with writing(connection):
            found = connection.execute(
                "SELECT value FROM log_state WHERE name = 'cleaned_at'"
            ).fetchone()
            # One that lies ahead was left by a clock that went wrong.
            if found and 0 <= now - float(found[0]) < interval:
                return False
            connection.execute(_CLAIM, (now,))
        return True

    def _now(self) -> float:
        """Return the time, or an earlier one if the clock was set forward meanwhile.

        A clock that runs ahead by days must not make today's lines old.
        """
        at, ticks = self._born
        return min(time.time(), at + time.monotonic() - ticks + HOUR_SECONDS)

    def _try(self) -> None:
        # What fails now is tried in an hour; the writer tells of a file that is lost.
        with suppress(OSError, sqlite3.Error):
            self.clean()
