"""The log: what a line costs its caller, how many go in a second, what a million weigh.

    python benchmarks/log_store.py [--lines 200000] [--rounds 3] [--size 1000000]

The peer is what the standard library has: a `QueueHandler` for the caller, and behind
its `QueueListener` a handler that writes batches of 1000 rows of the documented six
columns into SQLite. Ours has words, minutes and requests beside the lines. Both take
turns on the same lines: 60 % answered requests, 38 % lines of rooms and libraries, 2 %
errors with 600 characters of traceback. A rate is told by the clock, and of the CPU
time of the process, callers included, which other work on the machine changes less.
"""

from __future__ import annotations

import argparse
import logging
import logging.handlers
import queue
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from entrepot.composition import build_house  # noqa: E402  # after the path is set
from entrepot.watch import LogStore, log_store  # noqa: E402
from entrepot.watch.spec import Entry  # noqa: E402

ENDPOINTS = (
    ("get_products", "GET", "/api/products"),
    ("get_product", "GET", "/api/products/{}"),
    ("connections.list_rows", "GET", "/api/connections/shop/tables/orders/rows"),
    ("exports.create", "POST", "/api/exports"),
)
LOGGERS = (
    "entrepot.exports",
    "entrepot.catalogue",
    "sqlalchemy.engine",
    "urllib3.connectionpool",
)
WORDS = ["export", "finished", "table", "rows", "connection", "opened", "supplier"]
WORDS += ["cache", "refreshed", "feed", "read", "job", "started", "order", "schema"]
PER_SECOND = 2000
PACED = 5000


Rate = tuple[float, float]
"""Lines a second, by the clock and of CPU time."""


def now() -> tuple[float, float]:
    """Return the time by the clock, and that of the CPU."""
    return time.perf_counter(), time.process_time()


def rate(count: int, begun: tuple[float, float]) -> Rate:
    """Return how fast so many lines went since then."""
    clock, cpu = now()
    return count / (clock - begun[0]), count / (cpu - begun[1])


def lines(count: int) -> Iterator[Entry]:
    """Yield the same lines in every run."""
    chance = random.Random(1)
    at, request_id = time.time() - 3600, f"{chance.getrandbits(64):016x}"
    for _ in range(count):
        at += chance.expovariate(PER_SECOND)
        kind = chance.random()
        if kind < 0.6:
            request_id = f"{chance.getrandbits(64):016x}"
            yield _access(chance, at, request_id)
        elif kind < 0.98:
            yield _event(chance, at, request_id if chance.random() < 0.6 else "")
        else:
            yield _error(chance, at, request_id)


def _access(chance: random.Random, at: float, request_id: str) -> Entry:
    endpoint, method, path = chance.choice(ENDPOINTS)
    status = chance.choice((*[200] * 9, 404))
    return Entry(
        at,
        "INFO",
        "entrepot.access",
        f"{method} {path.format(chance.randrange(20_000))} {status}",
        request_id=request_id,
        user_id=chance.randrange(1, 40),
        ip_address=f"10.0.{chance.randrange(4)}.{chance.randrange(250)}",
        endpoint=endpoint,
        method=method,
        status_code=status,
        duration_ms=round(chance.expovariate(0.05), 2),
    )


def _event(chance: random.Random, at: float, request_id: str) -> Entry:
    said = " ".join(chance.choice(WORDS) for _ in range(6))
    return Entry(
        at,
        "INFO" if chance.random() < 0.9 else "DEBUG",
        chance.choice(LOGGERS),
        f"{said} {chance.randrange(100_000)}",
        request_id=request_id,
        fields={"rows": chance.randrange(1000)} if chance.random() < 0.2 else None,
    )


def _error(chance: random.Random, at: float, request_id: str) -> Entry:
    calls = (f'  File "lib.py", line {chance.randrange(100)}\n' for _ in range(24))
    return Entry(
        at,
        "ERROR",
        "entrepot.web",
        "Database error: timeout",
        request_id=request_id,
        error_type="TimeoutError",
        stack_trace="".join(("Traceback:\n", *calls))[:600],
    )


