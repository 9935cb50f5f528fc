"""SQLite's snapshots in a file with a log, which others may write meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from entrepot.base.rows import ReadOptions
from entrepot.connections import (
    Statement,
    TableQuery,
    Target,
    open_target,
    select_rows,
    sql_dialect,
)


@pytest.fixture
def path(tmp_path):
    """A file with a log and two tables of 3,000 rows, all of them 0."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("PRAGMA journal_mode = wal")
        for table in ("one", "two"):
            writer.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, n INTEGER)")
            rows = [(n, 0) for n in range(3000)]
            writer.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)
    return path


@pytest.fixture
def database(path):
    """The file behind the wall."""
    target = Target(name="shop", dialect="sqlite", url=f"sqlite:///{path}")
    database = open_target(target)
    yield database
    database.close()


def raise_all(path):
    """Add one to every row of both tables, in one transaction."""
    with closing(sqlite3.connect(path)) as writer, writer:
        for table in ("one", "two"):
            writer.execute(f"UPDATE {table} SET n = n + 1")


def whole(database, table):
    """Return the statement that the product makes of a whole table."""
    structure = database.describe("main", table)
    query = TableQuery(schema="main", table=table)
    return select_rows(sql_dialect("sqlite"), structure, query, is_page=False)


@pytest.mark.parametrize("killable", [False, True])
def test_a_writer_between_batches_and_tables_is_not_seen(path, database, killable):
    """Both readers give every row of both tables as it was when the block began."""
    options = ReadOptions(batch_rows=500, killable=killable)
    tables = [whole(database, "one"), whole(database, "two")]
    seen = []
    with database.snapshot(options) as snapshot:
        for table in tables:
            with snapshot.read(table, options) as stream:
                for batch in stream.batches:
                    seen += batch["n"].to_pylist()
                    raise_all(path)

    assert seen == [0] * 6000
    with database.read(tables[1], options) as stream:
        assert {n for b in stream.batches for n in b["n"].to_pylist()} == {12}


@pytest.mark.parametrize("killable", [False, True])
def test_one_table_is_one_state_too(path, database, killable):
    """Also without a snapshot a read is one transaction."""
    options = ReadOptions(batch_rows=500, killable=killable)
    seen = []
    with database.read(whole(database, "one"), options) as stream:
        for batch in stream.batches:
            seen += batch["n"].to_pylist()
            raise_all(path)

    assert seen == [0] * 3000


def test_streams_may_be_read_side_by_side(path, database):
    """A join reads two at a time; texts that are no UTF-8 spoil neither."""
    options = ReadOptions(batch_rows=100)
    odd = Statement(sql="SELECT CAST(x'ff' AS TEXT) AS t FROM one")
    with (
        database.snapshot(options) as snapshot,
        snapshot.read(odd, options) as left,
        snapshot.read(whole(database, "two"), options) as right,
    ):
        pairs = list(zip(left.batches, right.batches, strict=True))

    assert [a["t"].to_pylist() for a, _ in pairs] == [[b"\xff"] * 100] * 30
    assert [n for _, b in pairs for n in b["id"].to_pylist()] == list(range(3000))


def test_a_mark_sees_what_is_only_in_the_log(path, database):
    """A commit that the file itself does not have yet changes the mark."""
    before = database.mark()
    keeper = sqlite3.connect(path)
    keeper.execute("SELECT count(*) FROM one").fetchone()
    size_bytes = path.stat().st_size
    raise_all(path)
    after = database.mark()
    keeper.close()

    assert path.stat().st_size == size_bytes
    assert before != after != database.mark()
