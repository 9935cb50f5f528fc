"""CPU a request of a page of rows and of a table page, beside Datasette's.

    python benchmarks/rows.py [--requests 60] [--rounds 3]

Both servers read the same SQLite file on one worker; they take turns, and what is
counted is the CPU of the server's whole process family. The last line of each pair is
the ratio of the medians.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROWS = 20_000
TICKS = os.sysconf("SC_CLK_TCK")


def build(path: Path) -> None:
    """Make a table `stock` of eight columns."""
    connection = sqlite3.connect(path)
    connection.execute(
        "create table stock (id integer primary key, sku text, name text, price real,"
        " amount integer, bought date, active boolean, note text)"
    )
    connection.executemany(
        "insert into stock values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (n, f"SKU-{n:07}", f"Item number {n}", n * 0.25, n % 97,
             f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}", n % 2, f"Note {n} " * 4)
            for n in range(1, ROWS + 1)
        ),
    )  # fmt: skip
    connection.commit()
    connection.close()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: list[str], port: int, folder: Path) -> Iterator[int]:
    """Run a server until the block ends; give its process id when it answers."""
    environ = {**os.environ, "PORT": str(port), "ENTREPOT_HOME": str(folder / "home")}
    environ["ENTREPOT_CONNECTIONS"] = f"bench=sqlite:///{folder}/stock.db"
    environ["ENTREPOT_CONNECTIONS_ROOTS"] = str(folder)
    server = subprocess.Popen(
        command,
        env=environ,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        server.wait(30)


def family(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from family(int(child))


def cpu_seconds(pid: int) -> float:
    """Return the CPU that a process family has used."""
    ticks = 0
    for member in family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def cost_ms(pid: int, port: int, path: str, requests: int) -> float:
    """Return the server's CPU milliseconds for one request, over many."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    before = cpu_seconds(pid)
    for _ in range(requests):
        connection.request("GET", path, headers={"Accept": "*/*"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, body[:200])
    connection.close()
    return 1000 * (cpu_seconds(pid) - before) / requests


OURS = "/api/data-products/bench:main/tables/stock"
PAIRS = {
    "1000 × 8 as arrays": (
        f"{OURS}?limit=1000&shape=arrays",
        "/stock/stock.json?_size=1000&_shape=arrays",
    ),
    "1000 × 8 as objects": (
        f"{OURS}?limit=1000",
        "/stock/stock.json?_size=1000&_shape=objects",
    ),
    "table page of 100": (
        "/data-products/bench:main/tables/stock",
        "/stock/stock?_size=100",
    ),
}


def main() -> None:
    """Print CPU milliseconds a request and the ratios."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=60)
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "stock.db")
        ports = free_port(), free_port()
        ours = [sys.executable, "-m", "entrepot", "serve", "--workers", "1"]
        peer = [sys.executable, "-m", "datasette", "serve", "stock.db"]
        peer += ["--port", str(ports[1]), "--setting", "max_returned_rows", "1000"]
        with (
            served(ours, ports[0], folder) as our_pid,
            served(peer, ports[1], folder) as peer_pid,
        ):
            for title, paths in PAIRS.items():
                costs: tuple[list[float], list[float]] = ([], [])
                for _ in range(given.rounds):
                    for side, pid in enumerate((our_pid, peer_pid)):
                        costs[side].append(
                            cost_ms(pid, ports[side], paths[side], given.requests)
                        )
                mine, theirs = map(statistics.median, costs)
                print(
                    f"{title:22} {mine:7.2f} ms  Datasette {theirs:7.2f} ms"
                    f"  ratio {theirs / mine:.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
