"""Write the rows of one statement to an open file; the same in every process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from entrepot.base.errors import Broken
from entrepot.base.rows import DB_TYPE, ReadOptions, RowStream
from entrepot.connections import Database, Statement
from entrepot.exports.registry import FORMATS
from entrepot.exports.spec import (
    ExportedColumn,
    ExportFormat,
    Options,
    Writing,
    Written,
)
from entrepot.exports.spool import spooled

if TYPE_CHECKING:
    import pyarrow as pa

Beat = Callable[[int], None]
"""Called with the rows so far, often; it may raise to stop the export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be written.

    Attributes:
        seconds: Time limit of the reading.
        folder: For temporary files.
    """

    statement: Statement
    title: str
    format: str
    options: Options
    seconds: float
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the finished file holds, and its hash."""

    rows: int
    size_bytes: int
    sha256: str
    columns: tuple[ExportedColumn, ...]
    cells_cut: int = 0
    parts: dict[str, int] = field(default_factory=dict)
    extension: str = ""
    media_type: str = ""


class PassedMark(Exception):
    """The source has more rows than the writing process may take on itself."""


def write(
    task: Task,
    database: Database,
    file: BinaryIO,
    beat: Beat,
    *,
    killable: bool = False,
    most_rows: int | None = None,
) -> Outcome:
    """Write all rows to the file.

    Raises:
        PassedMark: There are more than `most_rows`.
        OSError: The file cannot be written, as on a full disk.
    """
    format = FORMATS.get(task.format)
    options = ReadOptions(seconds=task.seconds, killable=killable)
    with database.read(task.statement, options) as stream:
        tally = Tally(beat, most_rows)
        written = _write(format, tally.count(stream), file, task, tally)
        if written.rows != tally.rows:
            raise Broken(f"{tally.rows} rows were read but {written.rows} written")
        return _outcome(stream.schema, written, file)


def _write(
    format: ExportFormat, stream: RowStream, file: BinaryIO, task: Task, tally: Tally
) -> Written:
    writing = Writing(
        title=task.title,
        options=task.options,
        folder=task.folder,
        progress=lambda rows: tally.beat(tally.rows),
    )
    with ExitStack() as stack:
        if format.needs_uniform and not stream.is_uniform:
            stream = stack.enter_context(spooled(stream, task.folder))
        return format.write(stream, file, writing)


class Tally:
    """Counts the rows that come out of a stream."""

    def __init__(self, beat: Beat, most_rows: int | None) -> None:
        self.rows = 0
        self.beat = beat
        self._most_rows = most_rows

    def count(self, stream: RowStream) -> RowStream:
        """Return the same stream, counted as it is read."""
        return RowStream(stream.schema, self._count(stream.batches), stream.is_uniform)

    def _count(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            self.rows += batch.num_rows
            if self._most_rows is not None and self.rows > self._most_rows:
                raise PassedMark
            self.beat(self.rows)
            yield batch


def _outcome(schema: pa.Schema, written: Written, file: BinaryIO) -> Outcome:
    file.flush()
    size_bytes = file.seek(0, 2)
    file.seek(0)
    return Outcome(
        rows=written.rows,
        size_bytes=size_bytes,
        # Hashed at the end and not on the way: a format may seek.
        sha256=hashlib.file_digest(file, "sha256").hexdigest(),  # type: ignore[arg-type]  # a BinaryIO can readinto
        columns=tuple(map(_column, schema)),
        cells_cut=written.cells_cut,
        parts=dict(written.parts),
        extension=written.extension,
        media_type=written.media_type,
    )


def _column(field: pa.Field) -> ExportedColumn:
    word = (field.metadata or {}).get(DB_TYPE, b"").decode(errors="replace")
    return ExportedColumn(name=field.name, type=word or str(field.type))
