"""The gauges of all rooms, read: what raises or hangs is left out and counted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from typing import Literal

from entrepot.base.events import emit
from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House
from entrepot.watch.events import GaugeBroke
from entrepot.watch.metrics import metrics
from entrepot.watch.metrics.tally import tally

HOUSE = Path(__file__).parents[2]
PATIENCE_SECONDS = 1.0
"""How long one gauge may take: whoever reads them waits."""

Read = dict[str, list[Reading]]
"""Readings by the gauge's name."""


@cache
def load_gauges() -> dict[str, Gauge]:
    """Return the gauges by name, from every room with a `gauges`."""
    for path in sorted(HOUSE.glob("*/gauges.py")):
        name = f"entrepot.{path.parent.name}.gauges"
        if path.parent.name != "base" and find_spec(name):
            import_module(name)
    return GAUGES


def gauges_of(whose: Literal["house", "process"]) -> dict[str, Gauge]:
    """Return the gauges of the house, or those of a process."""
    return {n: g for n, g in sorted(load_gauges().items()) if g.of == whose}


def read_process(house: House) -> Read:
    """Read what is this process's own, and show it to the others.

    These are quick by their promise: nobody watches the clock.
    """
    counts, read = tally(house), {}
    reader = house.shelf.get(Reader, Reader)
    for name, gauge in gauges_of("process").items():
        try:
            read[name] = _checked(gauge, house)
        except Exception as error:  # noqa: BLE001  # one that is broken breaks no other
            read[name] = []
            counts.add(metrics.GAUGE_FAILURES, name)
            reader.tell(name, error)
        else:
            reader.forget(name)
        counts.show(name, read[name])
    return read


def read_house(house: House) -> Read:
    """Read what is the house's, whichever process is asked."""
    reader = house.shelf.get(Reader, Reader)
    read = {}
    for name, gauge in gauges_of("house").items():
        found = reader.read(name, lambda gauge=gauge: _checked(gauge, house))  # type: ignore[misc]  # a default binds it
        if found is None:
            tally(house).add(metrics.GAUGE_FAILURES, name)
        else:
            read[name] = found
    return read


class Reader:
    """Reads gauges in a thread of its own, which it leaves behind when one hangs.

    One that still hangs is not begun again.
    """

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience = patience_seconds
        self._lock = threading.Lock()
        self._hanging: dict[str, Future[list[Reading]]] = {}
        self._told: set[str] = set()
        self._tasks: SimpleQueue[_Task | None] | None = None

    def read(self, name: str, ask: Callable[[], list[Reading]]) -> list[Reading] | None:
        """Return the readings; None where they do not come in time."""
        with self._lock:
            before = self._hanging.get(name)
            if before is not None and not before.done():
                return None
            future: Future[list[Reading]] = Future()
            self._begin().put((future, ask))
            try:
                found = future.result(self._patience)
            except Exception as error:  # noqa: BLE001  # told below, whatever it is
                if not future.done():
                    self._hanging[name] = future
                    self.close()
                self.tell(name, error)
                return None
            self.forget(name)
            return found

    def tell(self, name: str, error: Exception) -> None:
        """Say that a gauge cannot be read: once, until it can again."""
        if name not in self._told:
            self._told.add(name)
            emit(GaugeBroke(gauge=name, why=type(error).__name__))

    def forget(self, name: str) -> None:
        """Let the next failure of a gauge be told."""
        self._told.discard(name)

    def close(self) -> None:
        """Let the thread end, when it can."""
        tasks, self._tasks = self._tasks, None
        if tasks is not None:
            tasks.put(None)

    def _begin(self) -> SimpleQueue[_Task | None]:
        if self._tasks is None:
            self._tasks = SimpleQueue()
            threading.Thread(
                target=_work, args=(self._tasks,), name="gauges", daemon=True
            ).start()
        return self._tasks


_Task = tuple[Future[list[Reading]], Callable[[], list[Reading]]]


def _work(tasks: SimpleQueue[_Task | None]) -> None:
    while task := tasks.get():
        future, ask = task
        try:
            future.set_result(ask())
        except BaseException as error:  # noqa: BLE001  # told to whoever waits
            future.set_exception(error)


def _checked(gauge: Gauge, house: House) -> list[Reading]:
    """Read a gauge; each reading has as many labels as the gauge."""
    read = [(tuple(map(str, labels)), float(v)) for labels, v in gauge.read(house)]
    if any(len(labels) != len(gauge.labels) for labels, _ in read):
        raise ValueError("a reading has other labels than its gauge")
    return read
