"""Nothing that goes through DuckDB's wall leaves a trace, or sees other files."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import duckdb
import pytest

from entrepot.base.errors import Denied, Invalid, Refused, TimedOut
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, Target, open_target
from tests.connections.hostile.corpus import load_statements, sample

EXPECTED = (Denied, Invalid, Refused, TimedOut)
"""Kinds that a refusal may have; any other fails the test."""

STATEMENTS = load_statements("duckdb")
SET_UP = (
    "CREATE TABLE kept (id INTEGER PRIMARY KEY, name VARCHAR)",
    "INSERT INTO kept VALUES (1, 'one'), (2, 'two')",
    "CREATE SEQUENCE counter",
    "CREATE VIEW seen AS FROM kept",
)
SETTINGS = "SELECT name, value FROM duckdb_settings() ORDER BY name"
secrets_of_the_test = "DuckDB looks for Python's variables where a table is missing"


@pytest.fixture
def file(tmp_path):
    """A file with something to lose."""
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        for sql in SET_UP:
            connection.execute(sql)
    return path


@pytest.fixture
def database(file, tmp_path):
    """The file behind the wall, held open by a reader as in a busy house."""
    cache = str(tmp_path / "cache")
    database = open_target(
        Target(
            name="shop", dialect="duckdb", url=f"duckdb:///{file}", cache_folder=cache
        )
    )
    slow = Statement(sql="SELECT * FROM range(1000000)")
    with database.read(slow, ReadOptions(batch_rows=1)):
        yield database


def run(database, sql: str) -> list[dict[str, list[object]]]:
    """Read all there is, in at most two seconds."""
    with database.read(Statement(sql=sql), ReadOptions(seconds=2)) as stream:
        return [batch.to_pydict() for batch in stream.batches]


def attack(database, file, statement: str) -> list[object]:
    """Run a statement; return what it left behind or saw."""
    folder = file.parent / "out"
    folder.mkdir()
    before = hashlib.sha256(file.read_bytes()).digest(), run(database, SETTINGS)
    told = ""

    with suppress(*EXPECTED):
        told = str(run(database, statement.format(folder=folder, file=file)))

    after = hashlib.sha256(file.read_bytes()).digest(), run(database, SETTINGS)
    left: list[object] = [*folder.iterdir(), *file.parent.glob("*.wal")]
    left += [(before, after)] if after != before else []
    left += [told] if "root:" in told else []
    tables = str(run(database, "SHOW ALL TABLES"))
    return left + ([tables] if "made" in tables else [])


@pytest.mark.parametrize("statement", sample(STATEMENTS))
def test_a_few_statements_leave_no_trace(database, file, statement):
    """A sample of the corpus, in every run."""
    assert attack(database, file, statement) == []


@pytest.mark.fault
@pytest.mark.parametrize("statement", STATEMENTS)
def test_no_statement_leaves_a_trace(database, file, statement):
    """The file, the folder and the next reader's settings are as before."""
    assert attack(database, file, statement) == []


def test_the_corpus_is_large():
    """At least 150 different statements."""
    assert len(set(STATEMENTS)) >= 150
