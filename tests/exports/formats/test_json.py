"""JSON, read back with the standard library: every type, exactly."""

import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.export_format import AT, ROWS, Desk, WideningContract, batch_of

from entrepot.base.rows import RowStream
from entrepot.exports import FORMATS, Writing
from entrepot.exports.spec import ColumnPlan

MOMENT = dt.datetime.fromisoformat("2024-02-29T23:59:59")


class TestJson(WideningContract):
    name = "json"

    def decode(self, body):
        return [
            (
                row["id"],
                row["name"],
                row["price"] and Decimal(row["price"]),
                row["day"] and dt.date.fromisoformat(row["day"]),
            )
            for row in json.loads(body)
        ]

    def decode_cells(self, body):
        return [tuple(row.values()) for row in json.loads(body)]

    def test_file_is_this(self, desk):
        """One array, a row a line."""
        assert desk.export([batch_of(ROWS[:2])]) == (
            b'[\n{"id":1,"name":"plain","price":"9.90","day":"2024-02-29"},\n'
            b'{"id":2,"name":null,"price":null,"day":null}\n]\n'
        )
        assert desk.export([]) == b"[]\n"

    def test_names_are_escaped(self, desk):
        """A column may be called anything."""
        batch = pa.record_batch([pa.array([1])], ['a "b"\\\n é'])

        body = desk.export([batch], batch.schema)

        assert json.loads(body) == [{'a "b"\\\n é': 1}]

    @pytest.mark.parametrize(
        ("array", "expected"),
        [
            (pa.array([2**53, -(2**53), 7]), [2**53, -(2**53), 7]),
            (pa.array([2**53 + 1, -(2**62)]), [f"{2**53 + 1}", f"{-(2**62)}"]),
            (pa.array([2**64 - 1, 1], pa.uint64()), [f"{2**64 - 1}", 1]),
            (pa.array([-128, 127], pa.int8()), [-128, 127]),
            (
                pa.array([1.5, 1e300, float("nan"), float("inf"), -float("inf")]),
                [1.5, 1e300, None, None, None],
            ),
            (pa.array([0.1], pa.float32()), [0.1]),
            (pa.array(np.array([0.5], np.float16)), [0.5]),
            (
                pa.array([Decimal("1E-8"), Decimal("0")], pa.decimal128(38, 10)),
                ["0.0000000100", "0.0000000000"],
            ),
            (pa.array([Decimal("-1.5")], pa.decimal256(76, 1)), ["-1.5"]),
            (pa.array([Decimal("500")], pa.decimal128(5, -2)), ["500"]),
            (pa.array([True, False, None]), [True, False, None]),
            (pa.nulls(2), [None, None]),
            (pa.array([b"\x00\xff", b"", None]), ["AP8=", "", None]),
            (pa.array([b"ab"], pa.binary(2)), ["YWI="]),
            (pa.array([b"ab"], pa.large_binary()), ["YWI="]),
            (pa.array(["a"], pa.large_string()), ["a"]),
            (pa.array(["a", None], pa.string_view()), ["a", None]),
            (pa.array(["a", None, "b"]).dictionary_encode(), ["a", None, "b"]),
            (pa.RunEndEncodedArray.from_arrays([2, 3], ["a", "b"]), ["a", "a", "b"]),
            (
                pa.array([b"\x01" * 16], pa.binary(16)).cast(pa.uuid()),
                ["01010101-0101-0101-0101-010101010101"],
            ),
        ],
        ids=lambda x: str(x.type) if isinstance(x, pa.Array) else "",
    )
    def test_values_are_exact(self, desk, array, expected):
        """What a double would not hold is a string, bytes are base64, NaN is null."""
        assert self.column(desk.export_column(array)) == expected
        assert self.column(desk.export_column(array.slice(1))) == expected[1:]

    @pytest.mark.parametrize(
        ("array", "expected"),
        [
            (pa.array([MOMENT]), ["2024-02-29T23:59:59"]),
            (
                pa.array([0, -1, None], pa.timestamp("us")),
                ["1970-01-01T00:00:00", "1969-12-31T23:59:59.999999", None],
            ),
            (pa.array([1], pa.timestamp("ns")), ["1970-01-01T00:00:00.000000001"]),
            (pa.array([0], pa.timestamp("s", "Asia/Tokyo")), ["1970-01-01T00:00:00Z"]),
            (pa.array([1500], pa.time32("ms")), ["00:00:01.500"]),
            (pa.array([dt.time(1, 2, 3)]), ["01:02:03"]),
            (pa.array([dt.date(1, 1, 1)]), ["0001-01-01"]),
            (pa.array([dt.date(2024, 2, 29)], pa.date64()), ["2024-02-29"]),
            (pa.array([-1500, None], pa.duration("ms")), ["-PT1.5S", None]),
            (
                pa.array([pa.MonthDayNano([1, 2, 3 * 10**9])]),
                ["P1M2DT3S"],
            ),
        ],
        ids=lambda x: str(x.type) if isinstance(x, pa.Array) else "",
    )
    def test_times_are_iso_8601(self, desk, array, expected):
        """A moment with a zone is in UTC and says Z; one without has none."""
        assert self.column(desk.export_column(array)) == expected

    @pytest.mark.parametrize(
        ("array", "expected"),
        [
            (pa.array([[1, None], [], None]), [[1, None], [], None]),
            (pa.array([["a"]], pa.large_list(pa.string())), [["a"]]),
            (pa.array([[1, 2], None], pa.list_(pa.int8(), 2)), [[1, 2], None]),
            (pa.array([[1]], pa.list_view(pa.int64())), [[1]]),
            (
                pa.array([{"a": 1, "b": [Decimal("1.5")]}, None]),
                [{"a": 1, "b": ["1.5"]}, None],
            ),
            (pa.array([{}], pa.struct([])), [{}]),
            (
                pa.array([[("k", 1), ("l", None)]], pa.map_(pa.string(), pa.int64())),
                [{"k": 1, "l": None}],
            ),
            (
                pa.array([[(1, MOMENT)]], pa.map_(pa.int8(), pa.timestamp("us"))),
                [{"1": "2024-02-29T23:59:59"}],
            ),
        ],
        ids=lambda x: str(x.type)[:30] if isinstance(x, pa.Array) else "",
    )
    def test_what_is_nested_is_json(self, desk, array, expected):
        """Lists are arrays, structs and maps are objects, by the same rules inside."""
        twice = pa.concat_arrays([array, array])

        assert self.column(desk.export_column(array)) == expected
        assert self.column(desk.export_column(twice.slice(1))) == [
            *expected[1:],
            *expected,
        ]

    def column(self, body):
        return [row["x"] for row in json.loads(body)]


