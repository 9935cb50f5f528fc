"""A worker's own loops go on whatever happens; what happens is told, not too often."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from entrepot.base.events import emit
from entrepot.base.store_errors import find_trouble
from entrepot.jobs.schedule_events import WorkerTroubled

QUIET_SECONDS = 60.0
"""How long the same trouble is not told again."""

LONGEST_PAUSE_SECONDS = 5.0


@dataclass(slots=True)
class Patience:
    """Calls something again and again, after a pause where it fails."""

    what: str
    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _not_before: float = 0.0
    _told_at: float = field(default=float("-inf"))

    def call(self, step: Callable[[], object]) -> bool:
        """Do it, unless it failed a moment ago; tell whether it went well."""
        if self.clock() < self._not_before:
            return False
        try:
            step()
        except Exception as error:  # noqa: BLE001  # a worker's loop
            self._failed(error)
            return False
        self._failures = 0
        return True

    def _failed(self, error: Exception) -> None:
        clock = self.clock()
        self._failures += 1
        pause = min(LONGEST_PAUSE_SECONDS, 0.25 * 2.0 ** min(self._failures, 10))
        self._not_before = clock + pause
        if clock - self._told_at >= QUIET_SECONDS:
            self._told_at = clock
            trouble = find_trouble(error)
            why = trouble.said if trouble is not None else type(error).__name__
            emit(WorkerTroubled(what=self.what, why=why))


class QueueLines(logging.Handler):
    """What the queues' own library says of trouble, as an event instead of a line."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._told: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it, the same at most once a minute; that workers meet is no trouble."""
        said = record.getMessage().splitlines()[0][:200]
        subject = said.split(":")[0]
        if "Contention detected" in said:
            return
        clock = time.monotonic()
        if clock - self._told.get(subject, float("-inf")) >= QUIET_SECONDS:
            self._told[subject] = clock
            emit(WorkerTroubled(what="queues", why=subject))
