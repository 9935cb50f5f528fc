"""The log's file goes away, is damaged, or is held by somebody else."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing

import pytest

from entrepot.base.checks import find
from entrepot.base.errors import Invalid
from entrepot.composition import build_house
from entrepot.watch.log.file import add_entries, open_to_write
from tests.serving.servers import until
from tests.watch.log.entries import line, numbered


def put(store, *messages):
    """Put lines and flush; return whether they are readable."""
    for message in messages:
        store.put(line(message))
    return store.flush()


def test_a_deleted_file_is_made_anew(store, kept):
    """The handle of a file without a name is not written into."""
    assert put(store, "first")
    os.remove(store.path)

    assert put(store, "second")
    assert kept() == [("second",)]


def test_a_deleted_folder_is_made_anew(store, kept):
    """With everything in it."""
    assert put(store, "first")
    shutil.rmtree(store.path.parent)

    assert put(store, "second")
    assert kept() == [("second",)]


def test_a_lost_write_ahead_log_loses_nothing_new(store, kept):
    """What is written after it went is there for others."""
    assert put(store, "first")
    os.remove(f"{store.path}-wal")

    assert put(store, "second")
    assert kept()[-1] == ("second",)
    assert kept("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("start", [b"a letter\n" * 900, b"no database\n" * 50])
def test_what_is_no_database_is_set_aside(store, kept, heard, start):
    """Nothing of it is thrown away, and it is told."""
    store.path.parent.mkdir()
    store.path.write_bytes(start)

    assert put(store, "first")
    assert kept() == [("first",)]
    (aside,) = store.path.parent.glob("app_logs.broken-*.db")
    assert aside.read_bytes() == start
    assert [type(event).__name__ for event in heard] == ["LogReplaced"]
    assert heard[0].aside == str(aside)


def test_a_damaged_file_is_set_aside(store, kept, heard):
    """Pages that make no sense are found by whoever writes."""
    for entry in numbered(500):
        store.put(entry)
    store.close()
    with open(store.path, "r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * (os.path.getsize(store.path) - 8192))

    assert put(store, "new")
    assert kept() == [("new",)]
    assert [type(event).__name__ for event in heard] == ["LogReplaced"]


def test_damaged_words_are_made_anew(store, kept, heard):
    """The lines are whole: only their index is made again."""
    assert put(store, "first")
    store.close()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as theirs:
        theirs.execute("DELETE FROM logs_words_data WHERE id > 10")

    for number in range(40):  # it is seen when parts of the index are put together
        assert put(store, f"number {number}")
    assert kept() == [("first",), *[(f"number {n}",) for n in range(40)]]
    sql = "SELECT rowid FROM logs_words WHERE logs_words MATCH 'first'"
    assert kept(sql) == [(1,)]
    assert heard == []


def test_a_busy_file_is_waited_for(store, kept, heard, house):
    """Lines wait while another process holds the file, and all come in."""
    assert put(store, "before")
    assert find(house, "log_store", at_most_seconds=0).state == "healthy"
    with closing(open_to_write(store.path)) as theirs:
        theirs.execute("BEGIN IMMEDIATE")
        assert not put(store, "1", "2")
        assert store.counts().waiting == 2
        found = find(house, "log_store", at_most_seconds=0)
        assert (found.state, found.why) == ("degraded", "Database locked")
        theirs.execute("COMMIT")
    until(lambda: store.counts().waiting == 0, 10)

    assert kept() == [("before",), ("1",), ("2",)]
    assert store.dropped == 0
    assert heard == []
    assert find(house, "log_store", at_most_seconds=0).state == "healthy"


def test_a_file_that_cannot_be_made_is_told_once(store, kept, heard):
    """Lines wait; when there is a place again they are written, with what happened."""
    store.path.parent.write_text("a file where the folder should be")
    for _ in range(3):
        assert not put(store, "waiting")
    assert [event.sentence() for event in heard] == [
        "The log cannot be written: lines wait, and go when there are too many"
    ]
    store.path.parent.unlink()

    until(lambda: store.counts().waiting == 0, 10)
    assert kept() == [("waiting",)] * 3
    assert [event.sentence() for event in heard[1:]] == [
        "The log can be written again: 0 lines were lost"
    ]


def test_two_writers_share_a_file_that_was_replaced(store, kept, house):
    """Whoever comes second sees the new one, and does not set it aside again."""
    with closing(open_to_write(store.path)) as other:
        add_entries(other, [line("other")])
        assert put(store, "ours")
        os.replace(store.path, f"{store.path}.moved")
        assert put(store, "anew")

    assert kept() == [("anew",)]


def test_the_log_is_not_our_own_database(environ, tmp_path):
    """It would be emptied, bounded and set aside with it; also by another name."""
    ours, other = tmp_path / "ours.db", tmp_path / "other.db"
    environ = {**environ, "DATABASE_URL": f"sqlite:///{ours}"}
    (tmp_path / "link.db").symlink_to(ours)

    assert build_house({**environ, "LOG_DB_PATH": str(other)})
    for path in (ours, tmp_path / "link.db"):
        with pytest.raises(Invalid, match="LOG_DB_PATH: this is our own database"):
            build_house({**environ, "LOG_DB_PATH": str(path)})
