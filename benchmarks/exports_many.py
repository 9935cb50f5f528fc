"""Ten exports at once, and how long a page takes meanwhile.

    python benchmarks/exports_many.py [--rows 1000000] [--exports 10]

`entrepot serve` with its worker, over HTTP: exports of one table in five formats are
asked for, and while they wait and run a page of a hundred rows is asked for, ten times
a second. The peer is the same server with nothing to do. Memory is that of all its
processes together; a page they share counts once.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from tests.running import new_installation, serving

from benchmarks import data  # found by the lines above
from benchmarks.ybb import Used, ask, descendants, look, wait_for_worker

FORMATS = ("xlsx", "csv", "ndjson", "parquet", "json")
ROWS = "/api/data-products/bench:main/tables/t?limit=100&shape=arrays"
PAUSE_SECONDS = 0.1


def answer_ms(url: str) -> float:
    """Return how long a page of rows takes, in milliseconds."""
    begun = time.perf_counter()
    ask(url + ROWS)
    return (time.perf_counter() - begun) * 1000


def begin(url: str, exports: int) -> list[str]:
    """Ask for the exports; return where each tells how it is."""
    addresses = []
    for n in range(exports):
        asked = {
            "source": {"connection": "bench", "table": "t"},
            "format": FORMATS[n % len(FORMATS)],
            "title": f"number {n}",
            "wait": False,
        }
        said = json.loads(ask(f"{url}/api/exports", json.dumps(asked).encode()))
        addresses.append(url + said["data"]["status_url"])
    return addresses


def is_over(address: str, rows: int) -> bool:
    """Tell whether an export is complete, with every row."""
    seen = json.loads(ask(address))["data"]
    assert seen["status"] in ("queued", "running", "completed"), seen
    return seen["status"] == "completed" and seen["rows"] == rows


def show(name: str, times: list[float]) -> None:
    """Print one line."""
    cuts = statistics.quantiles(times, n=100)
    print(f"{name:32} p50 {cuts[49]:6.1f} p95 {cuts[94]:6.1f} p99 {cuts[98]:6.1f} ms")


def main() -> None:
    """Measure the page alone, then beside the exports."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--exports", type=int, default=10)
    given = parser.parse_args()
    data.make(given.rows)
    path = data.sqlite_path(given.rows)
    with tempfile.TemporaryDirectory() as folder:
        roots = {"ENTREPOT_CONNECTIONS_ROOTS": str(path.parent)}
        installation = new_installation(Path(folder), **roots)
        installation.run("connections", "add", "bench", f"sqlite:///{path}")
        with serving(installation) as url:
            measure(url, given.rows, given.exports)


def measure(url: str, rows: int, exports: int) -> None:
    """Print the page's times and the server's memory, without and with exports."""
    wait_for_worker(url)
    (server,) = [p for p in descendants(os.getpid()) if p != os.getpid()][:1]
    idle, busy = Used(), Used()
    alone = [answer_ms(url) for _ in range(100)]
    look(idle, server)
    begun = time.monotonic()
    waiting, beside = begin(url, exports), []
    while waiting:
        time.sleep(PAUSE_SECONDS)
        beside.append(answer_ms(url))
        look(busy, server)
        if len(beside) % 10 == 0:
            waiting = [one for one in waiting if not is_over(one, rows)]
    show("a page, alone", alone)
    show(f"a page, beside {exports} exports", beside)
    print(
        f"{exports} × {rows:,} rows in {time.monotonic() - begun:.1f} s; "
        f"memory {idle.memory_bytes >> 20} MiB, then {busy.memory_bytes >> 20} MiB"
    )


if __name__ == "__main__":
    main()
