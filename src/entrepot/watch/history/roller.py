"""One process of all writes each minute what all of them counted and read."""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from entrepot.base.gauges import Reading
from entrepot.base.house import House
from entrepot.base.store import Store
from entrepot.watch.history.amounts import Amount, Amounts, add, grown
from entrepot.watch.history.names import CPU, MEMORY, WATCHED
from entrepot.watch.history.processes import Family, Role
from entrepot.watch.history.writing import (
    MINUTE,
    Baseline,
    add_amounts,
    load_baseline,
    save_baseline,
)
from entrepot.watch.metrics.folder import Gathered, Left
from entrepot.watch.metrics.keys import parse_key
from entrepot.watch.metrics.reading import read_house
from entrepot.watch.metrics.sheet import Rows
from entrepot.watch.metrics.tally import tally

LONGEST_SECONDS = 2 * MINUTE
"""A longer time since the last look belongs to its last minute alone."""


class Roller:
    """Reads gauges through a minute, and writes it when it is over."""

    def __init__(
        self,
        house: House,
        store: Store,
        role: Role,
        *,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._house, self._store, self._steady = house, store, steady
        self._family = Family(role)
        self._read: Amounts = {}
        self._looked = steady()
        self._has_written = False
        self._source = source_of(house)

    def look(self, *, is_long: bool) -> None:
        """Read the gauges of processes; of the house, too, where it is a long look."""
        counts = tally(self._house)
        now: dict[tuple[str, tuple[str, ...]], float] = {}
        for rows in counts.gather().gauges:
            for text, (value,) in rows.items():
                if not math.isnan(value):
                    key = parse_key(text)
                    at = (key.name, key.labels)
                    now[at] = now.get(at, 0.0) + value
        if is_long:
            for name, readings in read_house(self._house).items():
                now |= _keyed(name, readings)
        taken, spent = self._family.look(counts.folder.servers())
        for role, of in taken.items():
            now[MEMORY, (role,)] = of.resident_bytes
        for series, value in now.items():
            add(self._read, series, Amount(1.0, value, value, value))
        for role, seconds in spent.items():
            add(self._read, (CPU, (role,)), Amount(seconds))

    def write(self, now: float) -> None:
        """Write what happened since the last time, all of it or nothing.

        Raises:
            Exception: Our own database cannot be written; nothing is lost by it.
        """
        counts = tally(self._house)
        gathered, left = counts.gather(), counts.folder.list_left()
        looked = self._steady()
        with self._store.session() as session:
            before = load_baseline(session, self._source)
            done = _write_left(session, before, left)
            _write_now(
                session,
                replace(before, done=done),
                gathered,
                self._read,
                now=now,
                elapsed=Elapsed(looked - self._looked, self._has_written),
            )
        self._read, self._looked, self._has_written = {}, looked, True
        counts.folder.remove_left(one.generation for one in left)


def source_of(house: House) -> str:
    """Return the name of the processes that count together on this host."""
    folder = tally(house).folder.path
    return f"{socket.gethostname()[:80]}:{str(folder)[-100:]}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time since history was written last.

    Attributes:
        at: The minute that it belongs to.
    """

    at: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How long whoever looks has known of no other look, by a clock that never jumps.

    Attributes:
        is_whole: The last look was its own; else it began to live then.
    """

    seconds: float
    is_whole: bool


def stretch_of(before: float, now: float, elapsed: Elapsed) -> Stretch:
    """Return which minute the time since the last look belongs to, and its length.

    Args:
        before: The last look of anybody; 0 where all began at zero since.
    """
    seconds = now - before
    if elapsed.is_whole:
        seconds = elapsed.seconds
    elif not before or seconds <= 0:
        seconds = min(elapsed.seconds, float(MINUTE))
    middle = seconds / 2 if seconds <= LONGEST_SECONDS else MINUTE / 2
    return Stretch(int(now - middle) // MINUTE * MINUTE, max(seconds, 0.0))


def _write_now(  # a minute has this many facts, each named at the call
    session: Session,
    before: Baseline,
    gathered: Gathered,
    read: Amounts,
    *,
    now: float,
    elapsed: Elapsed,
) -> None:
    is_same = before.generation == gathered.generation
    known: Rows = before.rows if is_same else {}
    at = before.at if is_same else 0.0
    stretch = stretch_of(at, now, elapsed)
    amounts = grown(known, gathered.counts)
    for key, amount in read.items():
        add(amounts, key, amount)
    if stretch.seconds:
        add(amounts, (WATCHED, ()), Amount(stretch.seconds))
    add_amounts(session, before.source_id, stretch.at, amounts)
    save_baseline(
        session,
        replace(before, generation=gathered.generation, at=now, rows=gathered.counts),
    )


def _write_left(
    session: Session, before: Baseline, left: list[Left]
) -> tuple[str, ...]:
    """Write what the dead left, once; return whose it was."""
    for one in left:
        if one.generation in before.done:
            continue
        is_same = one.generation == before.generation
        amounts = grown(before.rows if is_same else {}, one.rows)
        at = int(max(one.at, before.at if is_same else 0.0)) // MINUTE * MINUTE
        if amounts:
            add(amounts, (WATCHED, ()), Amount(max(1.0, min(60.0, one.at - before.at))))
            add_amounts(session, before.source_id, at, amounts)
    return tuple(one.generation for one in left)


def _keyed(
    name: str, readings: list[Reading]
) -> dict[tuple[str, tuple[str, ...]], float]:
    return {(name, tuple(labels)): value for labels, value in readings}
