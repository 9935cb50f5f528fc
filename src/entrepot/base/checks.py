"""How this server is: checks that rooms register, each run seldom and never twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import text

from entrepot.base import ground_settings as knobs
from entrepot.base.house import House

Health = Literal["healthy", "degraded", "unhealthy"]
WORST_FIRST: tuple[Health, ...] = ("unhealthy", "degraded", "healthy")

LOST_SECONDS = 60.0
"""After so long a look that never ended is given up for a new one."""

BAD_NEWS_SECONDS = 5.0
"""How long a failure is told again before the next look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that can be well or not.

    Attributes:
        look: Returns when it is well, raises when not.
        otherwise: What the whole server is when it is not.
        patience_seconds: What a look may take: who asks for health waits so long, and
            a database that hangs must not take our threads with it.
        is_wanted: Whether this house has the thing at all.
    """

    summary: str
    look: Callable[[House], None]
    otherwise: Health = "unhealthy"
    patience_seconds: float = 3.0
    is_wanted: Callable[[House], bool] = lambda house: True


CHECKS: dict[str, Check] = {}
"""What rooms register, by the name people see."""


def health(house: House, *, at_most_seconds: float | None = None) -> dict[str, Health]:
    """Return the state of each check by name, at most so old.

    Without an age, good news may be as old as DB_HEALTH_CHECK_INTERVAL says.
    """
    if at_most_seconds is None:
        at_most_seconds = house.settings[knobs.DB_HEALTH_CHECK_INTERVAL]
    checkup = house.shelf.get(Checkup, lambda: Checkup(house))
    return checkup.states(at_most_seconds)


def worst(states: dict[str, Health]) -> Health:
    """Return the state of the whole."""
    return next((s for s in WORST_FIRST if s in states.values()), "healthy")


class Checkup:
    """The last look at every check, in one process."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._looks: dict[str, _Look] = {}

    def states(self, at_most_seconds: float) -> dict[str, Health]:
        """Look again where the last look is too old, at all of them at once."""
        wanted = [name for name in CHECKS if CHECKS[name].is_wanted(self._house)]
        looks = {name: self._look(name, at_most_seconds) for name in wanted}
        return {name: look.state() for name, look in looks.items()}

    def close(self) -> None:
        """Nothing is held open."""

    def _look(self, name: str, at_most_seconds: float) -> _Look:
        with self._lock:
            last = self._looks.get(name)
            if last is None or last.is_older_than(at_most_seconds):
                last = self._looks[name] = _Look(CHECKS[name], self._house)
            return last


class _Look:
    """One run of a check, in a thread of its own that nobody has to wait for."""

    def __init__(self, check: Check, house: House) -> None:
        self._check = check
        self._state: Health = "healthy"
        self._began_at = time.monotonic()
        self._done_at: float | None = None
        self._thread = threading.Thread(target=self._run, args=(house,), daemon=True)
        self._thread.start()

    def is_older_than(self, seconds: float) -> bool:
        """Tell whether it is over, and so long ago; bad news ages faster."""
        if self._done_at is None:
            return time.monotonic() - self._began_at > LOST_SECONDS
        if self._state != "healthy":
            seconds = min(seconds, BAD_NEWS_SECONDS)
        return time.monotonic() - self._done_at >= seconds

    def state(self) -> Health:
        """Return what it found; what finds nothing in its time is not well."""
        left = self._began_at + self._check.patience_seconds - time.monotonic()
        self._thread.join(max(0.0, left))
        return self._check.otherwise if self._done_at is None else self._state

    def _run(self, house: House) -> None:
        try:
            self._check.look(house)
        except Exception:  # noqa: BLE001  # whatever it is, it is not well
            self._state = self._check.otherwise
        self._done_at = time.monotonic()


def _look_at_database(house: House) -> None:
    url = house.store.url
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).stat()  # an open file that was deleted still answers
    with house.store.read_session() as session:
        session.execute(text("SELECT version_num FROM alembic_version")).one()


CHECKS["database"] = Check(summary="Our own database.", look=_look_at_database)
