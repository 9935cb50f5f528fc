"""What is DuckDB's alone about writing and plans: a file to oneself, other files."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import closing

import duckdb
import pytest

from entrepot.base.deadline import Switch
from entrepot.base.errors import (
    Denied,
    Invalid,
    Refused,
    Stopped,
    Unavailable,
)
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, Target, open_target

HOLD = (
    "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True);"
    " print(1, flush=True); input()"
)
FORBIDDEN = (
    "ATTACH '{folder}/other.duckdb'",
    "ATTACH ':memory:' AS other",
    "COPY kept TO '{folder}/out.csv'",
    "COPY kept FROM '/etc/passwd'",
    "EXPORT DATABASE '{folder}/out'",
    "CREATE TABLE taken AS SELECT * FROM read_csv('/etc/passwd')",
    "CREATE TABLE taken AS SELECT * FROM '/etc/passwd'",
    "INSERT INTO kept SELECT 3, content FROM read_text('/etc/passwd')",
    "INSERT INTO kept SELECT 3, file FROM glob('/etc/*')",
    "CREATE VIEW taken AS SELECT * FROM read_csv('/etc/passwd')",
    "UPDATE kept SET name = (SELECT content FROM read_text('/etc/passwd'))",
    "CREATE TABLE taken AS SELECT * FROM query('FROM ''/etc/passwd'' ')",
    "COPY (DELETE FROM kept RETURNING *) TO '{folder}/out.csv'",
    "DELETE FROM kept; SET threads = 1",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET threads = 1",
    "PRAGMA threads = 1",
    "CREATE PERSISTENT SECRET s (TYPE s3)",
    "CREATE SECRET s (TYPE s3)",
    "CALL pragma_version()",
    "CHECKPOINT",
    "USE memory",
    "PREPARE x AS DELETE FROM kept",
    "EXPLAIN ANALYZE DELETE FROM kept",
)


@pytest.fixture
def path(tmp_path):
    """A file with a table."""
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SEQUENCE counter")
        connection.execute(
            "CREATE TABLE kept (id INTEGER PRIMARY KEY DEFAULT nextval('counter'),"
            " name VARCHAR)"
        )
        connection.execute("INSERT INTO kept (name) VALUES ('one'), ('two')")
    return path


@pytest.fixture
def database(path, tmp_path):
    """The file behind the wall."""
    return _opened(path, tmp_path)


def _opened(path, tmp_path):
    cache = str(tmp_path / "cache")
    url = f"duckdb:///{path}"
    return open_target(
        Target(name="shop", dialect="duckdb", url=url, cache_folder=cache)
    )


def change(database, sql, *, keep=False, **options):
    """Run a statement without values."""
    return database.change(Statement(sql=sql), ReadOptions(**options), keep=keep)


def look(path):
    """Return the rows, past the wall."""
    with duckdb.connect(str(path)) as connection:
        return connection.execute("FROM kept ORDER BY id").fetchall()


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("sql", FORBIDDEN)
def test_only_this_file_is_written(database, path, tmp_path, sql, keep):
    """No other file is read or appears, no setting moves, no row changes."""
    with pytest.raises((Denied, Invalid)) as caught:
        change(database, sql.format(folder=tmp_path / "out"), keep=keep)

    assert str(tmp_path) not in f"{caught.value} {caught.value.hint}"
    assert look(path) == [(1, "one"), (2, "two")]
    assert {p.name for p in tmp_path.iterdir()} <= {"shop.duckdb", "cache"}


def test_a_sequence_goes_back(database, path):
    """What was tried took no number from it."""
    tried = change(database, "INSERT INTO kept (name) VALUES ('x'), ('y')")
    done = change(database, "INSERT INTO kept (name) VALUES ('x')", keep=True)

    assert (tried.rows, tried.warnings, done.rows) == (2, (), 1)
    assert look(path)[2:] == [(3, "x")]


def test_a_reader_is_waited_for(database):
    """One of our own reads the file; when it is done, the change is made."""
    slow = Statement(sql="SELECT * FROM range(100000)")
    reading = database.read(slow, ReadOptions(batch_rows=1))
    reading.__enter__()
    threading.Timer(0.3, reading.__exit__, (None, None, None)).start()

    assert change(database, "DELETE FROM kept", keep=True).rows == 2


def test_readers_wait_for_a_change(database):
    """They come in the middle of it, and see what it left."""
    slow = "INSERT INTO kept SELECT 3, sum(a.range * b.range) FROM range(4000) a,"
    change_thread = threading.Thread(
        target=change, args=(database, f"{slow} range(20000) b"), kwargs={"keep": True}
    )
    change_thread.start()
    time.sleep(0.05)
    with database.read(
        Statement(sql="SELECT count(*) AS c FROM kept"), ReadOptions()
    ) as stream:
        [batch] = stream.batches

    change_thread.join()
    assert batch.to_pydict() in ({"c": [3]}, {"c": [2]})


def test_another_program_makes_the_file_unavailable(database, path):
    """It reads, so nobody may write; the switch ends the wait for it."""
    switch = Switch()
    threading.Timer(0.2, switch.pull).start()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as reader:
        assert reader.stdout.readline() == b"1\n"
        with pytest.raises(Stopped):
            change(database, "DELETE FROM kept", keep=True, switch=switch)
        with pytest.raises(Unavailable):
            change(database, "DELETE FROM kept", keep=True, seconds=0.1)
        reader.communicate(b"\n")

    assert look(path) == [(1, "one"), (2, "two")]
    assert change(database, "DELETE FROM kept", keep=True).rows == 2


def test_tables_made_of_other_files_are_only_read(tmp_path):
    """What was made of them would be made anew at the next change of a file."""
    (tmp_path / "rows.csv").write_text("a\n1\n")

    for path in (tmp_path / "rows.csv", tmp_path):
        with pytest.raises(Refused):
            change(_opened(path, tmp_path), "DELETE FROM rows", keep=True)

    assert (tmp_path / "rows.csv").read_text() == "a\n1\n"


def test_a_missing_file_is_not_made(tmp_path):
    """DuckDB by itself would make one."""
    with pytest.raises(Refused):
        change(_opened(tmp_path / "no.duckdb", tmp_path), "CREATE TABLE x (a INTEGER)")

    assert not (tmp_path / "no.duckdb").exists()


@pytest.mark.parametrize(
    ("sql", "position"),
    [
        ("SELECT nix FROM kept", 8),
        ("SELECT 'ünï漢🙂', nix FROM kept", 17),
        ("SELECT 1,\n nix\n FROM kept -- x", 12),
        ("SELECT * FROM nix", 15),
        ("SELEC 1", 1),
        ("SELECT 1 +", None),
    ],
)
def test_errors_say_where(database, sql, position):
    """In characters from 1, whether the statement is read, planned or changes."""
    options = ReadOptions()
    for ask in (
        lambda: database.read(Statement(sql=sql), options).__enter__(),
        lambda: database.explain(Statement(sql=sql), options),
        lambda: database.explain(Statement(sql=sql), options, run=True),
        lambda: database.change(Statement(sql=sql), options, keep=False),
    ):
        with pytest.raises(Invalid) as caught:
            ask()
        if position is not None:
            assert caught.value.facts["position"] == position


def test_a_plan_is_a_tree_with_rows_and_seconds(database):
    """A parent's seconds hold its children's; our own wrappers are left out."""
    sql = "SELECT count(*) AS c FROM kept a JOIN kept b ON a.name = b.name"

    guessed = database.explain(Statement(sql=sql), ReadOptions())
    counted = database.explain(Statement(sql=sql), ReadOptions(), run=True)

    assert [s.seconds for s in guessed.steps] == [None]
    [top] = counted.steps
    assert "AGGREGATE" in top.what
    assert top.rows == 1
    assert top.seconds >= sum(child.seconds for child in top.children)


def test_closing_lets_others_write(database, path):
    """The moment a change is done, the file is free."""
    change(database, "DELETE FROM kept", keep=True)

    with closing(duckdb.connect(str(path))) as other:
        assert other.execute("SELECT count(*) FROM kept").fetchone() == (0,)
