"""Parquet, read back with pyarrow."""

import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.contracts.export_format import ROWS, ExportFormatContract, batch_of

from entrepot.base.errors import Unavailable


class TestParquet(ExportFormatContract):
    name = "parquet"

    def decode(self, body):
        table = pq.read_table(io.BytesIO(body))
        return [tuple(row.values()) for row in table.to_pylist()]

    def test_types_are_kept(self, desk):
        """Columns read back with their types, compressed with zstd."""
        body = desk.export([batch_of(ROWS)])
        file = pq.ParquetFile(io.BytesIO(body))

        assert file.schema_arrow == batch_of(ROWS).schema
        assert file.metadata.row_group(0).column(1).compression == "ZSTD"

    def test_row_groups_hold_many_batches(self, desk):
        """Groups end at 65,536 rows, wherever batches end."""
        batch = pa.record_batch([pa.array(range(50_000))], ["n"])

        body = desk.export([batch] * 6, batch.schema)

        meta = pq.ParquetFile(io.BytesIO(body)).metadata
        groups = [meta.row_group(n).num_rows for n in range(meta.num_row_groups)]
        assert groups == [65_536, 65_536, 65_536, 65_536, 37_856]
        assert pq.read_table(io.BytesIO(body))["n"].to_pylist() == [*range(50_000)] * 6

    def test_fat_rows_make_smaller_groups(self, desk):
        """What is held in memory has a bound in bytes too."""
        batch = pa.record_batch([pa.array(["x" * 10_000_000] * 2)], ["x"])

        body = desk.export([batch] * 8, batch.schema)

        meta = pq.ParquetFile(io.BytesIO(body)).metadata
        groups = [meta.row_group(n).num_rows for n in range(meta.num_row_groups)]
        assert sum(groups) == 16
        assert max(groups) <= 8

    @pytest.mark.parametrize(
        ("array", "expected"),
        [
            (pa.array([pa.MonthDayNano([1, 2, 0])]), "P1M2DT0S"),
            (pa.array([[pa.MonthDayNano([1, 2, 0])]]), '["P1M2DT0S"]'),
            (pa.array([{}], pa.struct([])), "{}"),
            (pa.array([Decimal("500")], pa.decimal128(5, -2)), "500"),
            (pa.RunEndEncodedArray.from_arrays([1], ["a"]), "a"),
        ],
        ids=lambda x: str(x.type) if isinstance(x, pa.Array) else "",
    )
    def test_what_parquet_has_no_type_for_is_text(self, desk, array, expected):
        """No type fails the export."""
        body = desk.export_column(array)

        assert pq.read_table(io.BytesIO(body)).to_pylist() == [{"x": expected}]

    def test_a_failed_export_is_no_file(self, desk):
        """Half of the rows must not look like all of them."""

        def batches():
            yield from [batch_of(ROWS * 30_000)]
            raise Unavailable("gone")

        with pytest.raises(Unavailable):
            desk.export(batches())

        assert desk.file.getvalue() == b""
