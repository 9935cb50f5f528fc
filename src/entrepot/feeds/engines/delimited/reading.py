"""The rows of a delimited file, with what is wrong of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from entrepot.base.columns import unique_names
from entrepot.base.errors import Invalid, TooMuch
from entrepot.feeds.engines.bounds import BATCH_ROWS, MOST_COLUMNS
from entrepot.feeds.engines.delimited.blocks import Block, Blocks
from entrepot.feeds.engines.delimited.careful import (
    Careful,
    Records,
    cut_line,
    header_of,
)
from entrepot.feeds.engines.delimited.clean import read_clean
from entrepot.feeds.engines.encodings import open_narrow
from entrepot.feeds.spec import LINE, Options, RawBatch, RowError

if TYPE_CHECKING:
    import pyarrow as pa


def read_delimited(path: Path, options: Options) -> Iterator[RawBatch]:
    """Yield the rows of a file; its first line that is not empty names the columns.

    Args:
        options: `encoding`, `delimiter`, and `skip_lines` before the columns' names.

    Raises:
        Invalid: It has no columns, or is in an encoding that is not read.
        TooMuch: It has too many columns.
    """
    encoding = str(options.get("encoding", "utf-8"))
    delimiter = str(options.get("delimiter", ","))
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n':
        raise Invalid(f"{delimiter[:20]!r} cannot stand between values")
    with open_narrow(path, encoding) as (file, narrow):
        yield from _Table(file, narrow, delimiter, options).batches()


class _Table:
    def __init__(
        self, file: BinaryIO, encoding: str, delimiter: str, options: Options
    ) -> None:
        self._encoding, self._delimiter = encoding, delimiter
        skipped = int(options.get("skip_lines", 0))
        for _ in range(skipped):
            file.readline(1 << 20)
        self._blocks = Blocks(file, line=1 + skipped)
        self._names = self._read_names()
        self.errors: list[RowError] = []

    def batches(self) -> Iterator[RawBatch]:
        has_given = False
        while (block := self._blocks.take()) is not None:
            yield from self._read(block)
            has_given = True
        if not has_given:
            yield RawBatch(self._batch(Records()))

    def _read(self, block: Block) -> Iterator[RawBatch]:
        if block.is_cut:
            yield RawBatch(self._batch(Records()), (cut_line(block, self._encoding),))
            return
        clean = read_clean(block, self._names, self._encoding, self._delimiter)
        if clean is not None:
            yield from (RawBatch(part) for part in _parts(_numbered(clean, block)))
            return
        found = Careful(
            block,
            self._blocks,
            encoding=self._encoding,
            delimiter=self._delimiter,
            width=len(self._names),
        ).read()
        errors = tuple(found.errors)
        for part in _parts(self._batch(found)):
            yield RawBatch(part, errors)
            errors = ()

    def _read_names(self) -> list[str]:
        block = self._blocks.take()
        while block is not None and not block.is_cut:
            names, rest = header_of(block, self._encoding, self._delimiter)
            self._blocks.put_back(rest)
            if names:
                return _checked_names(names)
            block = self._blocks.take()
        raise Invalid(
            "no line of the file names its columns",
            hint="the first line holds the columns' names",
        )

    def _batch(self, found: Records) -> pa.RecordBatch:
        import pyarrow as pa

        columns = list(zip(*found.rows, strict=True)) or [()] * len(self._names)
        arrays = [pa.array(column, pa.string()) for column in columns]
        lines = pa.array(found.lines, pa.int64())
        return pa.RecordBatch.from_arrays([lines, *arrays], [LINE, *self._names])


def _checked_names(names: Sequence[str]) -> list[str]:
    if len(names) > MOST_COLUMNS:
        raise TooMuch(f"the file has more than {MOST_COLUMNS:,} columns")
    named = [name.strip() or f"column_{n}" for n, name in enumerate(names, start=1)]
    # The column that says where a row begins is ours.
    return unique_names([LINE, *named])[1:]


def _numbered(rows: pa.RecordBatch, block: Block) -> pa.RecordBatch:
    import numpy as np
    import pyarrow as pa

    lines = pa.array(np.arange(block.line, block.line + rows.num_rows))
    return pa.RecordBatch.from_arrays(
        [lines, *rows.columns], [LINE, *rows.schema.names]
    )


def _parts(rows: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    yield from (
        rows.slice(start, BATCH_ROWS)
        for start in range(0, max(1, rows.num_rows), BATCH_ROWS)
    )
