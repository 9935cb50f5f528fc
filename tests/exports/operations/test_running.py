"""Operations over many rows: as they pass, within their memory, with their errors."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pyarrow as pa
import pytest

from entrepot.base.errors import Refused, TooMuch
from entrepot.base.rows import RowStream
from entrepot.exports.operations import applied
from entrepot.exports.wanted import Operation

SCHEMA = pa.schema([("n", pa.int64()), ("t", pa.string())])
FILTER = {"type": "filter", "column": "n", "operator": "ge", "value": 0}
SORT = {"type": "sort", "by": [{"column": "n", "order": "desc"}]}


def batch(number, rows=16_384):
    """Return the batch of a number: rows that follow those of the one before."""
    numbers = range(number * rows, (number + 1) * rows)
    return pa.record_batch({"n": pa.array(numbers), "t": ["x" * 20] * rows})


def asked(*operations):
    """Return operations as they come in JSON."""
    return msgspec.convert(list(operations), list[Operation])


def test_a_filter_gives_rows_before_all_are_read(tmp_path):
    """And they come in their order."""
    read = []

    def batches():
        for number in range(400):
            read.append(number)
            yield batch(number)

    stream = RowStream(SCHEMA, batches(), is_uniform=True)

    with applied(stream, asked(FILTER), [], tmp_path) as made:
        first = next(made.batches)

    assert first["n"].to_pylist() == list(range(first.num_rows))
    assert len(read) < 300


def test_what_the_source_raises_comes_out(tmp_path):
    """As it is, before or behind a sort."""

    def batches():
        yield batch(0)
        raise Refused("the database went away")

    for operation in (FILTER, SORT) * 10:
        stream = RowStream(SCHEMA, batches(), is_uniform=True)
        with (
            pytest.raises(Refused, match="the database went away"),
            applied(stream, asked(operation), [], tmp_path) as made,
        ):
            list(made.batches)


def test_what_an_expression_cannot_work_out_is_told(tmp_path):
    """A value that is no number, on the way."""
    derive = {"type": "derive", "column": "i", "expression": "CAST(t AS INTEGER)"}
    stream = RowStream(SCHEMA, iter([batch(0)]), is_uniform=True)

    with (
        pytest.raises(Exception, match="Could not convert string 'xxxxx"),
        applied(stream, asked(derive), [], tmp_path) as made,
    ):
        list(made.batches)


def test_a_stream_whose_types_change_is_evened_out_first(tmp_path):
    """As SQLite's do."""
    batches = [
        pa.record_batch({"v": pa.array([1, 2])}),
        pa.record_batch({"v": pa.array(["x"])}),
    ]
    stream = RowStream(batches[0].schema, iter(batches))
    sort = {"type": "sort", "by": [{"column": "v", "order": "desc"}]}

    with applied(stream, asked(sort), [], tmp_path) as made:
        rows = [value for part in made.batches for value in part["v"].to_pylist()]

    assert rows == ["x", "2", "1"]


def test_nothing_is_left_in_the_folder(tmp_path):
    """But empty folders."""
    stream = RowStream(SCHEMA, iter([batch(0)]), is_uniform=True)

    with applied(stream, asked(SORT), [], tmp_path) as made:
        assert next(made.batches)["n"][0].as_py() == 16_383

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


SPILLS = """
import pathlib, sys
from entrepot.base.memory import peak_bytes
from tests.exports.operations.test_running import *
stream = RowStream(SCHEMA, (batch(n) for n in range(300)), is_uniform=True)
wide = {"type": "derive", "column": "w", "expression": "t || t || t || n"}
rows, last = 0, None
with applied(stream, asked(wide, SORT), [], pathlib.Path(sys.argv[1])) as made:
    for part in made.batches:
        for n in (part["n"][0].as_py(), part["n"][-1].as_py()):
            assert last is None or n <= last
            last = n
        rows += part.num_rows
print(rows, peak_bytes() >> 20)
"""


@pytest.mark.fault
def test_a_sort_of_five_million_rows_keeps_to_its_memory(tmp_path):
    """What does not fit goes to disk: 500 MB of rows in less than 600 MB."""
    done = subprocess.run(
        [sys.executable, "-c", SPILLS, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )

    rows, peak_mb = map(int, done.stdout.split())
    assert rows == 300 * 16_384
    assert peak_mb < 600


@pytest.mark.fault
def test_what_needs_more_than_there_is_is_told(tmp_path):
    """A list of all values of a column fits into no disk space that is left."""
    stream = RowStream(SCHEMA, (batch(n) for n in range(60)), is_uniform=True)
    group = {
        "type": "group",
        "by": ["n"],
        "aggregates": [{"function": "count_distinct", "column": "t"}],
    }

    with (
        pytest.raises(TooMuch, match="memory or disk"),
        applied(stream, asked(group), [], tmp_path, memory_mb=8) as made,
    ):
        list(made.batches)
