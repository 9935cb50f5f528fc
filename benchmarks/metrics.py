"""What counting a request costs, and a scrape over four processes, beside the library.

The peer is prometheus_client as its own documentation uses it in several processes: a
Counter and a Histogram with labels, and its MultiProcessCollector.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

ENDPOINTS, PROCESSES = 30, 4
BOUNDS = (0.01, 0.05, 0.1, 0.5, 1, 2, 5)
Count = Callable[[str, str, int, float], None]


def ours(folder: str) -> tuple[Count, Callable[[], bytes]]:
    """Return how we count a request, and how we answer a scrape."""
    from entrepot.app import create_app
    from entrepot.base.events import RequestAnswered
    from entrepot.composition import build_house
    from entrepot.watch.metrics.counting import Counter
    from entrepot.watch.metrics.exposition import tell
    from entrepot.watch.metrics.tally import tally

    place = {"ENTREPOT_HOME": folder, "CONFIG_DIR": folder}
    house = build_house({**place, "LOG_DB_PATH": f"{folder}/log.db"})
    create_app(house)
    tally(house)
    counter = Counter(house)

    @functools.cache  # the event is there anyway: the log hears it, too
    def event(
        method: str, endpoint: str, status: int, seconds: float
    ) -> RequestAnswered:
        return RequestAnswered(
            method=method,
            path="/api/products",
            protocol="HTTP/1.1",
            endpoint=endpoint,
            status=status,
            seconds=seconds,
            size_bytes=100,
        )

    def count(method: str, endpoint: str, status: int, seconds: float) -> None:
        counter.hear(event(method, endpoint, status, seconds))

    return count, lambda: tell(house).body


def library(folder: str) -> tuple[Count, Callable[[], bytes]]:
    """Return how prometheus_client counts a request, and answers a scrape."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    from prometheus_client import (
        CollectorRegistry,
        Counter,
        Histogram,
        generate_latest,
        multiprocess,
    )

    requests = Counter("requests_total", "Of a test.", ("method", "endpoint", "status"))
    seconds_of = Histogram(
        "seconds", "Of a test.", ("method", "endpoint"), buckets=BOUNDS
    )

    def count(method: str, endpoint: str, status: int, seconds: float) -> None:
        requests.labels(method, endpoint, str(status)).inc()
        seconds_of.labels(method, endpoint).observe(seconds)

    def scrape() -> bytes:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)

    return count, scrape


SIDES = {"ours": ours, "library": library}


def cpu_us(call: Callable[[], object], times: int) -> float:
    """Return the CPU microseconds of one call: the least of five means."""
    means = []
    for _ in range(5):
        begun = time.process_time()
        for _ in range(times):
            call()
        means.append(1e6 * (time.process_time() - begun) / times)
    return min(means)


def measure(side: str, folder: str, requests: int) -> dict[str, float]:
    """Count and scrape beside three other processes that counted and live."""
    others = [
        subprocess.Popen(
            [sys.executable, __file__, "--sit", side, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(PROCESSES - 1)
    ]
    for other in others:
        assert other.stdout is not None
        other.stdout.readline()
    count, scrape = SIDES[side](folder)
    fill(count)
    scrape()
    walls = []
    for _ in range(9):
        begun = time.perf_counter()
        scrape()
        walls.append(1e3 * (time.perf_counter() - begun))
    found = {
        "count_us": cpu_us(lambda: count("GET", "view_7", 200, 0.07), requests),
        "scrape_cpu_ms": cpu_us(scrape, 3) / 1e3,
        "scrape_ms": statistics.median(walls),
    }
    for other in others:
        other.communicate()
    return found


def fill(count: Count) -> None:
    """Let every endpoint have been asked."""
    for number in range(ENDPOINTS):
        for status in (200, 404):
            count("GET", f"view_{number}", status, 0.07)


def main() -> None:
    """Print the figures of both sides, each measured in a process of its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=5000)
    asked.add_argument("--sit", nargs=2, metavar=("SIDE", "FOLDER"))
    asked.add_argument("--measure", nargs=2, metavar=("SIDE", "FOLDER"))
    given = asked.parse_args()
    if given.sit:
        count, _ = SIDES[given.sit[0]](given.sit[1])
        fill(count)
        print(flush=True)
        sys.stdin.read()
    elif given.measure:
        print(json.dumps(measure(*given.measure, given.requests)))
    else:
        compare(given.requests)


def compare(requests: int) -> None:
    """Measure one side after the other and print both."""
    for side in SIDES:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, __file__, "--measure", side, folder]
            command += ["--requests", str(requests)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        print(
            f"{side:8} {found['count_us']:6.1f} µs a request, a scrape of {PROCESSES} "
            f"processes {found['scrape_ms']:6.1f} ms, {found['scrape_cpu_ms']:6.1f} ms "
            "of CPU",
            flush=True,
        )


if __name__ == "__main__":
    main()
