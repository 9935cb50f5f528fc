"""CPU of an answer of the console beside Datasette's, and what the wall costs.

    python benchmarks/console.py [--requests 60] [--rounds 3]

The same thousand rows are asked of Datasette as SQL, and as the table's JSON, which it
gives with what its own pages say of a table. Both servers have the same SQLite file and
one worker; they take turns, and what is counted is the CPU of the server's whole
process family. The wall's cost is that of a statement behind it less that of the same
statement by `sqlite3` alone, each read to its end in this process.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.rows import (  # found by the line above
    build,
    cost_ms,
    cpu_seconds,
    free_port,
    served,
)

SQL = "SELECT * FROM stock LIMIT 1000"
SMALL = "SELECT id, sku FROM stock WHERE id = 77"
SHAPES = ("arrays", "objects")


def posted_ms(pid: int, port: int, body: dict[str, object], requests: int) -> float:
    """Return the server's CPU milliseconds for one statement, over many."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    raw, headers = json.dumps(body), {"Content-Type": "application/json"}
    before = cpu_seconds(pid)
    for _ in range(requests):
        connection.request("POST", "/api/sql/execute", raw, headers)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 200, said[:300]
    connection.close()
    return 1000 * (cpu_seconds(pid) - before) / requests


def compare(folder: Path, requests: int, rounds: int) -> None:
    """Print CPU milliseconds an answer and the ratios."""
    ports = free_port(), free_port()
    ours = [sys.executable, "-m", "entrepot", "serve", "--workers", "1"]
    peer = [sys.executable, "-m", "datasette", "serve", "stock.db"]
    peer += ["--port", str(ports[1]), "--setting", "max_returned_rows", "1000"]
    with (
        served(ours, ports[0], folder) as our_pid,
        served(peer, ports[1], folder) as peer_pid,
    ):
        for shape in SHAPES:
            asked = {"query": SQL, "shape": shape, "connection": "bench"}
            path = f"/stock.json?{urlencode({'sql': SQL, '_shape': shape})}"
            table = f"/stock/stock.json?_size=1000&_shape={shape}"
            posted_ms(our_pid, ports[0], asked, 5)  # both warm
            cost_ms(peer_pid, ports[1], path, 5)
            mine, theirs, tables = [], [], []
            for _ in range(rounds):
                mine.append(posted_ms(our_pid, ports[0], asked, requests))
                theirs.append(cost_ms(peer_pid, ports[1], path, requests))
                tables.append(cost_ms(peer_pid, ports[1], table, requests // 4))
            print(_line(f"1000 × 8 as {shape}, SQL", mine, theirs), flush=True)
            print(_line(f"1000 × 8 as {shape}, table", mine, tables), flush=True)
        small = {"query": SMALL, "shape": "arrays", "connection": "bench"}
        path = f"/stock.json?{urlencode({'sql': SMALL, '_shape': 'arrays'})}"
        mine = [posted_ms(our_pid, ports[0], small, requests) for _ in range(rounds)]
        theirs = [cost_ms(peer_pid, ports[1], path, requests) for _ in range(rounds)]
        print(_line("one row", mine, theirs), flush=True)


def _line(title: str, mine: list[float], theirs: list[float]) -> str:
    ours, peers = statistics.median(mine), statistics.median(theirs)
    return f"{title:28} {ours:7.2f} ms  Datasette {peers:7.2f} ms  {peers / ours:.1f}×"


def wall(path: Path, times: int) -> None:
    """Print what the wall adds to one small statement, in milliseconds of CPU."""
    from entrepot.base.sqlite_guard import Guard

    open_path = f"{path.as_uri()}?mode=ro"
    bare = sqlite3.connect(open_path, uri=True, cached_statements=0)
    guarded = sqlite3.connect(open_path, uri=True, cached_statements=0)
    guard = Guard(guarded)

    def walled() -> None:
        guard.examine(SMALL, ())
        guarded.execute(SMALL).fetchall()

    rounds = [
        (_cpu_ms(lambda: bare.execute(SMALL).fetchall(), times), _cpu_ms(walled, times))
        for _ in range(5)
    ]
    alone, behind = (statistics.median(side) for side in zip(*rounds, strict=True))
    print(
        f"the wall (SQLite)            {behind - alone:7.3f} ms a statement"
        f"  ({alone:.3f} alone, {behind:.3f} behind it)"
    )


def _cpu_ms(step: Callable[[], object], times: int) -> float:
    step()
    before = time.process_time()
    for _ in range(times):
        step()
    return 1000 * (time.process_time() - before) / times


def main() -> None:
    """Print the comparison, then the wall's cost."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=60)
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "stock.db")
        compare(folder, given.requests, given.rounds)
        wall(folder / "stock.db", 2_000)


if __name__ == "__main__":
    main()
