"""Searching a million lines of the log: ours, and LIKE over the same file as the peer.

    python benchmarks/log_search.py [--lines 1000000] [--rounds 7] [--keep FOLDER]

The lines are put in as the writer puts them: two days, six in ten of answered requests,
the rest what rooms tell. Every kind of search is asked for in turns with the same by
LIKE, which has no index of words; both count what they find. Searches by fields stand
beside the same in plain SQL, without our indexes. The target is that 19 in 20 of our
searches take at most 50 ms.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from entrepot.base.house import House
from entrepot.composition import build_house
from entrepot.watch.lines.service import list_lines
from entrepot.watch.lines.wanted import parse_wanted
from entrepot.watch.log.file import add_entries, open_to_write
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import ACCESS, Entry

BEGIN = datetime(2026, 11, 19, tzinfo=UTC).timestamp()
SECONDS = 2 * 86_400
LIMIT = 100
PATHS = (
    *(("get_products", "/api/products"),) * 40,
    *(("get_product", "/api/products/{n}"),) * 30,
    *(("dataproducts_api.list_rows", "/api/data-products/sap/tables/ekko"),) * 15,
    *(("console_api.run", "/api/sql/execute"),) * 8,
    *(("exports_api.download", "/api/ybb/export/{n}/download"),) * 4,
    *(("health", "/health"),) * 20,
    ("accounts_api.change_password", "/api/auth/password"),
)
TOLD = (
    ("entrepot.exports", "Export {n} finished: {m} rows of {table} in {s} s"),
    ("entrepot.exports", "Export {n} started from {table}"),
    ("entrepot.feeds", "Import of feed {feed} read {m} products, {n} changed"),
    ("entrepot.connections", "Connection {feed} opened to {table}"),
    ("entrepot.jobs", "Job {n} waits for a place, {m} are before it"),
    ("entrepot.base", "Statement on {table} took longer than expected: {s} s"),
    ("sqlalchemy.pool", "Pool of {feed} returned a connection after {n} uses"),
)
TABLES = ("ekko", "ekpo", "lfa1", "mara", "bseg", "vbak", "purchase_orders")
FEEDS = ("acme", "nordwind", "harbour", "crane", "quay", "ledger")
LEVELS = (*("INFO",) * 25, *("DEBUG",) * 10, *("WARNING",) * 4, "ERROR")


def lines(count: int) -> Iterator[Entry]:
    """Yield the same lines in every run."""
    chance = random.Random(7)
    for number in range(count):
        at = BEGIN + SECONDS * number / count
        request_id = f"{chance.getrandbits(64):016x}"
        if chance.random() < 0.6:
            yield _answered(chance, at, request_id)
        elif number % 50_000 == 49_999:
            yield Entry(at, "CRITICAL", "entrepot.base", "The disk is full: zanzibar")
        else:
            yield _told(chance, at, request_id)


def _answered(chance: random.Random, at: float, request_id: str) -> Entry:
    endpoint, path = chance.choice(PATHS)
    if chance.random() < 0.0001:
        endpoint, path = "audit_csv", "/api/audit/csv"
    status = chance.choices((200, 304, 404, 500), (900, 60, 38, 2))[0]
    duration_ms = chance.lognormvariate(1.5, 1.2)
    path = path.format(n=chance.randrange(5000))
    return Entry(
        at,
        "WARNING" if status >= 500 or duration_ms > 1000 else "INFO",
        ACCESS,
        f"GET {path} {status}",
        request_id=request_id,
        user_id=chance.randrange(1, 40),
        actor="ada@example.com",
        ip_address=f"10.0.0.{chance.randrange(255)}",
        endpoint=endpoint,
        method="GET",
        status_code=status,
        duration_ms=round(duration_ms, 3),
    )


def _told(chance: random.Random, at: float, request_id: str) -> Entry:
    logger, text = chance.choice(TOLD)
    level = chance.choice(LEVELS)
    facts = {
        "n": chance.randrange(100_000),
        "m": chance.randrange(1_000_000),
        "s": round(chance.random() * 90, 2),
        "table": chance.choice(TABLES),
        "feed": chance.choice(FEEDS),
    }
    return Entry(
        at,
        level,  # type: ignore[arg-type]  # one of them
        logger,
        text.format(**facts),
        request_id=request_id,
        job_id=f"{facts['n']:08x}" if logger == "entrepot.jobs" else "",
        error_type="TimedOut" if level == "ERROR" else "",
        fields={"rows": facts["m"]},
    )


def fill(path: Path, count: int) -> float:
    """Put the lines into a file; return how many seconds that took."""
    begun = time.perf_counter()
    with closing(open_to_write(path)) as connection:
        coming = lines(count)
        while batch := list(islice(coming, 1000)):
            add_entries(connection, batch)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return time.perf_counter() - begun


SEARCHES: dict[str, dict[str, str | float]] = {
    "everything": {},
    "rare level": {"level": "CRITICAL"},
    "warnings and above": {"min_level": "WARNING"},
    "word": {"q": "finished"},
    "commonest word": {"q": "get"},
    "phrase": {"q": '"waits for a place"'},
    "prefix": {"q": "nordw"},
    "two words, not a third": {"q": "export finished -ekko"},
    "time and word": {
        "q": "nordwind",
        "start_date": "2026-11-19T06:10:30Z",
        "end_date": "2026-11-19T09:20:30Z",
    },
    "common word far back": {"q": "get", "end_date": "2026-11-19T02:00:30Z"},
    "time": {"start_date": "2026-11-19T06:10:30Z", "end_date": "2026-11-19T09:20:30Z"},
    "request": {"request_id": "{request_id}"},
    "endpoint and duration": {"endpoint": "get_product", "min_duration_ms": 100.0},
    "status": {"status": "5xx"},
    "logger": {"logger": "sqlalchemy"},
    "level and path": {"q": "level:WARNING AND endpoint:/api/*"},
    "path": {"q": "endpoint:/api/sql/*"},
    "rare path": {"q": "path:/api/audit/csv"},
    "slow": {"q": "duration_ms:>5000"},
    "range": {"q": "duration_ms:[200 TO 300] method:GET"},
    "failed answers": {"q": "status:>=500"},
    "level or word": {"q": "level:CRITICAL OR zanzibar OR status:5xx"},
    "words or words": {"q": "nordwind OR (crane opened)"},
    "word or field": {"q": "(ekko AND level:WARNING) OR user_id:7"},
    "without": {"q": "finished NOT level:INFO NOT ekko"},
    "further fact": {"q": "fields.rows:<500000 level:ERROR"},
    "time in the search": {
        "q": "timestamp:[2026-11-19T06:10:30Z TO 2026-11-19T09:20:30Z] nordwind"
    },
    "all together": {
        "q": "level:(ERROR OR WARNING) logger:entrepot.exports -bseg fields.rows:*"
    },
    "account that is nowhere": {"q": "user_id:999"},
    "accounts of two": {"q": "user_id:7 OR ip_address:10.0.0.17"},
    "rare endpoint": {"q": "endpoint:audit_csv"},
    "endpoint by pattern": {"q": "endpoint:get_* -status:200"},
    "path by pattern": {"q": "path:*/export/*"},
    "status that few have": {"q": "status:404 method:GET"},
    "kind of error": {"q": "error_type:TimedOut NOT logger:entrepot.feeds"},
    "common word of nobody": {"q": "get user_id:999"},
    "all but two words": {"q": "NOT get NOT export"},
    "beginning of a letter": {"q": "e"},
    "deep": {"before": 0.5},
    "deep, word": {"q": "nordwind", "before": 0.3},
    "deep, commonest word": {"q": "get", "before": 0.3},
    "deep, level and time": {
        "q": "level:ERROR",
        "before": 0.9,
        "start_date": "2026-11-19T00:10:30Z",
    },
    "deep, field": {"q": "user_id:7", "before": 0.2},
    "last hour": {"start_date": "2026-11-20T23:00:00Z"},
    "last hour, without": {
        "q": "NOT get NOT level:DEBUG",
        "start_date": "2026-11-20T23:00:00Z",
    },
    "nothing found": {"q": "qwertyuiop"},
    "nothing found in a path": {"q": "/api/no/such/place"},
}


def by_like(path: Path, asked: dict[str, str | float]) -> tuple[int, int]:
    """Search as the first implementation did; return how many are shown and there."""
    where, values = ["1"], list[str | float]()
    query = str(asked.get("q", ""))
    if query in _PLAIN:
        where = [_PLAIN[query]]
        asked = {name: value for name, value in asked.items() if name != "q"}
    for name, value in asked.items():
        test, *shapes = _LIKE[name]
        for word in str(value).replace('"', "").split() if name == "q" else [value]:
            where.append(f"NOT {test}" if str(word).startswith("-") else test)
            values.append(
                shapes[0].format(str(word).removeprefix("-")) if shapes else word
            )
    condition = " AND ".join(where)
    with closing(sqlite3.connect(path)) as connection:
        shown = connection.execute(
            f"SELECT * FROM logs WHERE {condition} ORDER BY id DESC LIMIT {LIMIT}",
            values,
        ).fetchall()
        [count] = connection.execute(
            f"SELECT count(*) FROM logs WHERE {condition}", values
        ).fetchone()
    return len(shown), count


_PLAIN = {
    "level:WARNING AND endpoint:/api/*": (
        "+level = 'WARNING' AND message LIKE '% /api/%'"
    ),
    "endpoint:/api/sql/*": "message LIKE '% /api/sql/%'",
    "path:/api/audit/csv": "message LIKE '% /api/audit/csv %'",
    "duration_ms:>5000": "+duration_ms > 5000",
    "duration_ms:[200 TO 300] method:GET": "+duration_ms BETWEEN 200 AND 300",
    "status:>=500": "+status_code >= 500",
    "level:CRITICAL OR zanzibar OR status:5xx": (
        "+level = 'CRITICAL' OR message LIKE '%zanzibar%' OR "
        "+status_code BETWEEN 500 AND 599"
    ),
    "nordwind OR (crane opened)": (
        "message LIKE '%nordwind%' OR "
        "message LIKE '%crane%' AND message LIKE '%opened%'"
    ),
    "(ekko AND level:WARNING) OR user_id:7": (
        "message LIKE '%ekko%' AND +level = 'WARNING' OR user_id = 7"
    ),
    "finished NOT level:INFO NOT ekko": (
        "message LIKE '%finished%' AND +level <> 'INFO' AND message NOT LIKE '%ekko%'"
    ),
    "fields.rows:<500000 level:ERROR": (
        "+level = 'ERROR' AND json_extract(custom_fields, '$.rows') < 500000"
    ),
    "timestamp:[2026-11-19T06:10:30Z TO 2026-11-19T09:20:30Z] nordwind": (
        "message LIKE '%nordwind%' AND timestamp BETWEEN '2026-11-19T06:10:30' "
        "AND '2026-11-19T09:20:30.001'"
    ),
    "level:(ERROR OR WARNING) logger:entrepot.exports -bseg fields.rows:*": (
        "+level IN ('ERROR', 'WARNING') AND logger = 'entrepot.exports' AND "
        "message NOT LIKE '%bseg%' AND custom_fields LIKE '%rows%'"
    ),
    "user_id:999": "user_id = 999",
    "user_id:7": "user_id = 7",
    "user_id:7 OR ip_address:10.0.0.17": "user_id = 7 OR ip_address = '10.0.0.17'",
    "endpoint:audit_csv": "endpoint = 'audit_csv'",
    "endpoint:get_* -status:200": "endpoint GLOB 'get_*' AND +status_code <> 200",
    "path:*/export/*": "message LIKE '%/export/%'",
    "status:404 method:GET": "+status_code = 404",
    "error_type:TimedOut NOT logger:entrepot.feeds": (
        "error_type = 'TimedOut' AND logger <> 'entrepot.feeds'"
    ),
    "get user_id:999": "message LIKE '%get%' AND user_id = 999",
    "NOT get NOT export": "message NOT LIKE '%get%' AND message NOT LIKE '%export%'",
    "NOT get NOT level:DEBUG": "message NOT LIKE '%get%' AND +level <> 'DEBUG'",
    "level:ERROR": "+level = 'ERROR'",
}
"""The same searches in SQL that no index of ours serves."""
_LIKE = {
    "q": ("message LIKE ?", "%{}%"),
    "level": ("+level = ?",),
    "min_level": ("+level IN (?, 'ERROR', 'CRITICAL')",),
    "start_date": ("timestamp >= ?",),
    "end_date": ("timestamp < ?",),
    "request_id": ("+request_id = ?",),
    "endpoint": ("endpoint = ?",),
    "min_duration_ms": ("+duration_ms >= ?",),
    "status": ("+status_code BETWEEN 500 AND 599 AND ? <> ''",),
    "logger": ("logger LIKE ?", "{}%"),
    "before": ("+id < ?",),
}


def ours(house: House, asked: dict[str, str | float]) -> tuple[int, int | None]:
    """Search; return how many are shown, and how many there are."""
    given = {name: value for name, value in asked.items() if name != "before"}
    before = int(asked["before"]) if "before" in asked else None
    wanted = parse_wanted(**given)  # type: ignore[arg-type]  # each its own type
    found = list_lines(house, wanted, limit=LIMIT, before=before)
    return len(found.lines), found.total


def timed_ms(call: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds of a call by the clock, and of the processor."""
    begun, busy = time.perf_counter(), time.thread_time()
    call()
    return 1e3 * (time.perf_counter() - begun), 1e3 * (time.thread_time() - busy)


