"""Nothing that goes through SQLite's wall leaves a trace."""

from __future__ import annotations

import pytest

from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement
from entrepot.connections.hostile import Place
from tests.connections.dialects.sqlite_files import make, opened, state
from tests.connections.dialects.test_sqlite_wall import SCRIPT
from tests.connections.hostile.corpus import Range, check_corpus, families, few


@pytest.fixture(scope="module")
def target(tmp_path_factory, unparsed):
    """A file with something to lose, alone in its folder."""
    folder = tmp_path_factory.mktemp("hostile-sqlite")
    file = folder / "shop.db"
    make(file, SCRIPT)
    database = opened(file, pool_count=1)
    columns = database.describe("main", "kept").columns

    def read_twice(sql, seconds):
        """Read as people do, and then as a process may that will be killed."""
        rows = target.run(sql, seconds)
        statement = Statement(sql=sql, columns=columns, table=("main", "kept"))
        options = ReadOptions(seconds=seconds, killable=True)
        return rows + target.read(statement, options)

    target = Range(
        database=database,
        dialect="sqlite",
        place=Place(table="kept", column="name", folder=str(folder), file=str(file)),
        look=lambda: state(folder),
    )
    target.ways = [read_twice]
    yield target
    database.close()


def test_a_few_statements_leave_no_trace(target):
    """A sample of the corpus, and what has to work, in every run."""
    assert target.attack(few("sqlite")) == {}


@pytest.mark.fault
@pytest.mark.parametrize("family", families("sqlite"))
def test_no_statement_leaves_a_trace(target, family):
    """The file, its folder and what the next reader sees are as before."""
    assert target.attack(family) == {}


def test_the_corpus_is_large():
    """At least 150 attempts, and one statement that works beside each family."""
    check_corpus("sqlite")
