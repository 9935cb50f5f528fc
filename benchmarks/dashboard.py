"""What the dashboard asks of a million lines, beside the same asked of the lines.

    python benchmarks/dashboard.py [--lines 1000000] [--rounds 5] [--keep FOLDER]

The lines are those of `log_search.py`, two days of them, with samples of gauges of four
processes each 30 s, what history keeps of processes by the minute, the errors in their
groups, and the million spans of `traces.py`. For each time that people choose, all on
the page is asked for as the page does it: the first time in a process, and again. The
peer counts requests, failures, percentiles and levels over the table of lines, as
without the counts beside it. The target is that all together takes at most 200 ms.
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
from sqlalchemy import select

from benchmarks.log_search import BEGIN, SECONDS, fill  # found by the line above
from benchmarks.traces import fill as fill_spans
from entrepot.base.house import House
from entrepot.composition import build_house
from entrepot.migrations import ensure
from entrepot.watch.groups.folding import fold
from entrepot.watch.history.models import MetricRollup, MetricSeries, MetricSource
from entrepot.watch.history.names import CPU, MEMORY, WATCHED
from entrepot.watch.log.file import writing
from entrepot.watch.log.store import log_store
from entrepot.watch.pages.asked import LogQuery
from entrepot.watch.pages.overview import look, look_closer
from entrepot.watch.pages.times import Period
from entrepot.watch.settings import traces_path

END = datetime.fromtimestamp(BEGIN + SECONDS, UTC) - timedelta(minutes=37)
"""When people look: no hour is whole at either end."""
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


def add_history(house: House) -> None:
    """Put what history keeps of processes into our own database, once."""
    chance = random.Random(7)
    web, worker = '{"process": "web"}', '{"process": "worker"}'
    named = [(name, labels) for name in (MEMORY, CPU) for labels in (web, worker)]
    with house.store.session() as session:
        if session.scalar(select(MetricSource.id).limit(1)) is not None:
            return
        source = MetricSource(name="host")
        kept = [MetricSeries(name=n, labels=t) for n, t in [*named, (WATCHED, "{}")]]
        session.add_all([source, *kept])
        session.flush()  # the rows below point at these
        for at in range(int(BEGIN), int(BEGIN) + SECONDS, 60):
            read = 60.0 * (1 + chance.random())
            session.add_all(
                MetricRollup(
                    step=60, series_id=one.id, at=at, source_id=source.id,
                    count=60.0, total=read, low=1.0, high=2.0,
                )
                for one in kept
            )  # fmt: skip


def prepare(house: House, spans: int) -> None:
    """Make what lies beside the log, where it is not there."""
    ensure(house)
    add_history(house)
    while not fold(house).is_done:
        continue
    if not traces_path(house.settings).exists():
        fill_spans(house, spans)


def period_of(name: str) -> Period:
    """Return a time that ends so shortly before the lines do."""
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


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds of a call by the clock, and of the processor."""
    begun, busy = time.perf_counter(), time.thread_time()
    call()
    return 1e3 * (time.perf_counter() - begun), 1e3 * (time.thread_time() - busy)


def compare(environ: dict[str, str], path: Path, rounds: int) -> None:
    """Print each time: the first look of a process, the next ones, and the peer."""
    print(
        f"{'':8} {'requests':>9} {'first: ms':>10} {'CPU':>6} {'again: ms':>10} ",
        end="",
    )
    print(f"{'CPU':>6} {'lines: ms':>10}")
    for name in TIMES:
        period = period_of(name)
        with closing(build_house(environ)) as house:
            ensure(house)
            log_store(house)
            first = timed(lambda house=house, period=period: ours(house, period))
            looks = [
                timed(lambda house=house, period=period: ours(house, period))
                for _ in range(rounds)
            ]
            again = [statistics.median(one) for one in zip(*looks, strict=True)]
            requests = ours(house, period)
        peer, _ = timed(lambda period=period: by_lines(path, period))
        print(
            f"{name:8} {requests:9,} {first[0]:10.1f} {first[1]:6.1f} "
            f"{again[0]:10.1f} {again[1]:6.1f} {peer:10.1f} {peer / again[0]:6.0f} ×",
            flush=True,
        )


def main() -> None:
    """Make the lines and what lies beside them, look, print what it took."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked.add_argument("--spans", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument(
        "--keep", type=Path, help="where the files stay for the next run"
    )
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = (given.keep or Path(folder)) / f"dashboard-{given.lines}"
        path = home / "log.db"
        if not path.exists():
            print(f"{given.lines:,} lines put in: {fill(path, given.lines):.0f} s")
        add_samples(path)
        print(f"the log: {path.stat().st_size / 1e6:.0f} MB")
        environ = {
            "ENTREPOT_HOME": str(home),
            "CONFIG_DIR": str(home),
            "LOG_DB_PATH": str(path),
        }
        with closing(build_house(environ)) as house:
            prepare(house, given.spans)
        compare(environ, path, given.rounds)


if __name__ == "__main__":
    main()
