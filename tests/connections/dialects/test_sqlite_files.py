"""Files that are no database, or not there, or not as they should be."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

from entrepot.base.errors import EntrepotError, Invalid, Refused, Unavailable
from entrepot.base.rows import ReadOptions
from entrepot.connections import DIALECTS, Target, open_target
from tests.connections.dialects.sqlite_files import make, opened, rows, whole

NOBODY = 65534


@pytest.fixture
def somebody():
    """A folder that is open to all; not even root may do more than others there."""
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if is_root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        yield folder
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)


class Failure(NamedTuple):
    """How one use of a file ended."""

    kind: type[EntrepotError]
    names_the_file: bool = True
    shows_its_folder: bool = False


def failures(path) -> list[Failure]:
    """Use a file in each of four ways; return how each ended."""
    database = opened(path, connect_seconds=0.2)
    found = []
    for use in (
        database.greet,
        lambda: database.list_tables("main"),
        lambda: database.describe("main", "t"),
        lambda: rows(database, "SELECT 1"),
    ):
        with pytest.raises(EntrepotError) as caught:
            use()
        error = caught.value
        shows = str(path.parent) in f"{error.detail} {error.hint}"
        found.append(Failure(type(error), path.name in error.detail, shows))
    return found


def test_a_missing_file_is_unavailable(tmp_path):
    """It may come back; none is made."""
    assert failures(tmp_path / "gone.db") == [Failure(Unavailable)] * 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"PK\3\4" * 400])
def test_another_file_is_refused(tmp_path, content):
    """A file of another sort is no database today and none tomorrow."""
    (tmp_path / "a.db").write_bytes(content)

    assert failures(tmp_path / "a.db") == [Failure(Refused)] * 4


def test_a_folder_or_pipe_is_refused(tmp_path):
    """Neither is opened; a pipe would never answer."""
    (tmp_path / "folder.db").mkdir()
    os.mkfifo(tmp_path / "pipe.db")

    assert failures(tmp_path / "folder.db") == [Failure(Refused)] * 4
    assert failures(tmp_path / "pipe.db") == [Failure(Refused)] * 4


def test_an_empty_file_is_an_empty_database(tmp_path):
    """SQLite sees it so, and so do we."""
    (tmp_path / "empty.db").touch()

    assert opened(tmp_path / "empty.db").list_tables("main") == []


def test_a_damaged_file_is_refused(tmp_path):
    """The rows before the damage come; then an error, not a shorter table."""
    path = tmp_path / "a.db"
    values = [(n, "x" * 500) for n in range(2_000)]
    make(path, "CREATE TABLE t (n, c)", [("INSERT INTO t VALUES (?, ?)", values)])
    content = bytearray(path.read_bytes())
    content[200_000:300_000] = b"\x5a" * 100_000
    path.write_bytes(content)
    database = opened(path)

    for is_killable in (False, True):
        with pytest.raises(Refused, match=r"a\.db is damaged"):
            rows(database, whole(database, "t"), killable=is_killable)


def test_a_file_that_vanishes_is_read_to_its_end(tmp_path):
    """What is open stays readable; the next use says that the file is gone."""
    path = tmp_path / "a.db"
    values = [(n,) for n in range(5_000)]
    make(path, "CREATE TABLE t (n)", [("INSERT INTO t VALUES (?)", values)])
    database = opened(path)

    with database.read(whole(database, "t"), ReadOptions(batch_rows=10)) as stream:
        next(stream.batches)
        path.unlink()
        rest = sum(batch.num_rows for batch in stream.batches)

    assert rest == 4_990
    with pytest.raises(Unavailable, match=r"a\.db is not there"):
        rows(database, "SELECT 1")


def test_a_truncated_file_is_an_error(tmp_path):
    """A table that ends in the middle of its file does not look complete."""
    path = tmp_path / "a.db"
    values = [(n, "x" * 500) for n in range(5_000)]
    make(path, "CREATE TABLE t (n, c)", [("INSERT INTO t VALUES (?, ?)", values)])
    database = opened(path)
    statement = whole(database, "t")

    with database.read(statement, ReadOptions(batch_rows=10)) as stream:
        next(stream.batches)
        os.truncate(path, 8_192)
        with pytest.raises((Refused, Unavailable)):
            list(stream.batches)


def test_a_replaced_file_is_seen(tmp_path):
    """A new file under the old name is what the next use reads."""
    path = tmp_path / "a.db"
    make(path, "CREATE TABLE old (n)")
    database = opened(path)
    database.list_tables("main")
    make(tmp_path / "b.db", "CREATE TABLE fresh (n)")
    (tmp_path / "b.db").replace(path)

    assert [table.name for table in database.list_tables("main")] == ["fresh"]


def test_a_read_only_file_is_read(somebody):
    """It needs no permission to write, neither to the file nor to the folder."""
    path = somebody / "a.db"
    make(path, "CREATE TABLE t (n)")
    path.chmod(0o444)
    somebody.chmod(0o555)

    assert [table.name for table in opened(path).list_tables("main")] == ["t"]


def test_a_log_mode_file_in_a_read_only_folder_is_read(somebody):
    """By both readers, although SQLite cannot make its files beside it."""
    path = somebody / "a.db"
    make(
        path, "PRAGMA journal_mode = WAL; CREATE TABLE t (n); INSERT INTO t VALUES (1)"
    )
    somebody.chmod(0o555)
    database = opened(path)

    assert rows(database, whole(database, "t")) == [(1,)]
    assert rows(database, whole(database, "t"), killable=True) == [(1,)]
    assert list(somebody.iterdir()) == [path]


def test_a_log_that_cannot_be_read_is_not_passed_over(somebody):
    """Rows that stand in the log only are not silently missing."""
    path = somebody / "a.db"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (n)")
    copy = {p.name: p.read_bytes() for p in somebody.iterdir() if p.suffix != ".db-shm"}
    writer.close()
    for name in ("a.db", "a.db-wal"):
        (somebody / name).write_bytes(copy[name])
    somebody.chmod(0o555)

    with pytest.raises(Unavailable, match=r"a\.db cannot be read now"):
        opened(path).list_tables("main")


def test_a_file_that_may_not_be_read_is_unavailable(somebody):
    """Its permissions may be put right."""
    path = somebody / "a.db"
    make(path, "CREATE TABLE t (n)")
    path.chmod(0)

    assert failures(path) == [Failure(Unavailable)] * 4


def test_the_usual_endings_mean_sqlite():
    """A path alone is enough to register a file."""
    assert DIALECTS.get("sqlite").suffixes == (".db", ".db3", ".sqlite", ".sqlite3")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_an_address_must_name_a_file(url):
    """Memory is empty, so nobody can mean it."""
    with pytest.raises(Invalid, match="names no file"):
        open_target(Target(name="shop", dialect="sqlite", url=url))


def test_options_in_a_name_are_part_of_the_name(tmp_path):
    """No `?mode=rwc` gets through to SQLite by way of the file's name."""
    url = f"sqlite:///{tmp_path}/a%3Fmode=rwc"
    make(tmp_path / "a?mode=rwc", "CREATE TABLE t (n)")

    found = open_target(Target(name="shop", dialect="sqlite", url=url))

    assert [table.name for table in found.list_tables("main")] == ["t"]
    assert [path.name for path in tmp_path.iterdir()] == ["a?mode=rwc"]
