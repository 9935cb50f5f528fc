"""What the dashboard asks of a million lines, beside the same asked of the lines.

    python benchmarks/dashboard.py [--lines 1000000] [--rounds 5] [--keep FOLDER]

The lines are those of `log_search.py`, two days of them, with samples of gauges of four
processes each 30 s. For each time that people choose, everything on the page is asked
for as the page does it: the first time in a process, and again. The peer counts
requests, failures, percentiles and levels over the table of lines, as without the
counts beside it. The target is that all together takes at most 200 ms.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.log_search import BEGIN, SECONDS, fill  # found by the line above
from entrepot.base.house import House
from entrepot.composition import build_house
from entrepot.migrations import ensure
from entrepot.watch.log.file import writing
from entrepot.watch.log.store import log_store
from entrepot.watch.pages.asked import LogQuery
from entrepot.watch.pages.overview import look, look_closer
from entrepot.watch.pages.times import Period

END = datetime.fromtimestamp(BEGIN + SECONDS, UTC)
TIMES = {
    "15 min": timedelta(minutes=15),
    "1 h": timedelta(hours=1),
    "24 h": timedelta(hours=24),
    "2 d": timedelta(days=2),
    "7 d": timedelta(days=7),
}
GAUGES = 15
PROCESSES = ("host:1", "host:2", "host:3", "host:4")
SAMPLE_SECONDS = 30

_COUNTED = """
SELECT CAST(strftime('%s', timestamp) AS INTEGER) / 60, level, status_code >= 500,
count(*) FROM logs WHERE timestamp >= :since AND timestamp < :until GROUP BY 1, 2, 3
"""
_TIMES = """
SELECT duration_ms FROM logs WHERE timestamp >= :since AND timestamp < :until
AND duration_ms IS NOT NULL ORDER BY 1
"""


def samples() -> Iterator[tuple[int, str, str, str, float]]:
    """Yield what gauges read in the two days."""
    chance = random.Random(7)
    named = {f"entrepot_gauge_{n}": "{}" for n in range(GAUGES)}
    named["entrepot_db_pool_connections"] = json.dumps({"state": "in_use"})
    named["entrepot_jobs"] = json.dumps({"state": "running"})
    for at in range(int(BEGIN), int(BEGIN) + SECONDS, SAMPLE_SECONDS):
        for process in PROCESSES:
            for name, labels in named.items():
                yield at, name, labels, process, chance.random() * 10


def add_samples(path: Path) -> None:
    """Put them into the log's file, where they are not there."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if connection.execute("SELECT 1 FROM gauge_samples").fetchone():
            return
        with writing(connection):
            connection.executemany(
                "INSERT INTO gauge_samples VALUES (?, ?, ?, ?, ?)", samples()
            )


def period_of(name: str) -> Period:
    """Return a time that ends with the lines."""
    since = END - TIMES[name]
    return Period(name="", since=since, until=END, words=name, asked=LogQuery())


def ours(house: House, period: Period) -> int:
    """Ask for everything on the page; return how many requests there were."""
    found = look(house, period)
    look_closer(house, period)
    return found.traffic.requests


def by_lines(path: Path, period: Period) -> int:
    """Ask the lines themselves for the same of requests and levels."""
    bounds = {
        "since": f"{period.since:%Y-%m-%dT%H:%M:%S}",
        "until": f"{period.until:%Y-%m-%dT%H:%M:%S}",
    }
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(_COUNTED, bounds).fetchall()
        return len(connection.execute(_TIMES, bounds).fetchall())


def timed_ms(call: Callable[[], object]) -> float:
    """Return the milliseconds of a call."""
    begun = time.perf_counter()
    call()
    return 1e3 * (time.perf_counter() - begun)


def compare(folder: str, path: Path, rounds: int) -> None:
    """Print each time: the first look of a process, the next ones, and the peer."""
    environ = {
        "ENTREPOT_HOME": folder,
        "CONFIG_DIR": folder,
        "LOG_DB_PATH": str(path),
    }
    print(f"{'':8} {'requests':>9} {'first ms':>9} {'again ms':>9} {'lines ms':>9}")
    for name in TIMES:
        period = period_of(name)
        with closing(build_house(environ)) as house:
            ensure(house)
            log_store(house)
            first = timed_ms(lambda house=house, period=period: ours(house, period))
            again = statistics.median(
                timed_ms(lambda house=house, period=period: ours(house, period))
                for _ in range(rounds)
            )
            requests = ours(house, period)
        peer = timed_ms(lambda period=period: by_lines(path, period))
        print(
            f"{name:8} {requests:9,} {first:9.1f} {again:9.1f} {peer:9.1f} "
            f"{peer / again:6.0f} ×",
            flush=True,
        )


def main() -> None:
    """Make the lines and the samples, look, print what it took."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument(
        "--keep", type=Path, help="where the file stays for the next run"
    )
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (given.keep or Path(folder)) / f"dashboard-{given.lines}.db"
        if not path.exists():
            print(f"{given.lines:,} lines put in: {fill(path, given.lines):.0f} s")
        add_samples(path)
        print(f"the file: {path.stat().st_size / 1e6:.0f} MB")
        compare(folder, path, given.rounds)


if __name__ == "__main__":
    main()
