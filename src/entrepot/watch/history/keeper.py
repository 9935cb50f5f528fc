"""A thread in every process that works: it writes what history is made of.

Each process writes who used what and how its statements did; one of all writes the
rollups, the durable log, and removes what is old. It has connections of its own, so
that its work takes none of other people's, and is not counted with theirs. Where our
own database cannot be written, all of it waits in memory, which has limits.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.store import Store
from entrepot.watch.events import HistoryFound, HistoryLost
from entrepot.watch.history.durable import follow_log
from entrepot.watch.history.processes import Role
from entrepot.watch.history.roller import Roller
from entrepot.watch.history.statements.plans import explain, explain_own
from entrepot.watch.history.statements.store import (
    count_own,
    keep_plan,
    prune_statements,
    write_statements,
)
from entrepot.watch.history.tallies import tallies
from entrepot.watch.history.using import prune_usage, write_usage
from entrepot.watch.history.writing import HOUR, MINUTE, prune
from entrepot.watch.metrics.tally import tally

LOOK_SECONDS = 10
LONG_LOOK_SECONDS = 30
"""Between two readings of the house's gauges, some of which ask databases."""
YOUNG_SECONDS = 5.0
"""Who lived no longer writes nothing at its end."""
JUMP_SECONDS = 600.0
PLANS_A_LOOK = 2
OFFICE = "history"


@dataclass(slots=True)
class Clock:
    """Sees a clock that jumps: nothing is old by such a clock for an hour."""

    _before: tuple[float, float] | None = None
    _trusted_from: float = field(default=0.0)

    def look(self, now: float, steady: float) -> bool:
        """Tell whether the clock may say what is old."""
        if self._before is not None:
            moved = (now - self._before[0]) - (steady - self._before[1])
            if abs(moved) > JUMP_SECONDS:
                self._trusted_from = steady + HOUR
        self._before = (now, steady)
        return steady >= self._trusted_from


class Keeper:
    """Looks every ten seconds and writes every minute, until the house is closed."""

    def __init__(self, house: House, role: Role) -> None:
        self._house = house
        self._store = Store(house.settings)
        self._counted = tallies(house)
        self._roller = Roller(house, self._store, role)
        self._lead: int | None = None
        self._clock = Clock()
        self._born = time.monotonic()
        self._minute = int(time.time()) // MINUTE
        self._hour = 0
        self._has_written = False
        self._lost: dict[str, float] = {}
        self._planned: dict[str, float] = {}
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="history", daemon=True)
        self._thread.start()

    def look(self, now: float) -> None:
        """Look at what processes take, follow the log, and write where it is time."""
        leads = self._leads()
        minute = int(now) // MINUTE
        if leads:
            self._try(
                "gauges",
                lambda: self._roller.look(
                    is_long=self._is_long(now) and self._is_there()
                ),
            )
            self._try("durable log", self._follow)
        if minute != self._minute or (leads and not self._has_written):
            self._minute = minute
            self.write(now)
        self._try("plans", lambda: self._explain(now))
        self._store.close()

    def write(self, now: float) -> None:
        """Write what was counted since the last time."""
        if not self._is_there():
            return
        self._try("usage", lambda: self._write_own(now))
        if self._leads():
            self._try("metrics", lambda: self._roller.write(now))
            self._has_written = True
            if (
                self._clock.look(now, time.monotonic())
                and int(now) // HOUR > self._hour
            ):
                self._hour = int(now) // HOUR
                self._try("retention", lambda: self._prune(now))

    def close(self) -> None:
        """Stop, and write the rest."""
        self._ends.set()
        if self._thread is not threading.current_thread():
            self._thread.join(5)
        if time.monotonic() - self._born > YOUNG_SECONDS:
            self._try("the end", lambda: self.write(time.time()))
        self._store.close()
        if self._lead is not None:
            os.close(self._lead)

    def _run(self) -> None:
        while not self._ends.wait(_pause(time.time())):
            self._try("history", lambda: self.look(time.time()))

    def _write_own(self, now: float) -> None:
        usage = self._counted.usage.take()
        dialect = self._store.url.get_backend_name()
        count_own(
            self._counted.statements,
            self._house.store.meter.take_texts(),
            dialect,
            now,
        )
        statements = self._counted.statements.take()
        try:
            if usage or statements.counted:
                with self._store.session() as session:
                    write_usage(session, usage)
                    write_statements(session, statements)
        except BaseException:
            self._counted.usage.give_back(usage)
            self._counted.statements.give_back(statements)
            raise

    def _follow(self) -> None:
        if self._is_there():
            follow_log(self._house, self._store)

    def _prune(self, now: float) -> None:
        with self._store.session() as session:
            prune(session, now)
            prune_usage(session, now)
            prune_statements(session, now)

    def _explain(self, now: float) -> None:
        for slow in self._counted.statements.take_slow()[:PLANS_A_LOOK]:
            if now - self._planned.get(slow.shape, 0.0) < HOUR:
                continue
            if len(self._planned) > 1_000:
                self._planned.clear()
            self._planned[slow.shape] = now
            plan = (
                explain(self._house, slow)
                if slow.connection
                else explain_own(self._store, slow)
            )
            if plan and self._is_there():
                # The shape must be there before its plan.
                self._write_own(now)
                with self._store.session() as session:
                    keep_plan(session, slow.shape, plan, datetime.now(UTC))

    def _try(self, what: str, act: Callable[[], object]) -> None:
        """Do something that must fail nobody; tell once that it does not go."""
        try:
            act()
        except Exception as error:  # noqa: BLE001  # a keeper that ends tells nobody
            if what not in self._lost:
                self._lost[what] = time.monotonic()
                emit(HistoryLost(what=what, why=type(error).__name__))
            return
        since = self._lost.pop(what, None)
        if since is not None:
            emit(HistoryFound(what=what, seconds=time.monotonic() - since))

    def _leads(self) -> bool:
        if self._lead is None:
            self._lead = tally(self._house).folder.lead(OFFICE)
        return self._lead is not None

    def _is_long(self, now: float) -> bool:
        return int(now) % LONG_LOOK_SECONDS < LOOK_SECONDS

    def _is_there(self) -> bool:
        """Tell whether our own database is there: looking would make an empty file."""
        url = self._store.url
        if url.get_backend_name() != "sqlite":
            return True
        return bool(url.database) and Path(str(url.database)).exists()


def _pause(now: float) -> float:
    """Return the seconds until the next look: just after each tenth second."""
    return LOOK_SECONDS - now % LOOK_SECONDS + 0.02
