"""What a line costs its caller: through our API, as an event, through `logging`.

    python benchmarks/log_call.py [--calls 20000] [--rounds 5]

Median and 99th percentile of single calls, by the clock; the peer is a QueueHandler of
the standard library, whose queue a thread empties into a list. The targets are 2 µs
through our API and 12 µs through `logging`.
"""

from __future__ import annotations

import argparse
import logging
import logging.handlers
import queue
import statistics
import tempfile
import threading
import time
from collections.abc import Callable

from entrepot.base.acting import Actor, become
from entrepot.base.events import RequestAnswered, emit
from entrepot.composition import build_house, hear
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Entry
from entrepot.web.events import LimitsTogether

ANSWERED = RequestAnswered(
    method="GET",
    path="/api/products",
    protocol="HTTP/1.1",
    endpoint="get_products",
    status=200,
    seconds=0.003,
    size_bytes=1200,
)


def times_us(call: Callable[[], object], calls: int) -> tuple[float, float]:
    """Return the median and the 99th percentile of single calls, in microseconds."""
    clock, spent = time.perf_counter_ns, []
    for at in range(calls):
        begun = clock()
        call()
        spent.append(clock() - begun)
        if at % 500 == 499:  # as between requests: the writer gets its turn
            time.sleep(0.002)
    return (
        statistics.median(spent) / 1000,
        statistics.quantiles(spent, n=100)[98] / 1000,
    )


def peer() -> Callable[[], object]:
    """Return a call of a logger whose lines a thread takes from a queue."""
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    kept: list[logging.LogRecord] = []
    logger = logging.getLogger("peer")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(logging.handlers.QueueHandler(lines))  # type: ignore[arg-type]

    def empty() -> None:
        while True:
            kept.append(lines.get())

    threading.Thread(target=empty, daemon=True).start()
    return lambda: logger.info("%s rows of %s", 12, "orders")


def main() -> None:
    """Print what a call costs."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--calls", type=int, default=20_000)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environ = {"ENTREPOT_HOME": folder, "CONFIG_DIR": folder}
        house = build_house({**environ, "LOG_DB_PATH": f"{folder}/logs.db"})
        hear(house)
        become(Actor(name="ada", kind="person", user_id=1, request_id="0" * 15 + "1"))
        store, library = log_store(house), logging.getLogger("somebody.library")
        store.limit = 10_000_000
        ways: dict[str, Callable[[], object]] = {
            "store.put": lambda: store.put(
                Entry(time.time(), "INFO", "entrepot.test", "rows came")
            ),
            "emit, a request": lambda: emit(ANSWERED),
            "emit, another": lambda: emit(LimitsTogether()),
            "logging": lambda: library.info("%s rows of %s", 12, "orders"),
            "QueueHandler (peer)": peer(),
        }
        found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        for _ in range(given.rounds):  # in turns, so that all meet the same load
            for way, call in ways.items():
                found[way].append(times_us(call, given.calls // given.rounds))
        for way, rounds in found.items():
            middle, late = (
                statistics.median(side) for side in zip(*rounds, strict=True)
            )
            print(f"{way:20} p50 {middle:6.2f} µs   p99 {late:7.1f} µs")
        house.close()


if __name__ == "__main__":
    main()
