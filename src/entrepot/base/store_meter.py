"""What a process has counted of its dealings with our own database."""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often it happened since the process began."""

    statements: int = 0
    slow: int = 0
    failed: int = 0
    retries: int = 0
    dropped: int = 0
    looks: int = 0
    bad_looks: int = 0

    def since(self, earlier: Counts) -> Counts:
        """Return what came on top of an earlier count."""
        names = [field.name for field in fields(self)]
        return Counts(**{n: getattr(self, n) - getattr(earlier, n) for n in names})


MOST_TEXTS = 1_000
"""Different statements that are measured between two takings; more are only counted."""


@dataclass(slots=True)
class Measured:
    """What statements of one text did.

    Attributes:
        rows: Changed or read, as far as the driver says; None where it never did.
    """

    times: int = 0
    seconds: float = 0.0
    longest_seconds: float = 0.0
    rows: int | None = None


class Meter:
    """Counts that many threads add to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = Counts()
        self._statements = 0
        self._peak = 0
        self._texts: dict[str, Measured] = {}

    def statement(self, sql: str, seconds: float, rows: int = -1) -> None:
        """Count one statement; on the path of every one, so little more is done.

        Args:
            sql: With places for its values.
            rows: Below zero where the driver does not say.
        """
        with self._lock:
            self._statements += 1
            measured = self._texts.get(sql)
            if measured is None:
                if len(self._texts) >= MOST_TEXTS:
                    return
                measured = self._texts[sql] = Measured()
            measured.times += 1
            measured.seconds += seconds
            if seconds > measured.longest_seconds:
                measured.longest_seconds = seconds
            if rows >= 0:
                measured.rows = (measured.rows or 0) + rows

    def take_texts(self) -> dict[str, Measured]:
        """Return what statements did since this was asked last, by their text."""
        with self._lock:
            taken, self._texts = self._texts, {}
        return taken

    def lent(self, count: int) -> None:
        """Note how many connections are at work now that one more was lent."""
        if count > self._peak:
            self._peak = count

    def take_peak(self, now: int) -> int:
        """Return the most that were at work at once since this was asked last."""
        peak, self._peak = max(self._peak, now), now
        return peak

    def add(self, name: str) -> None:
        """Count one more of what `Counts` names."""
        with self._lock:
            now = getattr(self._counts, name)
            self._counts = replace(self._counts, **{name: now + 1})

    def read(self) -> Counts:
        """Return the counts as they are now."""
        with self._lock:
            return replace(self._counts, statements=self._statements)
