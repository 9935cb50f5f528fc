"""What is SQLite's alone about writing: triggers, keys, locks, other files."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest

from entrepot.base.deadline import Switch
from entrepot.base.errors import (
    Denied,
    EntrepotError,
    Invalid,
    Refused,
    Stopped,
    Unavailable,
)
from entrepot.base.rows import ReadOptions
from entrepot.connections import Change, Statement
from tests.connections.dialects.sqlite_files import make, opened, state

SCRIPT = """
CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE child (id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);
CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);
CREATE TRIGGER noted AFTER DELETE ON parent
    BEGIN INSERT INTO audit (what) VALUES ('gone'); END;
CREATE TRIGGER made AFTER INSERT ON parent
    BEGIN INSERT INTO audit (what) VALUES ('new'); END;
CREATE VIEW seen AS SELECT name FROM parent;
CREATE TRIGGER instead INSTEAD OF INSERT ON seen
    BEGIN INSERT INTO parent (name) VALUES (NEW.name); END;
CREATE VIRTUAL TABLE found USING fts5(body);
CREATE VIRTUAL TABLE boxes USING rtree(id, a, b);
INSERT INTO parent VALUES (1, 'one'), (2, 'two');
INSERT INTO child (parent_id) VALUES (1), (1), (2);
"""
FORBIDDEN = (
    "ATTACH 'file:{folder}/other.db?mode=rwc' AS other",
    "VACUUM",
    "VACUUM INTO '{folder}/other.db'",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA writable_schema = 1",
    "PRAGMA user_version = 7",
    "DELETE FROM child; ATTACH 'file:{folder}/other.db?mode=rwc' AS other",
    "INSERT INTO parent (name) VALUES ((SELECT load_extension('evil')))",
    "CREATE TABLE other.taken AS SELECT * FROM parent",
    "DETACH main",
    "SAVEPOINT x",
    "RELEASE x",
    "END",
    "UPDATE parent SET name = load_extension('evil')",
    "INSERT INTO parent (name) SELECT file FROM pragma_database_list",
    "INSERT INTO parent (name) VALUES (readfile('/etc/passwd'))",
    "UPDATE sqlite_master SET sql = ''",
    "DELETE FROM sqlite_dbpage",
)


@pytest.fixture
def path(tmp_path):
    """A database with tables that hang together."""
    make(tmp_path / "shop.db", SCRIPT)
    return tmp_path / "shop.db"


@pytest.fixture
def database(path):
    """The database behind the wall."""
    database = opened(path)
    yield database
    database.close()


def change(database, sql, *, keep=False, **options):
    """Run a statement without values."""
    return database.change(Statement(sql=sql), ReadOptions(**options), keep=keep)


def test_triggers_and_keys_are_told(database):
    """Only the triggers that run here, and how many rows go with its own."""
    assert change(database, "DELETE FROM parent WHERE id = 1") == Change(
        table="main.parent",
        rows=1,
        is_kept=False,
        warnings=(
            "the trigger noted runs too",
            "rows that triggers and foreign keys change too: 3",
        ),
    )


def test_a_view_is_written_by_its_trigger(database):
    """Which is told, and what it in its turn sets off."""
    assert change(database, "INSERT INTO seen VALUES ('x')") == Change(
        table="main.seen",
        rows=0,
        is_kept=False,
        warnings=(
            "the trigger instead runs too",
            "the trigger made runs too",
            "rows that triggers and foreign keys change too: 2",
        ),
    )


def test_declared_keys_hold(database, path):
    """Though SQLite would not look at them by itself."""
    sql = "INSERT INTO child (parent_id) VALUES (99)"
    with closing(sqlite3.connect(path)) as other:
        assert other.execute(sql).rowcount == 1  # and is undone

    with pytest.raises(Invalid, match="FOREIGN KEY constraint failed"):
        change(database, sql, keep=True)


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("sql", FORBIDDEN)
def test_only_this_files_tables_are_written(database, path, tmp_path, sql, keep):
    """No other file appears, no setting moves, no table changes."""
    before = state(path.parent)

    with pytest.raises((Denied, Invalid)):
        change(database, sql.format(folder=tmp_path), keep=keep)

    assert state(path.parent) == before
    assert [p.name for p in tmp_path.iterdir()] == ["shop.db"]


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("INSERT INTO found VALUES ('hello')", "found"),
        ("INSERT INTO boxes VALUES (1, 0, 1)", "boxes"),
        ("CREATE VIRTUAL TABLE more USING fts5(body)", "more"),
        ("CREATE INDEX by_name ON parent (name)", "parent"),
        ("ALTER TABLE child RENAME COLUMN parent_id TO mother_id", "child"),
        ("ALTER TABLE audit DROP COLUMN what", "audit"),
        ("DROP TRIGGER noted", "parent"),
        ("DROP TABLE found", "found"),
        ("ANALYZE", ""),
        ("REINDEX", ""),
    ],
)
def test_what_the_file_holds_can_be_altered(database, path, sql, table):
    """Full-text tables and trees, indexes, triggers; tried, undone, and done."""
    before = state(path.parent)

    tried = change(database, sql)
    undone = state(path.parent)
    done = change(database, sql, keep=True)

    assert undone == before
    assert tried.table == done.table == (f"main.{table}" if table else "")


def test_a_file_that_cannot_be_written_is_refused(database, path):
    """SQLite finds no place for its journal."""
    (path.parent / "shop.db-journal").symlink_to("nowhere/at-all")

    with pytest.raises(Refused, match=r"shop\.db cannot be written"):
        change(database, "DELETE FROM child", keep=True)


def test_a_locked_file_is_waited_for_until_somebody_stops_it(database, path):
    """Another program writes; the switch ends the wait."""
    switch = Switch()
    threading.Timer(0.2, switch.pull).start()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(Stopped):
            change(database, "DELETE FROM child", keep=True, switch=switch)

        other.execute("ROLLBACK")
    assert change(database, "DELETE FROM child", keep=True).rows == 3


def test_a_missing_file_is_not_made(database, path):
    """It is unavailable, as it is to readers."""
    path.unlink()

    with pytest.raises(Unavailable):
        change(database, "CREATE TABLE x (a)", keep=True)

    assert not path.exists()


def test_a_plan_is_a_tree(database):
    """What SQLite would do first stands first; parts of it stand below it."""
    sql = "SELECT name FROM parent WHERE id = 1 UNION SELECT what FROM audit"

    plan = database.explain(Statement(sql=sql), ReadOptions())

    assert plan.text.splitlines() == [
        "COMPOUND QUERY",
        "  LEFT-MOST SUBQUERY",
        "    SEARCH parent USING INTEGER PRIMARY KEY (rowid=?)",
        "  UNION USING TEMP B-TREE",
        "    SCAN audit",
    ]
    [top] = plan.steps
    [first, second] = top.children
    assert (top.what, first.what) == ("COMPOUND QUERY", "LEFT-MOST SUBQUERY")
    assert first.children[0].what == "SEARCH"
    assert first.children[0].detail == "parent USING INTEGER PRIMARY KEY (rowid=?)"
    assert [(s.what, s.detail) for s in second.children] == [("SCAN", "audit")]


def test_a_broken_view_does_not_spoil_the_outline(database, path):
    """It has no columns; the others have theirs."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE VIEW broken AS SELECT a FROM nowhere")

    with pytest.raises(EntrepotError):
        database.describe("main", "broken")
    columns = {s.table.name: len(s.columns) for s in database.outline("main")}
    assert (columns["broken"], columns["parent"]) == (0, 2)
