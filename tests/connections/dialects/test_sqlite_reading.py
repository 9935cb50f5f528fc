"""Rows come out of an SQLite file in batches, from one state, in time."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest

from entrepot.base.errors import TimedOut, Unavailable
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement
from tests.connections.dialects.sqlite_files import batches, make, opened, rows, whole

ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
)
EITHER = pytest.mark.parametrize("is_killable", [False, True], ids=["slow", "fast"])


@pytest.fixture
def path(tmp_path):
    """A table of 40,000 rows, with nulls, dates and prices."""
    made = [
        (n, f"name {n}" if n % 5 else None, f"2024-01-{n % 28 + 1:02d}", n / 8)
        for n in range(40_000)
    ]
    make(
        tmp_path / "shop.db",
        "CREATE TABLE many (id INTEGER PRIMARY KEY, name TEXT, made DATE, price REAL)",
        [("INSERT INTO many VALUES (?, ?, ?, ?)", made)],
    )
    return tmp_path / "shop.db"


@EITHER
@pytest.mark.parametrize("batch_rows", [1_000, 16_384])
def test_batches_are_full_until_the_last(path, is_killable, batch_rows):
    """Each has the stream's schema, and none more rows than asked for."""
    database = opened(path)

    stream, found = batches(
        database,
        whole(database, "many"),
        killable=is_killable,
        batch_rows=batch_rows,
    )

    sizes = [batch.num_rows for batch in found]
    assert sum(sizes) == 40_000
    assert max(sizes) <= batch_rows
    assert {batch.schema for batch in found} == {stream.schema}


def test_both_readers_give_the_same(path):
    """The fast reader's schema and rows are those of the exact one."""
    database = opened(path)

    slow, slow_batches = batches(database, whole(database, "many"))
    fast, fast_batches = batches(database, whole(database, "many"), killable=True)

    assert fast.schema.equals(slow.schema, check_metadata=True)
    slow_rows = [row for batch in slow_batches for row in batch.to_pylist()]
    assert [row for batch in fast_batches for row in batch.to_pylist()] == slow_rows


def test_views_are_computed_by_one_sqlite(tmp_path):
    """Sums of floats do not depend on the reader; another SQLite adds otherwise."""
    values = [(n * 0.1,) for n in range(10_000)] + [(1e16,), (-1e16,)]
    make(
        tmp_path / "a.db",
        "CREATE TABLE t (c REAL); CREATE VIEW v AS SELECT sum(c) AS total FROM t",
        [("INSERT INTO t VALUES (?)", values)],
    )
    database = opened(tmp_path / "a.db")
    total = rows(database, "SELECT sum(c) FROM t")

    assert rows(database, whole(database, "v")) == total
    assert rows(database, whole(database, "v"), killable=True) == total


def test_numbers_are_uniform_for_the_fast_reader(tmp_path):
    """It has seen every value; text may still turn out not to be UTF-8."""
    make(tmp_path / "a.db", "CREATE TABLE t (a INTEGER, b REAL)")
    make(tmp_path / "a.db", "INSERT INTO t VALUES (1, 2.5), (NULL, NULL)")
    database = opened(tmp_path / "a.db")

    fast, _ = batches(database, whole(database, "t"), killable=True)
    slow, _ = batches(database, whole(database, "t"))

    assert (fast.is_uniform, slow.is_uniform) == (True, False)


@EITHER
def test_a_read_sees_one_state(path, is_killable):
    """What is written while it goes on is not in it."""
    make(path, "PRAGMA journal_mode = WAL")
    database = opened(path)
    options = ReadOptions(killable=is_killable, batch_rows=1_000)

    with database.read(whole(database, "many"), options) as stream:
        count = next(stream.batches).num_rows
        make(path, "UPDATE many SET name = 7 WHERE id > 30000; DELETE FROM many")
        count += sum(batch.num_rows for batch in stream.batches)

    assert count == 40_000
    assert rows(database, "SELECT count(*) FROM many") == [(0,)]


def test_two_thousand_columns_are_read(tmp_path):
    """As many as SQLite can have."""
    columns = ", ".join(f"c{n} INTEGER" for n in range(2_000))
    values = ", ".join(str(n) for n in range(2_000))
    make(tmp_path / "wide.db", f"CREATE TABLE wide ({columns})")
    make(tmp_path / "wide.db", f"INSERT INTO wide VALUES ({values})")
    database = opened(tmp_path / "wide.db")

    assert rows(database, whole(database, "wide")) == [tuple(range(2_000))]


