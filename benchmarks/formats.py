"""CPU and memory of each export format, beside other ways to make an Excel file.

    python benchmarks/formats.py [--rows 50000] [--rounds 3] [--source table]
                                 [--only xlsx,csv] [--without pandas]

Every run is a process of its own, from start to exit, imports included. Peers take
turns with us; figures are medians. Sources: `table` reads a whole SQLite table, where
the fast reader may serve; `query` reads a SELECT behind the wall; `arrow` reads a file
of record batches, to see the writing alone. Peers always read as they would.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import data  # found by the line above

OURS = ("xlsx", "csv", "json", "ndjson", "parquet")
PEERS = ("xlsxwriter", "pandas", "jetxl")


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    cpu_seconds: float
    memory_mib: float
    size_mib: float


def measured(writer: str, rows: int, source: str) -> Run:
    """Run one export in a process of its own."""
    path = data.OUT / f"out-{writer.replace(':', '-')}"
    script = str(Path(__file__).with_name("writers.py"))
    command = [sys.executable, script, writer, str(rows), source, str(path)]
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{writer} failed")
    size = path.stat().st_size
    path.unlink()
    cpu = usage.ru_utime + usage.ru_stime
    return Run(cpu, usage.ru_maxrss / 1024, size / (1 << 20))


def show(writers: Sequence[str], rows: int, source: str, rounds: int) -> None:
    """Print one line for each writer: medians, and how much more CPU than our XLSX."""
    runs: dict[str, list[Run]] = {writer: [] for writer in writers}
    for _ in range(rounds):
        for writer, got in runs.items():
            got.append(measured(writer, rows, source))
    cpu = {w: statistics.median(r.cpu_seconds for r in got) for w, got in runs.items()}
    base = cpu.get("ours:xlsx")
    print(f"\n{rows:,} rows x 12 columns from {source}, median of {rounds}")
    for writer, got in runs.items():
        memory = statistics.median(run.memory_mib for run in got)
        line = f"{writer:14} {cpu[writer]:7.2f} CPU s {memory:6.0f} MiB"
        ratio = f"  {cpu[writer] / base:5.1f} x ours:xlsx" if base else ""
        print(f"{line}  file {got[0].size_mib:5.0f} MiB{ratio}", flush=True)


def main() -> None:
    """Make the data, and print a table for each number of rows."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, nargs="+", default=[50_000])
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--source", choices=["table", "query", "arrow"], default="table")
    asked.add_argument("--only", default=",".join([*OURS, *PEERS]))
    asked.add_argument("--without", default="")
    given = asked.parse_args()
    chosen = set(given.only.split(",")) - set(given.without.split(","))
    writers = [f"ours:{name}" for name in OURS if name in chosen]
    writers += [name for name in PEERS if name in chosen]
    for rows in given.rows:
        # Not in this process: what it needs of memory its children would be shown with.
        maker = str(Path(__file__).with_name("data.py"))
        subprocess.run([sys.executable, maker, str(rows)], check=True)
        show(writers, rows, given.source, given.rounds)


if __name__ == "__main__":
    main()
