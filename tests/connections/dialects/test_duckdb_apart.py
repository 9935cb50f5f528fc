"""People's own statements, which a process reads that can be killed."""

from __future__ import annotations

import sys
import threading
import time

import duckdb
import pytest

from entrepot.base.deadline import Switch
from entrepot.base.errors import Invalid, Stopped, TimedOut, TooMuch
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, Target, open_target
from entrepot.connections.dialects.duckdb import apart

MEMORY_BYTES = 256_000_000
ENDLESS = "SELECT levenshtein(repeat('a', 1000000), repeat('b', 1000000)) AS a"
"""One call of some hours, in which DuckDB looks at no clock."""

LARGE = "SELECT sum(length(repeat('x', 900000000 + range::INT))) FROM range(64)"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A file behind the wall, whose children are the same for all tests here."""
    home = tmp_path_factory.mktemp("apart")
    with duckdb.connect(str(home / "shop.duckdb")) as connection:
        connection.execute("CREATE TABLE kept AS SELECT range AS id FROM range(9)")
    database = open_target(
        Target(
            name="shop",
            dialect="duckdb",
            url=f"duckdb:///{home / 'shop.duckdb'}",
            cache_folder=str(home / "cache"),
        )
    )
    yield database
    database.close()


def read(shop, sql, *, seconds=30.0, batches=1000, **options):
    """Return the rows of some batches, as people's statements are read."""
    options = ReadOptions(seconds=seconds, memory_bytes=MEMORY_BYTES, **options)
    with shop.read(Statement(sql=sql), options) as stream:
        found = [batch for batch, _ in zip(stream.batches, range(batches))]  # noqa: B905  # it ends at the first of both
    return [row for batch in found for row in batch.to_pylist()]


def test_it_gives_the_same_rows(shop):
    """Names, types and order are those of a read in this process."""
    statement = Statement(sql="SELECT id, 'x' || id AS name FROM kept ORDER BY id")
    with shop.read(statement, ReadOptions()) as stream:
        here = (stream.schema, [batch.to_pydict() for batch in stream.batches])
    with shop.read(statement, ReadOptions(memory_bytes=MEMORY_BYTES)) as stream:
        there = (stream.schema, [batch.to_pydict() for batch in stream.batches])

    assert there == here


def test_an_error_comes_with_its_place(shop):
    """Its class, its words and its facts are those of a read in this process."""
    wrong = Statement(sql="SELECT nope FROM kept")
    with pytest.raises(Invalid) as here, shop.read(wrong, ReadOptions()):
        pass
    with pytest.raises(Invalid) as there:
        read(shop, wrong.sql)

    assert (there.value.detail, there.value.facts) == (
        here.value.detail,
        here.value.facts,
    )


def test_the_rest_of_the_rows_may_be_left(shop):
    """The same process reads the next statement."""
    assert len(read(shop, "SELECT * FROM range(10000000)", batches=2)) == 32_768
    assert read(shop, "SELECT count(*) AS a FROM kept") == [{"a": 9}]


def test_a_plan_is_made_there_too(shop):
    """DuckDB works out what is constant in a statement while it plans it."""
    options = ReadOptions(seconds=30, memory_bytes=MEMORY_BYTES)

    plan = shop.explain(Statement(sql="SELECT id FROM kept"), options)

    assert plan == shop.explain(Statement(sql="SELECT id FROM kept"), ReadOptions())


@pytest.mark.fault
def test_one_call_without_end_is_over_in_time(shop):
    """Its process is killed, and the next statement has another one."""
    began = time.monotonic()
    with pytest.raises(TimedOut):
        read(shop, ENDLESS, seconds=0.5)

    assert time.monotonic() - began < 60
    assert read(shop, "SELECT 1 AS a") == [{"a": 1}]


@pytest.mark.fault
def test_one_call_without_end_can_be_stopped(shop):
    """As soon as somebody pulls the switch."""
    switch = Switch()
    threading.Timer(0.2, switch.pull).start()

    with pytest.raises(Stopped):
        read(shop, ENDLESS, seconds=3600, switch=switch)


@pytest.mark.fault
def test_memory_that_duckdb_does_not_count_is_limited(shop):
    """The system ends the process, or has DuckDB say that there is no more."""
    with pytest.raises(TooMuch):
        read(shop, LARGE)

    assert read(shop, "SELECT 1 AS a") == [{"a": 1}]


def test_memory_that_python_does_not_get_is_the_same(shop, monkeypatch):
    """The process ends, wherever it was; the next reader has a new one."""
    lacking = "\n".join(
        (
            "from entrepot.connections.dialects.duckdb import child",
            "def lack(*_): raise MemoryError",
            "child._tell = lack",
            "child.main()",
        )
    )
    # Another limit of memory: no child that is there already may take the errand.
    options = ReadOptions(memory_bytes=MEMORY_BYTES + 1)
    with monkeypatch.context() as patched:
        patched.setattr(apart, "COMMAND", (sys.executable, "-P", "-c", lacking))
        with pytest.raises(TooMuch), shop.read(Statement(sql="SELECT 1 AS a"), options):
            pass

    with shop.read(Statement(sql="SELECT 1 AS a"), options) as stream:
        assert [batch.to_pylist() for batch in stream.batches] == [[{"a": 1}]]