def percentile(values: list[float], percent: int) -> float:
    """Return the value that so many in a hundred do not exceed."""
    return sorted(values)[-(-len(values) * percent // 100) - 1]


def compare(house: House, path: Path, rounds: int) -> None:
    """Print each kind of search beside LIKE, and all of ours together."""
    with closing(sqlite3.connect(path)) as connection:
        middle = "SELECT request_id FROM logs WHERE id = (SELECT max(id) / 2 FROM logs)"
        [request_id] = connection.execute(middle).fetchone()
        [last] = connection.execute("SELECT max(id) FROM logs").fetchone()
    every: tuple[list[float], list[float]] = ([], [])
    print(f"{'':24} {'shown':>5} {'of':>9} {'ms':>7} {'CPU ms':>7} {'LIKE ms':>8}")
    for name, given in SEARCHES.items():
        asked = dict(given)
        if "request_id" in asked:
            asked["request_id"] = request_id
        if "before" in asked:  # a share of all lines
            asked["before"] = int(float(asked["before"]) * last)
        times = [
            timed_ms(lambda asked=asked: ours(house, asked)) for _ in range(rounds)
        ]
        like_ms, _ = timed_ms(lambda asked=asked: by_like(path, asked))
        shown, total = ours(house, asked)
        for kept, one in zip(every, zip(*times, strict=True), strict=True):
            kept.extend(one)
        clock_ms, busy_ms = (statistics.median(one) for one in zip(*times, strict=True))
        print(
            f"{name:24} {shown:5} {total if total is not None else '?':>9} "
            f"{clock_ms:7.1f} {busy_ms:7.1f} {like_ms:8.1f} "
            f"{like_ms / clock_ms:6.0f} ×",
            flush=True,
        )
    for name, values in zip(("clock", "processor"), every, strict=True):
        p50, p95 = percentile(values, 50), percentile(values, 95)
        print(f"all together, {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


def main() -> None:
    """Make the lines, search them, print what it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=7)
    asked.add_argument(
        "--keep", type=Path, help="where the file stays for the next run"
    )
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (given.keep or Path(folder)) / f"log-{given.lines}.db"
        if not path.exists():
            print(f"{given.lines:,} lines put in: {fill(path, given.lines):.0f} s")
        print(f"the file: {path.stat().st_size / 1e6:.0f} MB")
        environ = {
            "ENTREPOT_HOME": folder,
            "CONFIG_DIR": folder,
            "LOG_DB_PATH": str(path),
        }
        with closing(build_house(environ)) as house:
            compare(house, log_store(house).path, given.rounds)


if __name__ == "__main__":
    main()