@EITHER
def test_long_cells_make_small_batches(tmp_path, is_killable):
    """Ten cells of 10 MB are all there, and never in memory at once."""
    make(
        tmp_path / "long.db",
        "CREATE TABLE long (n INTEGER, c BLOB)",
        [
            (
                "INSERT INTO long VALUES (?, zeroblob(10000000))",
                [(n,) for n in range(10)],
            )
        ],
    )
    database = opened(tmp_path / "long.db")

    _, found = batches(database, whole(database, "long"), killable=is_killable)

    assert sum(batch.num_rows for batch in found) == 10
    assert len({len(cell) for batch in found for cell in batch["c"].to_pylist()}) == 1


def test_time_runs_while_nobody_reads(path):
    """A reader that rests too long gets no more rows."""
    database = opened(path)
    statement = whole(database, "many")

    with database.read(statement, ReadOptions(seconds=0.2, batch_rows=100)) as stream:
        next(stream.batches)
        time.sleep(0.25)
        with pytest.raises(TimedOut):
            next(stream.batches)

    assert rows(database, "SELECT count(*) FROM many") == [(40_000,)]


def test_an_endless_statement_ends(path):
    """Its rows come until the time is over, then the error."""
    began = time.monotonic()

    with pytest.raises(TimedOut):
        rows(opened(path), f"SELECT max(i) FROM ({ENDLESS})", seconds=0.3)

    assert time.monotonic() - began < 10


def test_a_full_pool_says_so(path):
    """Who waits longer than a connection may take is told to come again."""
    database = opened(path, pool_count=1, connect_seconds=0.1)

    with database.read(Statement(sql=ENDLESS), ReadOptions()) as stream:
        next(stream.batches)
        with pytest.raises(Unavailable, match="all 1 connections"):
            rows(database, "SELECT 1")

    assert rows(database, "SELECT 1 AS a") == [(1,)]


def test_closing_while_another_reads_does_not_break_it(path):
    """What is lent is closed when it comes back."""
    database = opened(path)

    with database.read(whole(database, "many"), ReadOptions(batch_rows=100)) as stream:
        next(stream.batches)
        database.close()
        rest = sum(batch.num_rows for batch in stream.batches)

    assert rest == 39_900


def test_the_pool_gives_its_threads_separate_connections(path):
    """Two half-read results in two threads do not mix."""
    database, found = opened(path), {}

    def read(low: int) -> None:
        sql = f"SELECT id FROM many WHERE id BETWEEN {low} AND {low + 4_999}"
        found[low] = rows(database, sql, batch_rows=100)

    threads = [threading.Thread(target=read, args=(low,)) for low in (0, 10_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {
        low: [(n,) for n in range(low, low + 5_000)] for low in (0, 10_000)
    }


@pytest.mark.fault
def test_a_million_rows_are_exact_in_both_readers(tmp_path):
    """The sums of what was read are the database's own, and the fast one is faster."""
    path = tmp_path / "million.db"
    make(
        path,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, made DATE, price REAL);"
        "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n"
        " LIMIT 1000000) SELECT i, 'name ' || i,"
        " date('2024-01-01', i % 300 || ' days'), i * 0.5 FROM n",
    )
    database = opened(path)
    seconds = {}

    for is_killable in (False, True):
        began = time.process_time()
        _, found = batches(
            database, whole(database, "t"), killable=is_killable, seconds=120
        )
        seconds[is_killable] = time.process_time() - began
        assert sum(batch.num_rows for batch in found) == 1_000_000
        ids = [n for batch in found for n in batch["id"].to_pylist()]
        assert ids == list(range(1_000_000))
        last = found[-1].slice(found[-1].num_rows - 1).to_pylist()
        assert last[0]["name"] == "name 999999"
    assert seconds[True] < seconds[False]


def test_a_locked_file_can_be_read_afterwards(path):
    """While another program writes it is not available, and then it is."""
    database = opened(path, connect_seconds=0.1)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")

    with pytest.raises(Unavailable, match=r"shop\.db is locked"):
        database.greet()

    writer.execute("ROLLBACK")
    writer.close()
    assert database.greet().server.startswith("SQLite 3.")
