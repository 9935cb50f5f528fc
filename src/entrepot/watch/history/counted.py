"""What this process counts until it is written: uses of things, and who used them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from entrepot.watch.history.spec import UsedThing

MOST_KEYS = 2_000
"""Of things and people in one minute of a process; the rest is `other`."""
OTHER = "other"

Key = tuple[UsedThing, str, str]
"""Of what kind, what, and by whom."""


@dataclass(slots=True)
class Counted:
    """What was counted of one thing."""

    times: int = 0
    failed: int = 0
    rows: int | None = None
    total_ms: float = 0.0
    max_ms: float = 0.0
    last_at: float = 0.0

    def add(
        self, at: float, milliseconds: float, rows: int | None, *, is_failed: bool
    ) -> None:
        """Count one use."""
        self.times += 1
        self.failed += is_failed
        if rows is not None:
            self.rows = (self.rows or 0) + rows
        self.total_ms += milliseconds
        if milliseconds > self.max_ms:
            self.max_ms = milliseconds
        if at > self.last_at:
            self.last_at = at

    def merge(self, other: Counted) -> None:
        """Add what was counted elsewhere."""
        self.times += other.times
        self.failed += other.failed
        if other.rows is not None:
            self.rows = (self.rows or 0) + other.rows
        self.total_ms += other.total_ms
        self.max_ms = max(self.max_ms, other.max_ms)
        self.last_at = max(self.last_at, other.last_at)

    def row(self) -> dict[str, object]:
        """Return it as columns."""
        return {
            "times": self.times,
            "failed": self.failed,
            "rows": self.rows,
            "total_ms": self.total_ms,
            "max_ms": self.max_ms,
            "last_at": self.last_at,
        }


class UsageTally:
    """Counts uses for every thread of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: dict[Key, Counted] = {}

    def add(
        self,
        key: Key,
        at: float,
        milliseconds: float,
        *,
        rows: int | None = None,
        is_failed: bool = False,
    ) -> None:
        """Count one use."""
        with self._lock:
            counted = self._counted.get(key)
            if counted is None:
                counted = self._place(key)
            counted.add(at, milliseconds, rows, is_failed=is_failed)

    def take(self) -> dict[Key, Counted]:
        """Return what was counted, and begin anew."""
        with self._lock:
            taken, self._counted = self._counted, {}
        return taken

    def give_back(self, taken: Mapping[Key, Counted]) -> None:
        """Count again what could not be written."""
        with self._lock:
            for key, counted in taken.items():
                there = self._counted.get(key)
                (self._place(key) if there is None else there).merge(counted)

    def _place(self, key: Key) -> Counted:
        if len(self._counted) >= MOST_KEYS:
            key = (key[0], OTHER, "")
        return self._counted.setdefault(key, Counted())
