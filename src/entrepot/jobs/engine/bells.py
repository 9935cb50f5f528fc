"""What wakes the threads that look into the queues before their time."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dbos._queue import queue_worker_thread

if TYPE_CHECKING:
    from dbos import DBOS, Queue

STOP_SECONDS = 10.0


class Bell(threading.Event):
    """A sign to stop; who waits for it is also woken by a ring."""

    def __init__(self) -> None:
        super().__init__()
        self._woken = threading.Event()

    def set(self) -> None:
        """Have who waits stop."""
        super().set()
        self._woken.set()

    def ring(self) -> None:
        """Have who waits look at once."""
        self._woken.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the sign, for a ring or so long; tell whether to stop."""
        self._woken.wait(timeout)
        self._woken.clear()
        if self.is_set():
            self._woken.set()  # no wait that follows is one
        return self.is_set()


class Lookouts:
    """A thread for each queue, which looks seldom unless it is rung.

    Its look is the queues' own: it costs milliseconds, even when there is nothing.
    """

    def __init__(self, dbos: DBOS, queues: Iterable[Queue]) -> None:
        self._bells: list[Bell] = []
        self._threads: list[threading.Thread] = []
        for queue in queues:
            bell = Bell()
            thread = threading.Thread(
                target=queue_worker_thread,
                args=(bell, dbos, queue),
                name=f"queue {queue.name}",
                daemon=True,
            )
            self._bells.append(bell)
            self._threads.append(thread)
            thread.start()

    def ring(self) -> None:
        """Have all queues looked into now."""
        for bell in self._bells:
            bell.ring()

    def stop(self) -> None:
        """Look into no queue any more."""
        for bell in self._bells:
            bell.set()
        for thread in self._threads:
            thread.join(STOP_SECONDS)
