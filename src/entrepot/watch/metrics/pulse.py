"""A thread in every process that answers: it shows gauges, and keeps samples."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from entrepot.base.gauges import Gauge
from entrepot.base.house import House
from entrepot.watch.log.store import LogStore, log_store
from entrepot.watch.metrics import metrics
from entrepot.watch.metrics.reading import Read, gauges_of, read_house, read_process
from entrepot.watch.metrics.tally import tally
from entrepot.watch.traces.store import TraceStore, trace_store

SHOWN_SECONDS = 1.0
"""Between two readings that others see."""
SAMPLE_SECONDS = 30
"""Between two samples that are kept; all processes take theirs at the same times."""

DROPS: Mapping[str, Callable[[House], LogStore | TraceStore]] = {
    metrics.DROPPED_LINES.name: log_store,
    metrics.DROPPED_TRACES.name: trace_store,
}
"""What loses entries where too many wait, by the metric that tells of it."""

Sample = tuple[int, str, str, str, float]
"""A row of `gauge_samples`: when, which gauge, its labels as JSON, whose, how much."""


class Pulse:
    """Reads the gauges of its process every second; begun with the first request."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._ends = threading.Event()
        self._dropped = dict.fromkeys(DROPS, 0)
        self._lead: int | None = None
        self._process = f"{socket.gethostname()[:80]}:{os.getpid()}"
        self._sampled = int(time.time()) // SAMPLE_SECONDS
        self._thread = threading.Thread(target=self._run, name="gauges", daemon=True)
        self._thread.start()

    def beat(self, now: float) -> None:
        """Read, and keep a sample where it is time for one."""
        read = read_process(self._house)
        self._count_dropped()
        turn = int(now) // SAMPLE_SECONDS
        if turn > self._sampled:
            self._sampled = turn
            self.sample(turn * SAMPLE_SECONDS, read)

    def sample(self, at: int, read: Read) -> None:
        """Keep what was read; one process of all keeps the gauges of the house, too."""
        rows = list(rows_of(read, gauges_of("process"), at, self._process))
        if self._leads():
            gauges = gauges_of("house")
            rows += rows_of(read_house(self._house), gauges, at, "")
        log_store(self._house).add_samples(rows)

    def close(self) -> None:
        """Stop."""
        self._ends.set()
        if self._thread is not threading.current_thread():
            self._thread.join(2)
        if self._lead is not None:
            os.close(self._lead)

    def _run(self) -> None:
        while not self._ends.wait(SHOWN_SECONDS):
            try:
                self.beat(time.time())
            except Exception:  # noqa: BLE001  # a pulse that ends tells nobody
                continue

    def _leads(self) -> bool:
        if self._lead is None:
            self._lead = tally(self._house).folder.lead()
        return self._lead is not None

    def _count_dropped(self) -> None:
        for metric, store in DROPS.items():
            dropped = store(self._house).dropped
            new, self._dropped[metric] = dropped - self._dropped[metric], dropped
            if new > 0:
                tally(self._house).add(metrics.METRICS[metric], amount=new)


def rows_of(
    read: Read, gauges: dict[str, Gauge], at: int, process: str
) -> Iterable[Sample]:
    """Yield readings as the log's file keeps them."""
    for name, readings in read.items():
        for values, number in readings:
            labels = dict(zip(gauges[name].labels, values, strict=True))
            yield at, name, json.dumps(labels, sort_keys=True), process, number
