"""A verified backup of our own SQLite database, beside sqlite3's bare copy and check.

The peer is what somebody would write by hand: `Connection.backup` and
`PRAGMA integrity_check` on the copy; no second copy, no hash, no counts.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing

from sqlalchemy import text

from entrepot.base.house import House
from entrepot.composition import build_house
from entrepot.migrations import ensure
from entrepot.operations import back_up

ROW_BYTES = 1000


def main() -> None:
    """Make a database of the size asked for, back it up both ways, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="entrepot-backup-") as name:
        house = build_house({"ENTREPOT_HOME": name, "CONFIG_DIR": name})
        ensure(house)
        _fill(house, given.megabytes)
        size = (house.home / "entrepot.db").stat().st_size
        print(f"{size / 1e6:.0f} MB, medians of {given.rounds}")
        ours = _median(given.rounds, lambda n: back_up(house))
        plain = _median(given.rounds, lambda n: _bare(house, n))
        house.close()
    print(f"entrepot, with the drill   {ours[0]:5.2f} s   CPU {ours[1]:5.2f} s")
    print(f"sqlite3, copy and check    {plain[0]:5.2f} s   CPU {plain[1]:5.2f} s")
    print(f"ratio                      {ours[0] / plain[0]:5.2f}")


def _fill(house: House, megabytes: int) -> None:
    """Add receipts of exports until the file has the size."""
    query = text(
        "INSERT INTO exports_export (id, status, title, connection, sql_sha256, format,"
        " options, file_name, parts, columns, started_at, created_by)"
        " VALUES (:id, 'done', :title, 'demo', 'x', 'csv', '{}', 'x.csv', '[]',"
        " :columns, '2026-01-01', 'bench')"
    )
    rows = megabytes * 1_000_000 // (ROW_BYTES + 430)
    with house.store.session() as session:
        for start in range(0, rows, 10_000):
            session.execute(
                query,
                [
                    {
                        "id": os.urandom(12).hex(),
                        "title": f"receipt {number}",
                        "columns": '"' + os.urandom(ROW_BYTES // 2).hex() + '"',
                    }
                    for number in range(start, min(start + 10_000, rows))
                ],
            )
    with closing(sqlite3.connect(house.home / "entrepot.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _bare(house: House, number: int) -> None:
    path = house.home / f"bare-{number}.db"
    with (
        closing(sqlite3.connect(house.home / "entrepot.db")) as source,
        closing(sqlite3.connect(path)) as copy,
    ):
        source.backup(copy)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    path.unlink()


def _median(rounds: int, run: Callable[[int], object]) -> tuple[float, float]:
    """Return the medians of elapsed and of CPU seconds."""
    elapsed, used = [], []
    for number in range(rounds):
        began, began_cpu = time.perf_counter(), time.process_time()
        run(number)
        elapsed.append(time.perf_counter() - began)
        used.append(time.process_time() - began_cpu)
    return statistics.median(elapsed), statistics.median(used)


if __name__ == "__main__":
    main()
