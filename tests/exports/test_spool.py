"""Streams whose types change on the way, given one schema."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from entrepot.base.columns import column_array
from entrepot.base.rows import RowStream
from entrepot.exports.spool import spooled

INT, DOUBLE, TEXT = pa.int64(), pa.float64(), pa.string()
BIG = 2**53 + 1
DAY = dt.date(2024, 2, 29)


def widened(expected, *columns, folder):
    """Spool one column that comes as these arrays; return its type and values."""
    schema = pa.schema([pa.field("x", expected, metadata={"db_type": "NUMERIC"})])
    batches = iter([pa.record_batch({"x": column}) for column in columns])
    with spooled(RowStream(schema, batches), folder) as stream:
        table = pa.Table.from_batches(list(stream.batches), stream.schema)
        assert stream.is_uniform
        assert stream.schema.field("x").metadata == {b"db_type": b"NUMERIC"}
    assert list(folder.iterdir()) == []
    return table.schema.field("x").type, table.column("x").to_pylist()


@pytest.mark.parametrize(
    ("columns", "type", "values"),
    [
        ([[1, None], [2]], INT, [1, None, 2]),
        ([[1], [1.5]], DOUBLE, [1.0, 1.5]),
        ([[BIG], [1.5]], TEXT, [str(BIG), "1.5"]),
        ([[1.5], [1], [-BIG]], TEXT, ["1.5", "1", str(-BIG)]),
        ([[1], ["a"]], TEXT, ["1", "a"]),
        ([[1], ["a"], [2.5]], TEXT, ["1", "a", "2.5"]),
        ([[DAY], ["soon"]], TEXT, ["2024-02-29", "soon"]),
        ([[1, "a", b"\x00\xff", None]], TEXT, ["1", "a", "AP8=", None]),
        ([[b"a"], [b"b"]], pa.binary(), [b"a", b"b"]),
        ([[b"a"], ["b"]], TEXT, ["YQ==", "b"]),
        ([[True], [1]], TEXT, ["true", "1"]),
        ([[None], [1.5], [None]], DOUBLE, [None, 1.5, None]),
        (
            [[Decimal("1.50")], [Decimal("123.456")]],
            pa.decimal128(6, 3),
            [Decimal("1.500"), Decimal("123.456")],
        ),
        (
            [[Decimal("1.5")], [7]],
            pa.decimal128(21, 1),
            [Decimal("1.5"), Decimal("7.0")],
        ),
    ],
    ids=str,
)
def test_a_column_gets_the_narrowest_type_that_holds_all(
    tmp_path, columns, type, values
):
    """No value is turned into another: numbers stay exact or become text."""
    arrays = [column_array(values) for values in columns]

    assert widened(arrays[0].type, *arrays, folder=tmp_path) == (type, values)


def test_the_expected_type_holds_where_there_is_no_value(tmp_path):
    """A column of NULL, and a stream without batches, keep the schema's type."""
    nothing = pa.nulls(2)

    assert widened(INT, nothing, folder=tmp_path) == (INT, [None, None])
    assert widened(pa.date32(), folder=tmp_path) == (pa.date32(), [])


def test_values_decide_and_not_the_expectation(tmp_path):
    """Where the database was wrong about a type, no value suffers."""
    texts = pa.array(["a", "b"])

    assert widened(INT, texts, folder=tmp_path) == (TEXT, ["a", "b"])


def test_memory_holds_a_batch_and_not_the_stream(tmp_path):
    """A hundred batches need no more of Arrow's memory than a few."""
    peak = 0

    def batches():
        nonlocal peak
        for n in range(100):
            peak = max(peak, pa.total_allocated_bytes())
            yield pa.record_batch({"x": pa.array([n] * 16_000)})

    before = pa.total_allocated_bytes()
    schema = pa.schema([("x", INT)])
    with spooled(RowStream(schema, batches()), tmp_path) as stream:
        for _ in stream.batches:
            peak = max(peak, pa.total_allocated_bytes())

    assert peak - before < 5 * 16_000 * 8
