"""What is DuckDB's alone: folders of files, locks, values without an Arrow form."""

from __future__ import annotations

import subprocess
import sys
import time
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from entrepot.base.errors import Refused, Unavailable
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, Target, open_target

NANOSECOND = "2024-01-01 00:00:00.000000001"
HOLD = (
    "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
)


@pytest.fixture
def opened(tmp_path):
    """Open a path behind the wall."""

    def run(path, scheme="duckdb"):
        url, cache = f"{scheme}:///{path}", str(tmp_path / "cache")
        return open_target(
            Target(name="shop", dialect="duckdb", url=url, cache_folder=cache)
        )

    return run


def read(database, sql: str) -> list[dict[str, list[object]]]:
    with database.read(Statement(sql=sql), ReadOptions()) as stream:
        return [batch.to_pydict() for batch in stream.batches]


@pytest.fixture
def folder(tmp_path):
    """Files of each kind, one with a pattern's signs in its name."""
    folder = tmp_path / "files"
    folder.mkdir()
    pq.write_table(pa.table({"id": [1, 2]}), folder / "orders.parquet")
    (folder / "items[1]*.csv").write_text('code,note\n007,"a, b"\n008,""\n009,\n')
    (folder / "kinds.json").write_text('[{"id": "abcat1", "n": {"a": 1}}]')
    (folder / "read me.txt").write_text("not a table")
    return folder


def test_files_of_a_folder_are_tables(opened, folder):
    """Parquet, CSV and JSON; zeros in front stay, an empty text is not NULL."""
    database = opened(folder)

    names = [table.name for table in database.list_tables("main")]
    assert names == ["items[1]*", "kinds", "orders"]
    assert read(database, "SELECT * FROM orders") == [{"id": [1, 2]}]
    assert read(database, 'SELECT * FROM "items[1]*"') == [
        {"code": ["007", "008", "009"], "note": ["a, b", "", None]}
    ]
    assert read(database, "SELECT * FROM kinds") == [
        {"id": ["abcat1"], "n": ['{"a":1}']}
    ]


def test_one_file_is_one_table(opened, folder):
    """Without the others of its folder."""
    database = opened(folder / "orders.parquet", scheme="parquet")

    assert [table.name for table in database.list_tables("main")] == ["orders"]


def test_a_changed_file_is_loaded_again(opened, folder, tmp_path):
    """The next read sees it, and what was made of the old one is gone."""
    database = opened(folder)
    read(database, "SELECT * FROM orders")
    pq.write_table(pa.table({"id": [3]}), folder / "orders.parquet")

    assert read(database, "SELECT * FROM orders") == [{"id": [3]}]
    assert len(list((tmp_path / "cache" / "duckdb").glob("*.duckdb"))) == 1


def test_a_link_out_of_the_folder_is_no_table(opened, folder, tmp_path):
    """It would show a file whose folder nobody allowed."""
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (folder / "secret.csv").symlink_to(tmp_path / "secret.csv")

    assert "secret" not in [t.name for t in opened(folder).list_tables("main")]


def test_a_file_that_is_none_is_refused(opened, tmp_path):
    """So are an empty folder and a folder's file that cannot be read."""
    (tmp_path / "x.duckdb").write_text("hello")
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.parquet").write_text("hello")

    for name in ("x.duckdb", "empty", "bad.parquet"):
        with pytest.raises(Refused):
            opened(tmp_path / name).greet()


def test_a_writer_makes_the_file_unavailable_for_a_while(opened, tmp_path):
    """Another process has it; when that ends, we read; while nobody reads, it may."""
    path = tmp_path / "shop.duckdb"
    database = opened(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        assert writer.stdout.readline() == b"1\n"

        with pytest.raises(Unavailable):
            database.greet()
        writer.communicate(b"\n")

    assert read(database, "SELECT 1 AS a") == [{"a": [1]}]
    duckdb.connect(str(path)).close()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("date 'infinity'", "infinity"),
        ("timestamp '-infinity'", "-infinity"),
        ("time '24:00:00'", "24:00:00"),
        (
            "timestamp_ns '2024-01-01 00:00:00.000000001'",
            "2024-01-01 00:00:00.000000001",
        ),
        (f"{2**127 - 1}::HUGEINT", str(2**127 - 1)),
    ],
)
def test_values_without_an_arrow_form_are_text(opened, tmp_path, sql, expected):
    """Their batch is text, and the stream does not promise one type."""
    duckdb.connect(str(tmp_path / "x.duckdb")).close()
    statement = Statement(sql=f"SELECT {sql} AS v")
    with opened(tmp_path / "x.duckdb").read(statement, ReadOptions()) as stream:
        assert [batch.to_pydict() for batch in stream.batches] == [{"v": [expected]}]
        assert not stream.is_uniform


def test_sums_are_whole_numbers(opened, tmp_path):
    """DuckDB adds integers up to a HUGEINT, which is a decimal without fraction."""
    duckdb.connect(str(tmp_path / "x.duckdb")).close()

    rows = read(opened(tmp_path / "x.duckdb"), "SELECT sum(range) AS s FROM range(5)")
    assert rows == [{"s": [Decimal(10)]}]


def test_leaving_a_huge_result_is_quick(opened, tmp_path):
    """What nobody wants any more is not read to its end."""
    duckdb.connect(str(tmp_path / "x.duckdb")).close()
    statement = Statement(sql="SELECT * FROM range(10000000000)")
    with opened(tmp_path / "x.duckdb").read(statement, ReadOptions()) as stream:
        next(stream.batches)
        started = time.monotonic()

    assert time.monotonic() - started < 10
