"""Connections to one server, lent some at a time and lent again when they come back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from entrepot.base.errors import Unavailable

C = TypeVar("C")


class Lender(Generic[C]):
    """At most `count` connections; more readers wait for one to come back."""

    def __init__(self, name: str, count: int, drop: Callable[[C], None]) -> None:
        """Lend connections to the server of a name.

        Args:
            drop: Closes a connection, whatever its state.
        """
        self._name = name
        self._count = count
        self._drop = drop
        self._free = threading.BoundedSemaphore(count)
        self._lock = threading.Lock()
        self._idle: list[C] = []
        self._generation = 0

    @contextmanager
    def place(self, seconds: float) -> Iterator[int]:
        """Hold the place of one connection; give the generation it will be of.

        Raises:
            Unavailable: None came free in time.
        """
        if not self._free.acquire(timeout=seconds):
            raise Unavailable(
                f"all {self._count} connections to {self._name!r} are busy",
                hint="try again when other readers are done",
            )
        try:
            yield self._generation
        finally:
            self._free.release()

    def take(self, begin: Callable[[C], None], error: type[Exception]) -> C | None:
        """Return a connection that came back before, begun; None if there is none.

        Beginning doubles as the ping: one that a restart has killed fails, and is
        dropped.
        """
        while (connection := self._pop()) is not None:
            try:
                begin(connection)
            except error:
                self._drop(connection)
            else:
                return connection
        return None

    def give_back(self, connection: C, generation: int) -> None:
        """Keep a connection for the next reader, but not from before a `close`."""
        with self._lock:
            if generation == self._generation:
                self._idle.append(connection)
                return
        self._drop(connection)

    def close(self) -> None:
        """Drop what is idle; what is lent is dropped when it comes back."""
        with self._lock:
            self._generation += 1
            idle, self._idle = self._idle, []
        for connection in idle:
            self._drop(connection)

    def _pop(self) -> C | None:
        with self._lock:
            return self._idle.pop() if self._idle else None
