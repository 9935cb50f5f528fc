"""What a job adds to an export: the same file made by a job, and directly.

    python benchmarks/exports_job.py [ROWS] [FORMAT] [RUNS]

Both read the same SQLite table. CPU seconds of the process and its children, medians
of the runs, which alternate; the job is done by its kind, as a worker calls it, with
its row in the database, its parameters and its progress. FORMAT is a format's name, or
`csv.gz`.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import data  # found by the line above

WAYS = ("direct", "job")


class Hands:
    """What a worker hands to a job, without its worker."""

    id, attempt = "bench", 1

    def __init__(self, parameters: dict[str, object]) -> None:
        self.parameters = parameters

    def advance(self, **said: object) -> None:
        """Go on."""

    def check(self) -> None:
        """Go on."""


def once(way: str, rows: int, format: str) -> None:
    """Make one file in a new home."""
    from entrepot.composition import build_house
    from entrepot.connections import add_connection, table_source
    from entrepot.exports import (
        Asker,
        ExportRequest,
        create_export,
        get_receipt,
        run_export,
    )
    from entrepot.exports.wanted import Source
    from entrepot.jobs import KINDS
    from entrepot.migrations import ensure

    path = data.sqlite_path(rows)
    with tempfile.TemporaryDirectory() as home:
        variables = {
            "ENTREPOT_HOME": home,
            "ENTREPOT_CONNECTIONS_ROOTS": str(path.parent),
        }
        house = build_house({**os.environ, **variables})
        ensure(house)
        add_connection(house, name="bench", url=f"sqlite:///{path}")
        name, _, packed = format.partition(".")
        options: dict[str, str | int | float | bool] = (
            {"compress": "gzip"} if packed else {}
        )
        before, started = _cpu_seconds(), time.monotonic()
        if way == "direct":
            source = table_source(house, "bench", "main", "t")
            receipt = run_export(house, source, format=name, options=options).receipt
        else:
            wanted = Source(connection="bench", table="t")
            request = ExportRequest(
                source=wanted, format=name, options=options, wait=False
            )
            seen = create_export(house, request, Asker(name="bench"))
            KINDS["exports.run"].run(house, Hands({"export": seen.id}))
            from entrepot.exports import get_receipt

            receipt = get_receipt(house, seen.id)
        seconds = time.monotonic() - started
        cpu = _cpu_seconds() - before
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        assert receipt.rows == rows, receipt
        parts = ",".join(map(str, receipt.parts.values())) or "-"
        print(f"{cpu:.2f} {seconds:.2f} {most} {receipt.size_bytes} {parts}")
        house.close()


def _cpu_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main(rows: int, format: str, runs: int) -> None:
    """Print a line for each way."""
    data.make(rows)
    found: dict[str, list[list[str]]] = {way: [] for way in WAYS}
    for _ in range(runs):
        for way in WAYS:
            command = [sys.executable, __file__, "--once", way, str(rows), format]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found[way].append(done.stdout.split())
    print(f"{rows:,} rows as {format}; load {os.getloadavg()[0]:.1f}")
    for way, lines in found.items():
        cpu, seconds, memory = (
            statistics.median(float(line[n]) for line in lines) for n in range(3)
        )
        size, parts = lines[0][3:]
        print(
            f"{way:8} {cpu:6.2f} CPU s {seconds:7.2f} s {memory:5.0f} MB "
            f"{int(size):,} bytes, sheets {parts}"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        once(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        defaults = ["1000000", "xlsx", "3"]
        given = sys.argv[1:] + defaults[len(sys.argv) - 1 :]
        main(int(given[0]), given[1], int(given[2]))
