"""The runs of this process, and the thread that ends those nobody wants any more."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from entrepot.base.deadline import STOPPED, Switch
from entrepot.base.errors import EntrepotError, Stopped
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.console import records
from entrepot.console import settings as knobs
from entrepot.console.errors import TooManyRuns
from entrepot.console.sweeping import end_lost, sweep_results

LOOK_SECONDS = 0.5
BEAT_SECONDS = 5.0
PLACE_SECONDS = 2.0
"""How long an answer waits for a place among the running statements."""

LOST_LOOK_SECONDS = 30.0


@dataclass(slots=True, eq=False)
class Live:
    """A run of this process.

    Attributes:
        rows_read: So far.
        because: Why its switch was pulled; empty as long as it was not.
    """

    id: str
    is_watched: bool = False
    switch: Switch = field(default_factory=Switch)
    rows_read: int = 0
    because: Literal["", "asked", "unwatched"] = ""

    def stop(self, because: Literal["asked", "unwatched"]) -> None:
        """End it, whatever it does."""
        self.because = self.because or because
        self.switch.pull()


class Runs:
    """What runs in this process: the places, the threads, and the watcher.

    The watcher looks twice a second, while runs are there, what people want of them;
    so whoever stops a run may ask any process.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        count = house.settings[knobs.RUNS]
        self._count = count
        self._places = threading.BoundedSemaphore(count)
        self.pool = ThreadPoolExecutor(count, thread_name_prefix="console")
        self._live: dict[str, Live] = {}
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._watcher: threading.Thread | None = None
        self._told: dict[str, int] = {}
        self._beat_at = self._lost_at = 0.0

    def add(self, live: Live) -> None:
        """Watch over a run from now on."""
        with self._changed:
            self._live[live.id] = live
            if self._watcher is None:
                self._watcher = threading.Thread(
                    target=self._watch, name="console-watcher", daemon=True
                )
                self._watcher.start()
            self._changed.notify()

    def forget(self, live: Live) -> None:
        """Leave a run that ended."""
        with self._changed:
            self._live.pop(live.id, None)
            self._told.pop(live.id, None)

    def find(self, id: str) -> Live | None:
        """Return a run, if it is one of this process."""
        return self._live.get(id)

    def take_place(self) -> None:
        """Wait a moment for a place among the running statements.

        Raises:
            TooManyRuns: All are taken.
        """
        if not self._places.acquire(timeout=PLACE_SECONDS):
            raise TooManyRuns(
                f"this server runs {self._count} statements already",
                retry_after_seconds=2,
                hint="try again in a moment",
            )

    def wait_for_place(self, live: Live) -> None:
        """Wait for a place as long as anybody wants the run.

        Raises:
            Stopped: Nobody does any more.
        """
        while not live.switch.is_pulled:
            if self._places.acquire(timeout=LOOK_SECONDS):
                return
        raise Stopped(STOPPED)

    def leave_place(self) -> None:
        """Give the place back."""
        self._places.release()

    def close(self) -> None:
        """End every run, and wait for them."""
        with self._changed:
            self._closing.set()
            live = list(self._live.values())
            self._changed.notify()
        for run in live:
            run.stop("asked")
        self.pool.shutdown()

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not (self._live or self._closing.is_set()):
                    self._changed.wait()
            if self._closing.wait(LOOK_SECONDS):
                return
            live = dict(self._live)
            # Our own database may be away for a while; the runs go on.
            with suppress(EntrepotError, SQLAlchemyError):
                self._look(live)

    def _look(self, live: dict[str, Live]) -> None:
        if not live:
            return
        longest = timedelta(seconds=self._house.settings[knobs.UNWATCHED_SECONDS])
        for wish in records.wishes(self._house, list(live)):
            run = live[wish.id]
            if wish.stopped_by is not None:
                run.stop("asked")
            elif run.is_watched and now() - wish.polled_at > longest:
                run.stop("unwatched")
        self._beat(live)

    def _beat(self, live: dict[str, Live]) -> None:
        rows = {id: run.rows_read for id, run in live.items()}
        is_due = time.monotonic() - self._beat_at > BEAT_SECONDS
        new = {id: n for id, n in rows.items() if is_due or n != self._told.get(id, 0)}
        if new:
            records.beat(self._house, new)
            self._told.update(new)
        if is_due:
            self._beat_at = time.monotonic()
        if time.monotonic() - self._lost_at > LOST_LOOK_SECONDS:
            self._lost_at = time.monotonic()
            end_lost(self._house)
            sweep_results(self._house)


def runs(house: House) -> Runs:
    """Return what runs in this process."""
    return house.shelf.get(Runs, lambda: Runs(house))
