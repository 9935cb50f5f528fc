"""What every export format must do. Subclass it, once for each format."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from entrepot.base.columns import column_array
from entrepot.base.errors import Unavailable
from entrepot.base.rows import RowStream
from entrepot.exports import FORMATS, Writing, Written

SCHEMA = pa.schema(
    {
        "id": pa.int64(),
        "name": pa.string(),
        "price": pa.decimal128(12, 2),
        "day": pa.date32(),
    }
)
ROWS: list[tuple[object, ...]] = [
    (1, "plain", Decimal("9.90"), dt.date(2024, 2, 29)),
    (2, None, None, None),
    (3, 'quote " comma , tab \t line \n end', Decimal("0.10"), dt.date(1970, 1, 1)),
    (4, "éα漢🙂", Decimal("-1.00"), dt.date(9999, 12, 31)),
    (5, "", Decimal("1234567.89"), dt.date(2000, 1, 1)),
]
AT = dt.datetime(2026, 1, 2, 3, 4, 6, tzinfo=dt.UTC)

WIDENED = [
    [(1, "a"), (2, "b")],
    [(1.5, "c"), (2.5, "d")],
    [(2, "e"), ("two", 7), (None, None), (2.5, b"\x00\xff")],
]
"""Rows of three batches of an integer and a text: as declared, wider, mixed."""


def batch_of(
    rows: Sequence[Sequence[object]], schema: pa.Schema = SCHEMA
) -> pa.RecordBatch:
    """Make a batch; a column that does not fit its type is as wide as it must be."""
    columns = zip(*rows, strict=True)
    arrays = [column_array(c, f.type) for c, f in zip(columns, schema, strict=True)]
    return pa.record_batch(arrays, schema.names)


def cut(rows: Sequence[Sequence[object]], batch_rows: int) -> Iterable[pa.RecordBatch]:
    """Yield the rows in batches of that size."""
    for start in range(0, len(rows), batch_rows):
        yield batch_of(rows[start : start + batch_rows])


class Desk:
    """Exports to memory; notes what the format reported."""

    def __init__(self, name: str, folder: Path) -> None:
        self.format = FORMATS.get(name)
        self.folder = folder
        self.file = io.BytesIO()
        self.progress: list[int] = []
        self.written: Written

    def export(
        self,
        batches: Iterable[pa.RecordBatch],
        schema: pa.Schema = SCHEMA,
        *,
        is_uniform: bool = True,
        title: str = "orders",
        **options: str | int | float | bool,
    ) -> bytes:
        """Return the file's bytes."""
        self.file.seek(0)
        self.file.truncate()
        writing = Writing(
            title=title,
            options={o.name: o.default for o in self.format.options} | options,
            folder=self.folder,
            started_at=AT,
            progress=self.progress.append,
        )
        stream = RowStream(schema, iter(batches), is_uniform)
        self.written = self.format.write(stream, self.file, writing)
        return self.file.getvalue()

    def export_column(
        self, values: pa.Array | Sequence[object], **options: str | int | float | bool
    ) -> bytes:
        """Return the file of one column, `x`."""
        array = values if isinstance(values, pa.Array) else pa.array(values)
        batch = pa.record_batch([array], ["x"])
        return self.export([batch], batch.schema, **options)


class ExportFormatContract:
    """Set `name`; write `decode`."""

    name: str

    def decode(self, body: bytes) -> list[tuple[object, ...]]:
        """Read a file of SCHEMA back, with a reader that is not ours."""
        raise NotImplementedError

    @pytest.fixture
    def desk(self, tmp_path):
        return Desk(self.name, tmp_path)

    @pytest.mark.parametrize("batch_rows", [1, 3])
    def test_cutting_into_batches_does_not_show(self, desk, batch_rows):
        """The bytes are the same however the rows were batched."""
        whole = desk.export([batch_of(ROWS)])

        assert desk.export(cut(ROWS, batch_rows)) == whole

    def test_reads_back(self, desk):
        """An independent reader finds the same values; NULL is not the empty text."""
        assert self.decode(desk.export(cut(ROWS, 2))) == ROWS
        assert desk.written.rows == len(ROWS)
        assert desk.written.cells_cut == 0

    def test_empty_result_is_a_valid_file(self, desk):
        """No rows still make a file that the reader accepts."""
        assert self.decode(desk.export([])) == []
        assert desk.written.rows == 0

    def test_empty_batches_do_not_show(self, desk):
        """A batch without rows leaves nothing behind."""
        empty = batch_of(ROWS).slice(0, 0)

        assert self.decode(desk.export([empty, batch_of(ROWS), empty])) == ROWS

    def test_a_slice_is_its_rows(self, desk):
        """A batch that looks into the middle of a larger one gives those rows."""
        middle = batch_of([*ROWS, *ROWS, *ROWS]).slice(2, 9)

        assert self.decode(desk.export([middle])) == [*ROWS, *ROWS, *ROWS][2:11]

    def test_pulls_one_batch_at_a_time(self, desk):
        """A batch is written and reported before the next is asked for."""
        seen_at_pull = []

        def batches():
            for _ in range(4):
                seen_at_pull.append(list(desk.progress))
                yield batch_of(ROWS * 30)

        desk.export(batches())

        assert seen_at_pull == [[], [150], [150, 300], [150, 300, 450]]

    def test_lets_errors_through(self, desk):
        """A source that fails half-way fails the export, and not in words."""

        def batches():
            yield batch_of(ROWS)
            raise Unavailable("SECRET WORDS")

        with pytest.raises(Unavailable, match="SECRET"):
            desk.export(batches())

        assert b"SECRET" not in desk.file.getvalue()

    def test_can_be_stopped(self, desk):
        """What `progress` raises ends the export."""
        desk.progress = Stop()

        with pytest.raises(KeyboardInterrupt):
            desk.export(cut(ROWS, 1))

    def test_options_are_explained(self, desk):
        """Each option has a sentence, and its default is one of its choices."""
        for option in desk.format.options:
            assert option.help.endswith(".")
            assert option.default in (option.choices or [option.default])


class Stop(list):
    """Somebody pressed cancel."""

    def append(self, rows):
        raise KeyboardInterrupt


class WideningContract(ExportFormatContract):
    """For formats that type each cell, and so take wider batches as they come."""

    def decode_cells(self, body: bytes) -> list[tuple[object, ...]]:
        """Read any file back; bytes are base64, and numbers may be floats."""
        raise NotImplementedError

    def test_takes_wider_batches(self, desk):
        """Each batch goes by its own types: doubles, or a mix, for integers."""
        schema = pa.schema({"n": pa.int64(), "t": pa.string()})
        batches = [batch_of(rows, schema) for rows in WIDENED]
        assert [str(b.schema.types[0])[:5] for b in batches] == [
            *("int64", "doubl", "dense")
        ]

        body = desk.export(batches, schema, is_uniform=False)

        assert self.decode_cells(body) == [
            *((1, "a"), (2, "b"), (1.5, "c"), (2.5, "d"), (2, "e")),
            *(("two", 7), (None, None), (2.5, "AP8=")),
        ]

    @pytest.mark.parametrize("batch_rows", [1, 5])
    def test_a_mix_may_be_cut(self, desk, batch_rows):
        """A slice of a mixed batch gives the values of its own rows."""
        schema = pa.schema({"n": pa.int64(), "t": pa.string()})
        mixed = batch_of(WIDENED[2] * 4, schema)
        whole = desk.export([mixed], schema)
        parts = [mixed.slice(n, batch_rows) for n in range(0, 16, batch_rows)]

        assert desk.export(parts, schema) == whole