@given(st.lists(st.text() | st.none(), min_size=1))
def test_any_text_reads_back(values):
    """Whatever a text holds, the JSON holds the same."""
    body = Desk("json", Path()).export_column(pa.array(values, pa.string()))

    assert [row["x"] for row in json.loads(body)] == values


def test_a_document_says_what_is_in_it():
    """The rows are keyed by field; the columns tell the headers; the count is there."""
    batch = pa.record_batch([pa.array([1, 2]), pa.array(["a", None])], ["ID", "Name"])
    columns = (
        ColumnPlan(field="id", header="ID"),
        ColumnPlan(field="full_name", header="Name"),
    )
    writing = Writing(
        title="people",
        options={"layout": "document"},
        folder=Path(),
        started_at=AT,
        columns=columns,
        about={"export_type": "participants", "template": "standard"},
    )
    file = io.BytesIO()
    stream = RowStream(batch.schema, iter([batch]))
    written = FORMATS.get("json").write(stream, file, writing)

    assert written.rows == 2
    assert json.loads(file.getvalue()) == {
        "export_type": "participants",
        "template": "standard",
        "generated_at": "2026-01-02T03:04:06.000Z",
        "record_count": 2,
        "columns": [
            {"field": "id", "header": "ID"},
            {"field": "full_name", "header": "Name"},
        ],
        "data": [{"id": 1, "full_name": "a"}, {"id": 2, "full_name": None}],
    }
