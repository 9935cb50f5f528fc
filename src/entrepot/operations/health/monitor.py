"""A thread in every process that answers, which looks at our own database by itself."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from entrepot.base import ground_settings as knobs
from entrepot.base.errors import EntrepotError
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.operations.events import DatabaseFound, DatabaseLost
from entrepot.operations.health.samples import Sampler
from entrepot.operations.health.status import DatabaseHealth, check_health

SHORTEST_SECONDS = 5.0
"""Between two looks, however short the interval is set."""
SICK_SECONDS = 5.0
"""Between two looks while it does not answer."""


def watch_database(house: House) -> Monitor:
    """Return this process's monitor, begun now if it is not there: after any fork."""
    return house.shelf.get(Monitor, lambda: Monitor(house))


class Monitor:
    """Looks, notes, and tells when our own database is lost and found again."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._ends = threading.Event()
        self._lost_at: float | None = None
        self.sampler = Sampler(house)
        self._thread = threading.Thread(
            target=self._run, name="database-monitor", daemon=True
        )
        self._thread.start()

    @property
    def interval_seconds(self) -> float:
        """Return how long it waits between two looks while all is well."""
        wanted = self._house.settings[knobs.DB_HEALTH_CHECK_INTERVAL]
        return max(SHORTEST_SECONDS, float(wanted))

    def look(self) -> DatabaseHealth:
        """Look once, and note it."""
        health = check_health(self._house)
        self._tell(health)
        self.sampler.take(health)
        if health.status != "unhealthy":
            # A locked or full database: what waits is written with the next look.
            with suppress(SQLAlchemyError, EntrepotError):
                self.sampler.write()
        return health

    def close(self) -> None:
        """Stop; a look that goes on is left to itself."""
        self._ends.set()
        if self._thread is not threading.current_thread():
            self._thread.join(2)

    def _run(self) -> None:
        # The first look comes soon, but not in the way of the first answers.
        wait = min(SHORTEST_SECONDS, self.interval_seconds)
        while not self._ends.wait(wait):
            wait = self._step()

    def _step(self) -> float:
        try:
            is_well = self.look().status != "unhealthy"
        except Exception:  # noqa: BLE001  # a watchman that dies tells nobody
            is_well = False
        return self.interval_seconds if is_well else SICK_SECONDS

    def _tell(self, health: DatabaseHealth) -> None:
        if health.status == "unhealthy":
            if self._lost_at is None:
                self._lost_at = time.monotonic()
                emit(DatabaseLost(why=health.message))
        elif self._lost_at is not None:
            emit(DatabaseFound(lost_seconds=time.monotonic() - self._lost_at))
            self._lost_at = None
