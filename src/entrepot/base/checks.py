"""How this server is: checks that rooms register, each run seldom and never twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from entrepot.base import ground_settings as knobs
from entrepot.base.house import House
from entrepot.base.store_errors import find_trouble
from entrepot.base.store_look import StoreSight, look_at_store
from entrepot.base.times import now

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
        look: Returns when it is well, with what it saw; raises when not.
        otherwise: What the whole server is when it is not.
        patience_seconds: What a look may take: who asks for health waits so long, and
            a database that hangs must not take our threads with it.
        is_wanted: Whether this house has the thing at all.
    """

    summary: str
    look: Callable[[House], object]
    otherwise: Health = "unhealthy"
    patience_seconds: float = 3.0
    is_wanted: Callable[[House], bool] = lambda house: True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the last look at one thing found.

    Attributes:
        sight: What the look returned; None if it failed.
        why: What was wrong, in our words; empty if nothing was.
        was_there: The look was over before it was asked for.
    """

    state: Health
    sight: object
    why: str
    looked_at: datetime
    was_there: bool


CHECKS: dict[str, Check] = {}
"""What rooms register, by the name people see."""


def health(house: House, *, at_most_seconds: float | None = None) -> dict[str, Health]:
    """Return the state of each check by name, at most so old.

    Without an age, good news may be as old as DB_HEALTH_CHECK_INTERVAL says.
    """
    if at_most_seconds is None:
        at_most_seconds = house.settings[knobs.DB_HEALTH_CHECK_INTERVAL]
    return _checkup(house).states(at_most_seconds)


def find(
    house: House, name: str, *, at_most_seconds: float, check: Check | None = None
) -> Finding:
    """Return what a check found, at most so old; whoever asks at once gets one look.

    Args:
        check: One that is not registered, so that `health` does not tell of it.
    """
    return _checkup(house).find(name, check or CHECKS[name], at_most_seconds)


def _checkup(house: House) -> Checkup:
    return house.shelf.get(Checkup, lambda: Checkup(house))


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
        wanted = {n: c for n, c in CHECKS.items() if c.is_wanted(self._house)}
        looks = {n: self._look(n, c, at_most_seconds) for n, c in wanted.items()}
        return {name: look.wait() for name, look in looks.items()}

    def find(self, name: str, check: Check, at_most_seconds: float) -> Finding:
        """Look again if the last look is too old, and wait for it."""
        asked_at = time.monotonic()
        return self._look(name, check, at_most_seconds).finding(asked_at)

    def close(self) -> None:
        """Nothing is held open."""

    def _look(self, name: str, check: Check, at_most_seconds: float) -> _Look:
        with self._lock:
            last = self._looks.get(name)
            if last is None or last.is_older_than(at_most_seconds):
                last = self._looks[name] = _Look(check, self._house)
            return last


class _Look:
    """One run of a check, in a thread of its own that nobody has to wait for."""

    def __init__(self, check: Check, house: House) -> None:
        self._check = check
        self._state: Health = "healthy"
        self._sight: object = None
        self._why = ""
        self._looked_at = now()
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

    def wait(self) -> Health:
        """Return what it found; what finds nothing in its time is not well."""
        left = self._began_at + self._check.patience_seconds - time.monotonic()
        self._thread.join(max(0.0, left))
        return self._check.otherwise if self._done_at is None else self._state

    def finding(self, asked_at: float) -> Finding:
        """Return what it found, and whether that was known when it was asked for."""
        state, done_at = self.wait(), self._done_at
        late = f"no answer in {self._check.patience_seconds:g} s"
        return Finding(
            state=state,
            sight=self._sight,
            why=self._why if done_at is not None else late,
            looked_at=self._looked_at,
            was_there=done_at is not None and done_at <= asked_at,
        )

    def _run(self, house: House) -> None:
        try:
            self._sight = self._check.look(house)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is not well
            self._state = self._check.otherwise
            self._why = _in_our_words(error)
        self._done_at = time.monotonic()


def _in_our_words(error: Exception) -> str:
    # The driver's own would tell addresses, paths and SQL to whoever asks.
    trouble = find_trouble(error)
    if trouble is not None:
        return trouble.said
    if isinstance(error, FileNotFoundError):
        return "Its file is not there"
    return "It does not answer as it should"


def _look_at_database(house: House) -> StoreSight:
    meter = house.store.meter
    meter.add("looks")
    try:
        return look_at_store(house.store)
    except Exception:
        meter.add("bad_looks")
        raise


CHECKS["database"] = Check(summary="Our own database.", look=_look_at_database)
