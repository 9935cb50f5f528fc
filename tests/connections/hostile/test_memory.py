"""Rows of giant cells come a few at a time, whatever somebody asks for at once."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing

import pytest

from entrepot.base.errors import TooMuch
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, open_target
from tests.connections.dialects.sqlite_files import make
from tests.connections.shops import new_shop
from tests.mariadb import new_shop as new_mariadb_shop

READ = """
import sys
from pathlib import Path
from entrepot.base.errors import EntrepotError
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, Target, open_target
dialect, url, sql, held_once = sys.argv[1:]
bytearray(b"x") * int(held_once)
database = open_target(Target(name="shop", dialect=dialect, url=url))
try:
    with database.read(Statement(sql=sql), ReadOptions(seconds=20)) as stream:
        next(stream.batches)
    told = "rows"
except EntrepotError as error:
    told = type(error).__name__
lines = Path("/proc/self/status").read_text().splitlines()
[peak] = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
print(told, peak // 1024)
"""
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 64)"
WIDE = ", ".join(["zeroblob(99999999)"] * 1000)


def read_apart(
    dialect: str, url: str, sql: str, *, held_once: int = 0
) -> tuple[str, int]:
    """Read one batch in a process of its own; return what came, and its peak in MiB.

    `held_once` bytes it takes before, and lets go.
    """
    command = [sys.executable, "-c", READ, dialect, url, sql, str(held_once)]
    paths = os.pathsep.join(path for path in sys.path if path)
    environ = {**os.environ, "PYTHONPATH": paths}
    ran = subprocess.run(command, env=environ, capture_output=True, timeout=90)
    told, peak = ran.stdout.split()
    return told.decode(), int(peak)


@pytest.mark.fault
def test_sqlite_gives_giant_cells_a_few_at_a_time(tmp_path):
    """64 rows of 100 MB would be 6.4 GB."""
    url = make(tmp_path / "shop.db", "CREATE TABLE kept (id INTEGER)")

    _, peak = read_apart("sqlite", url, f"{NUMBERS} SELECT zeroblob(99999999) FROM n")

    assert peak < 2500


@pytest.mark.fault
def test_what_a_process_held_before_makes_no_room(tmp_path):
    """A high peak of earlier work does not let the next rows come all at once."""
    url = make(tmp_path / "shop.db", "CREATE TABLE kept (id INTEGER)")
    sql = f"{NUMBERS} SELECT zeroblob(99999999) FROM n"

    _, peak = read_apart("sqlite", url, sql, held_once=3_000_000_000)

    assert peak < 3500


@pytest.mark.fault
def test_sqlite_makes_no_row_larger_than_its_heap(tmp_path):
    """A thousand columns of 100 MB would be 100 GB."""
    url = make(tmp_path / "shop.db", "CREATE TABLE kept (id INTEGER)")

    told, peak = read_apart("sqlite", url, f"SELECT {WIDE}")

    assert (told, peak < 1500) == ("TooMuch", True)


@pytest.mark.fault
def test_postgresql_gives_wide_rows_a_few_at_a_time(postgresql):
    """A batch of 16,384 rows of 1 MB would be 16 GB."""
    sql = "SELECT repeat('x', 1000000) FROM generate_series(1, 16384)"
    with new_shop(postgresql) as shop:
        told, peak = read_apart("postgresql", shop.url, sql)

    assert (told, peak < 2500) == ("rows", True)


def test_postgresql_is_told_of_memory(postgresql):
    """Never more than the server gives by itself; elsewhere it is as it was."""
    sql = "SELECT current_setting('work_mem') AS a"
    with new_shop(postgresql) as shop, closing(open_target(shop)) as database:

        def told(memory_bytes):
            options = ReadOptions(memory_bytes=memory_bytes)
            with database.read(Statement(sql=sql), options) as stream:
                return next(stream.batches).to_pylist()[0]["a"]

        assert [told(64 << 20), told(64 << 30), told(None)] == ["1MB", "4MB", "4MB"]


def test_mariadb_ends_what_wants_too_much_memory(mariadb):
    """The same statement works with more of it."""
    sql = "SELECT count(DISTINCT md5(seq)) AS a FROM seq_1_to_300000"
    with new_mariadb_shop(mariadb) as shop, closing(open_target(shop)) as database:

        def read(memory_bytes):
            options = ReadOptions(memory_bytes=memory_bytes)
            with database.read(Statement(sql=sql), options) as stream:
                return next(stream.batches).num_rows

        assert read(64 << 20) == 1
        with pytest.raises(TooMuch):
            read(300_000)
