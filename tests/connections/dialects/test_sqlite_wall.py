"""Nothing gets through the wall around an SQLite file."""

from __future__ import annotations

import sqlite3

import pytest

from entrepot.base.errors import Denied, Invalid, TooMuch
from entrepot.connections import Statement
from tests.connections.dialects.sqlite_files import make, opened, rows, state

SCRIPT = """
CREATE TABLE kept (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO kept VALUES (1, 'one'), (2, 'two');
CREATE INDEX by_name ON kept (name);
CREATE VIEW seen AS SELECT id FROM kept;
CREATE VIEW trapped AS SELECT load_extension('evil') AS x;
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE TRIGGER noted AFTER INSERT ON counted BEGIN DELETE FROM kept; END;
CREATE VIRTUAL TABLE found USING fts5(body);
INSERT INTO found VALUES ('hello world'), ('good bye');
CREATE VIRTUAL TABLE older USING fts4(body);
INSERT INTO older VALUES ('hello world');
CREATE VIRTUAL TABLE boxes USING rtree(id, a, b);
INSERT INTO boxes VALUES (1, 0, 1), (2, 5, 6);
"""
HARMLESS = {
    "SELECT body FROM found WHERE found MATCH 'hello'": [("hello world",)],
    "SELECT snippet(found, 0, '<', '>', '', 3) FROM found('bye')": [("good <bye>",)],
    "SELECT body FROM found WHERE found MATCH 'good' ORDER BY rank": [("good bye",)],
    "SELECT body FROM older WHERE older MATCH 'wor*'": [("hello world",)],
    "SELECT id FROM boxes WHERE a >= 5": [(2,)],
    "SELECT value FROM json_each('[1, 2]')": [(1,), (2,)],
    "SELECT '{\"a\": 1}' ->> '$.a'": [(1,)],
    "SELECT id FROM seen": [(1,), (2,)],
    "VALUES (1), (2)": [(1,), (2,)],
    "SELECT sum(id) OVER (ORDER BY id) FROM kept": [(1,), (3,)],
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION SELECT i + 1 FROM n LIMIT 2)"
    " SELECT i FROM n": [(1,), (2,)],
    "SELECT count(*) FROM sqlite_master WHERE type = 'view'": [(2,)],
    "SELECT upper(name) FROM kept WHERE name LIKE 't%'": [("TWO",)],
}


@pytest.fixture
def folder(tmp_path):
    """A folder with nothing but the database."""
    make(tmp_path / "shop.db", SCRIPT)
    return tmp_path


@pytest.fixture
def database(folder):
    """The database behind the wall."""
    database = opened(folder / "shop.db")
    yield database
    database.close()


@pytest.mark.parametrize("sql", HARMLESS)
def test_reading_is_let_through(database, sql):
    """Virtual tables, JSON, windows, recursion and views work."""
    assert rows(database, sql) == HARMLESS[sql]


@pytest.mark.parametrize(
    "into",
    [
        "'{stolen}'",
        "(SELECT '{stolen}')",
        "(SELECT '{stolen}' || substr(name, 1, 0) FROM kept LIMIT 1)",
    ],
)
def test_vacuum_into_is_denied(folder, database, into):
    """Also where its SELECT is all that the authorizer sees; elsewhere it works."""
    sql = "VACUUM INTO " + into.format(stolen=folder / "stolen.db")

    with pytest.raises(Denied):
        rows(database, sql)

    assert list(state(folder)) == ["shop.db"]
    connection = sqlite3.connect(folder / "shop.db", isolation_level=None)
    connection.execute(sql)
    connection.close()
    assert list(state(folder)) == ["shop.db", "stolen.db"]


def test_other_peoples_statements_are_not_shown(database):
    """What ran before on the same connection stays with who ran it."""
    rows(database, "SELECT 'secret' FROM kept")

    with pytest.raises(Denied, match="sqlite_stmt"):
        rows(database, "SELECT sql FROM sqlite_stmt")


def test_a_denial_says_what_was_denied(database):
    """The function's name is in the message, with what to do instead."""
    with pytest.raises(Denied) as caught:
        rows(database, "SELECT load_extension('x')")

    assert caught.value.detail == "the function load_extension is not allowed here"
    assert caught.value.hint == "write one SELECT"


def test_bad_sql_is_told_in_sqlites_words(database):
    """The message names what SQLite stumbled over."""
    with pytest.raises(Invalid, match="no such column: lost"):
        rows(database, "SELECT lost FROM kept")


@pytest.mark.parametrize("sql", ["SELECT 1 \0", "SELECT '\ud800'"])
def test_odd_characters_are_invalid(database, sql):
    """A zero byte or half a surrogate pair is no reason to fail otherwise."""
    with pytest.raises(Invalid):
        rows(database, sql)


@pytest.mark.parametrize("value", [2**63, object(), "\ud800"])
def test_values_that_cannot_be_bound_are_invalid(database, value):
    """They are refused, not turned into others."""
    with pytest.raises(Invalid):
        rows(database, Statement(sql="SELECT ?", params=[value]))


def test_giant_cells_are_too_much(database):
    """A statement cannot make a cell of more than 100 MB."""
    with pytest.raises(TooMuch):
        rows(database, "SELECT zeroblob(100000001)")


def test_a_changed_schema_is_seen(folder, database):
    """A virtual table made after the first read works as well."""
    rows(database, "SELECT 1")
    make(
        folder / "shop.db",
        "CREATE VIRTUAL TABLE later USING rtree(id, a, b);"
        "INSERT INTO later VALUES (7, 0, 1)",
    )

    assert rows(database, "SELECT id FROM later") == [(7,)]