class Rows(logging.Handler):
    """The peer's handler: batches of 1000 rows."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._rows: list[tuple[object, ...]] = []
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(
            "CREATE TABLE logs (id INTEGER PRIMARY KEY AUTOINCREMENT, "
            "timestamp TEXT NOT NULL, level TEXT NOT NULL, logger TEXT NOT NULL, "
            "message TEXT NOT NULL, created_at DATETIME DEFAULT CURRENT_TIMESTAMP)"
        )
        self._time = logging.Formatter().formatTime

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record, and write when there are enough."""
        row = self._time(record), record.levelname, record.name, record.getMessage()
        self._rows.append(row)
        if len(self._rows) == 1000:
            self.flush()

    def flush(self) -> None:
        """Write what there is."""
        with self._database:
            self._database.executemany(
                "INSERT INTO logs (timestamp, level, logger, message) "
                "VALUES (?, ?, ?, ?)",
                self._rows,
            )
        self._rows = []


def peer(entries: list[Entry], folder: Path) -> tuple[list[int], Rate]:
    """Return the nanoseconds of paced calls, and how fast lines are written."""
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    writer = Rows(folder / "peer.db")
    listener = logging.handlers.QueueListener(waiting, writer)
    logger = logging.getLogger("entrepot.peer")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.handlers = [logging.handlers.QueueHandler(waiting)]  # type: ignore[arg-type]
    listener.start()
    told = paced(lambda entry: logger.info(entry.message), entries[:PACED])
    begun = now()
    for entry in entries:
        logger.info(entry.message)
    listener.stop()
    writer.flush()
    return told, rate(len(entries), begun)


def ours(entries: list[Entry], folder: Path) -> tuple[list[int], Rate]:
    """Return the nanoseconds of paced calls, and how fast lines are written."""
    store = new_store(folder)

    def put(entry: Entry) -> None:
        # A caller makes the line it puts.
        store.put(
            Entry(
                time.time(),
                "INFO",
                "entrepot.access",
                entry.message,
                request_id=entry.request_id,
                user_id=entry.user_id,
                endpoint=entry.endpoint,
            )
        )

    told = paced(put, entries[:PACED])
    store.flush()
    begun = now()
    fill(store, entries)
    reached = rate(len(entries), begun)
    store.close()
    return told, reached


def new_store(folder: Path) -> LogStore:
    """Return a log in a folder."""
    environ = {"ENTREPOT_HOME": str(folder), "CONFIG_DIR": str(folder)}
    return log_store(build_house(environ | {"LOG_DB_PATH": str(folder / "ours.db")}))


def fill(store: LogStore, entries: list[Entry]) -> None:
    """Put lines as fast as they are taken without a loss, until all are written."""
    for begin in range(0, len(entries), 10_000):
        for entry in entries[begin : begin + 10_000]:
            store.put(entry)
        store.flush(60)


def paced(call: Callable[[Entry], None], entries: list[Entry]) -> list[int]:
    """Return the nanoseconds of each call, made as often as a busy server does."""
    told = []
    for number, entry in enumerate(entries):
        begun = time.perf_counter_ns()
        call(entry)
        told.append(time.perf_counter_ns() - begun)
        if number % 20 == 19:
            time.sleep(20 / PER_SECOND)
    return told


def caller(told: list[int]) -> str:
    """Render what calls cost."""
    cut = statistics.quantiles(told, n=100)
    return f"p50 {cut[49] / 1000:.2f} µs, p99 {cut[98] / 1000:.1f} µs"


def weigh(count: int) -> None:
    """Print what so many lines take on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder))
        fill(store, list(lines(count)))
        store.close()
        size = sum(file.stat().st_size for file in Path(folder).glob("ours.db*"))
        print(f"{count} lines: {size / 1e6:.1f} MB, {size / count:.0f} bytes a line")


def main() -> None:
    """Print the figures of both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, default=1_000_000)
    given = parser.parse_args()
    entries = list(lines(given.lines))
    rates: dict[str, list[float]] = {"ours": [], "peer": []}
    for _ in range(given.rounds):
        for name, side in (("ours", ours), ("peer", peer)):
            with tempfile.TemporaryDirectory() as folder:
                told, (by_clock, by_cpu) = side(entries, Path(folder))
            rates[name].append(by_cpu)
            print(
                f"{name}: call {caller(told)}; {by_clock:,.0f} lines/s, "
                f"{by_cpu:,.0f} lines a CPU second",
                flush=True,
            )
    mine, theirs = (statistics.median(rates[name]) for name in ("ours", "peer"))
    print(f"a CPU second: ours {mine:,.0f}, peer {theirs:,.0f}: {mine / theirs:.2f} ×")
    if given.size:
        weigh(given.size)


if __name__ == "__main__":
    main()
