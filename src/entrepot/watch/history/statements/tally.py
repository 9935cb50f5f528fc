"""What this process's statements did, by their shape, until it is written."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from entrepot.connections import Statement, StatementRead
from entrepot.watch.history.counted import OTHER, Counted
from entrepot.watch.history.statements.shapes import shape_of

MOST_SHAPES = 500
"""In one minute of a process; the rest is `other`."""
MOST_TO_EXPLAIN = 20

Key = tuple[str, str]
"""The connection and the shape."""


@dataclass(frozen=True, slots=True)
class ToExplain:
    """A slow statement, with its values, as long as it waits to be explained.

    On our own database, whose `connection` is empty, it has places for its values.
    """

    connection: str
    dialect: str
    shape: str
    statement: Statement


@dataclass(slots=True)
class Taken:
    """What was measured, and the texts of its shapes."""

    counted: dict[Key, Counted]
    texts: dict[str, str]


class StatementTally:
    """Measures statements for every thread of a process."""

    def __init__(self, slow_ms: float) -> None:
        self._slow_ms = slow_ms
        self._lock = threading.Lock()
        self._taken = Taken({}, {})
        self._slow: dict[Key, ToExplain] = {}

    def hear(self, event: StatementRead, at: float) -> None:
        """Count a statement that was read on a registered database."""
        shape, text = shape_of(event.statement.sql, event.dialect)
        milliseconds = event.seconds * 1000
        counted = Counted()
        counted.add(at, milliseconds, event.rows, is_failed=bool(event.code))
        self.add(event.connection, shape, text, counted)
        slow = ToExplain(event.connection, event.dialect, shape, event.statement)
        self.note_if_slow(slow, milliseconds)

    def note_if_slow(self, one: ToExplain, milliseconds: float) -> None:
        """Let a statement be explained that took long."""
        if milliseconds >= self._slow_ms and len(self._slow) < MOST_TO_EXPLAIN:
            self._slow[one.connection, one.shape] = one

    def add(self, connection: str, shape: str, text: str, counted: Counted) -> None:
        """Count statements of a shape."""
        with self._lock:
            taken = self._taken
            key = (connection, shape)
            if key not in taken.counted and len(taken.counted) >= MOST_SHAPES:
                key, text = (connection, OTHER), OTHER
            taken.counted.setdefault(key, Counted()).merge(counted)
            taken.texts[key[1]] = text

    def take(self) -> Taken:
        """Return what was measured, and begin anew."""
        with self._lock:
            taken, self._taken = self._taken, Taken({}, {})
        return taken

    def give_back(self, taken: Taken) -> None:
        """Count again what could not be written."""
        for (connection, shape), counted in taken.counted.items():
            self.add(connection, shape, taken.texts[shape], counted)

    def take_slow(self) -> list[ToExplain]:
        """Return the slow ones that nobody explained yet."""
        slow, self._slow = self._slow, {}
        return list(slow.values())
