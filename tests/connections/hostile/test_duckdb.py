"""Nothing that goes through DuckDB's wall leaves a trace, or sees other files."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import duckdb
import pytest

from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, Target, open_target
from entrepot.connections.hostile import Place
from tests.connections.hostile.corpus import (
    MEMORY_BYTES,
    Range,
    check_corpus,
    families,
    few,
)

SET_UP = (
    "CREATE TABLE kept (id INTEGER PRIMARY KEY, name VARCHAR)",
    "INSERT INTO kept VALUES (1, 'one'), (2, 'two')",
    "CREATE SEQUENCE counter",
    "CREATE VIEW seen AS FROM kept",
)
secrets_of_the_test = "DuckDB looks for Python's variables where a table is missing"


@pytest.fixture(scope="module")
def target(tmp_path_factory, unparsed):
    """A file behind the wall, held open by a reader as in a busy house."""
    home = tmp_path_factory.mktemp("hostile-duckdb")
    folder, file, cache = home / "out", home / "shop.duckdb", home / "cache"
    folder.mkdir()
    with duckdb.connect(str(file)) as connection:
        for sql in SET_UP:
            connection.execute(sql)
    url = f"duckdb:///{file}"
    database = open_target(
        Target(name="shop", dialect="duckdb", url=url, cache_folder=str(cache))
    )

    def look() -> object:
        names = [path.name for path in (*home.iterdir(), *folder.iterdir())]
        return sorted(names), hashlib.sha256(file.read_bytes()).hexdigest()

    slow = Statement(sql="SELECT * FROM range(10000000)")
    place = Place(table="kept", column="name", folder=str(folder), file=str(file))
    with database.read(slow, ReadOptions(batch_rows=1, seconds=3600)):
        yield Range(
            database=database,
            dialect="duckdb",
            place=place,
            look=look,
            memory_bytes=None,  # in this process, in which the file is open
        )
    database.close()


def test_a_few_statements_leave_no_trace(target):
    """A sample of the corpus, and what has to work, in every run."""
    assert target.attack(few("duckdb")) == {}


@pytest.mark.fault
@pytest.mark.parametrize("family", families("duckdb"))
def test_no_statement_leaves_a_trace(target, family):
    """The file, the folders and what the next reader sees are as before.

    Bombs are read as people's statements are: by a process that can be killed.
    """
    is_apart = family[0].family == "bombs"
    shots = replace(target, memory_bytes=MEMORY_BYTES if is_apart else None)

    assert shots.attack(family) == {}


def test_the_corpus_is_large():
    """At least 150 attempts, and one statement that works beside each family."""
    check_corpus("duckdb")
