"""Read CSV into a spool; a column is numbers or dates only if all of it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from entrepot.base.columns import unique_names
from entrepot.base.errors import Invalid, TooMuch
from entrepot.exports.intake.columns import MOST_CELLS, MOST_COLUMNS
from entrepot.exports.intake.decoding import SAMPLE_BYTES, delimiter_of, encoding_of
from entrepot.exports.intake.guessing import Guess
from entrepot.exports.intake.hashing import sha256_of
from entrepot.exports.intake.spec import Sheet, Taken, Wanted
from entrepot.exports.intake.spooling import write_spool

if TYPE_CHECKING:
    import pyarrow as pa

CELL_CHARACTERS = 32 << 20
BLOCK_CELLS = 200_000


def read_csv(file: BinaryIO, wanted: Wanted) -> Taken:
    """Return what a CSV file holds; its first line names the columns.

    Delimiter and encoding are found out. Empty values are NULL. Lines end as they
    like; a value in quotes may have lines of its own.

    Raises:
        Invalid: A line has too few or too many values, or its quotes are wrong.
        TooMuch: There are too many columns or cells.
    """
    sha256 = sha256_of(file)
    csv.field_size_limit(CELL_CHARACTERS)
    with _opened(file) as text:
        table = _Table(text)
        write_spool(wanted.spool, table.blocks(), table.schema)
    columns = tuple(table.names)
    sheet = Sheet(spool=wanted.spool, rows=table.rows, columns=columns)
    return Taken(
        spool=wanted.spool,
        rows=table.rows,
        columns=columns,
        sha256=sha256,
        sheets=(sheet,),
    )


def _opened(file: BinaryIO) -> io.TextIOWrapper:
    # A spooled file has no `readable` of its own in every version.
    copy = io.BufferedReader(_Raw(file))
    return io.TextIOWrapper(copy, encoding=encoding_of(file), newline="")


class _Raw(io.RawIOBase):
    """A file that stays open when what reads it is closed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # a buffer is written to
        found = self._file.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


class _Table:
    """The lines of one file as columns of text, and what they could be."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.rows = 0
        lines = _Lines(text)
        self._reader = csv.reader(lines, delimiter=lines.delimiter, strict=True)
        self._lines_before = lines.skipped
        header = next(self._records(), None)
        if header is None:
            raise Invalid("the file is empty", hint="its first line names the columns")
        if len(header) > MOST_COLUMNS:
            raise TooMuch(f"more than {MOST_COLUMNS} columns")
        named = [name or f"column_{n}" for n, name in enumerate(header, start=1)]
        self.names = unique_names(named)
        self._guesses = [Guess() for _ in self.names]

    def schema(self) -> pa.Schema:
        """Return the types that give every text again."""
        import pyarrow as pa

        pairs = zip(self.names, self._guesses, strict=True)
        return pa.schema([pa.field(name, guess.type()) for name, guess in pairs])

    def blocks(self) -> Iterator[pa.RecordBatch]:
        """Yield the lines as columns of text."""
        step = max(1, BLOCK_CELLS // len(self.names))
        block: list[list[str]] = []
        for record in self._records():
            self._check(record)
            block.append(record)
            if len(block) == step:
                yield self._block(block)
                block = []
        if block:
            yield self._block(block)

    def _check(self, record: list[str]) -> None:
        if len(record) != len(self.names):
            line = self._reader.line_num + self._lines_before
            raise Invalid(
                f"line {line}: {len(record)} values, but there are "
                f"{len(self.names)} columns",
                hint="a value that contains the delimiter stands in quotes",
                line=line,
            )
        self.rows += 1
        if self.rows * len(self.names) > MOST_CELLS:
            raise TooMuch(f"more than {MOST_CELLS} cells")

    def _block(self, block: list[list[str]]) -> pa.RecordBatch:
        import pyarrow as pa

        arrays = []
        for values, guess in zip(zip(*block, strict=True), self._guesses, strict=True):
            array = pa.array([value or None for value in values], pa.string())
            guess.see(array)
            arrays.append(array)
        return pa.RecordBatch.from_arrays(arrays, names=self.names)

    def _records(self) -> Iterator[list[str]]:
        while True:
            try:
                record = next(self._reader, None)
            except csv.Error as error:
                line = self._reader.line_num + self._lines_before
                raise Invalid(f"line {line}: {error}", line=line) from None
            if record is None:
                return
            if record:  # an empty line has no values at all
                yield record


class _Lines:
    """The lines of a text; its delimiter is known before the first is read."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        sample = text.read(SAMPLE_BYTES)
        self.delimiter = delimiter_of(sample)
        self.skipped = 0
        if sample[:4].lower() == "sep=":
            sample = sample.partition("\n")[2]
            self.skipped = 1
        self._sample, self._text = sample, text

    def __iter__(self) -> Iterator[str]:
        lines = io.StringIO(self._sample, newline="").readlines()
        last = lines.pop() if lines else ""
        yield from lines
        # The sample ends anywhere; `\r` may have its `\n` behind it.
        if last and (not last.endswith("\n")):
            last += self._text.readline()
        if last:
            yield last
        yield from self._text
