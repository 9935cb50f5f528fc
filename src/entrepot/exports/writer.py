"""Write the file of a plan; the same in every process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from entrepot.base.errors import Broken, TooMuch
from entrepot.base.rows import DB_TYPE, RowStream
from entrepot.exports.layout import LaidOut, write_layout
from entrepot.exports.measuring import Memory
from entrepot.exports.parts import PartFile
from entrepot.exports.pipeline import Opener, Sources
from entrepot.exports.plan import FilePlan
from entrepot.exports.spec import ExportedColumn

if TYPE_CHECKING:
    import pyarrow as pa

Beat = Callable[[int], None]
"""Called with the rows read so far, often; it may raise to stop the export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be written.

    Attributes:
        seconds: Time limit of the reading.
        folder: For temporary files.
        most_rows: More in the file are refused; None for no bound.
        kept: For the files of an archive that outlive this process.
    """

    plan: FilePlan
    seconds: float
    folder: Path
    most_rows: int | None = None
    kept: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the finished file holds, and its hash.

    Attributes:
        measures: `peak_bytes` and `used_bytes` of the process that wrote,
            `packing_seconds` where there is an archive, `files_reused` where an
            attempt before had written some of it.
    """

    rows: int
    size_bytes: int
    sha256: str
    columns: tuple[ExportedColumn, ...]
    cells_cut: int = 0
    parts: dict[str, int] = field(default_factory=dict)
    extension: str = ""
    files: tuple[PartFile, ...] = ()
    warnings: tuple[str, ...] = ()
    expected_rows: int | None = None
    measures: dict[str, float] = field(default_factory=dict)


class PassedMark(Exception):
    """The source has more rows than the writing process may take on itself."""


def write(
    task: Task,
    opener: Opener,
    file: BinaryIO,
    beat: Beat,
    *,
    killable: bool = False,
    mark_rows: int | None = None,
    expect: Callable[[int], None] | None = None,
) -> Outcome:
    """Write all rows to the file.

    Args:
        mark_rows: So many this process may read.
        expect: Told how many rows the file must have, where that is known.

    Raises:
        PassedMark: There are more.
        TooMuch: The file would have more rows than the one who asked may take.
        OSError: The file cannot be written, as on a full disk.
    """
    memory = Memory()
    tally = Tally(beat, mark_rows=mark_rows, most_rows=task.most_rows)
    sheets = task.plan.sheets
    with Sources(sheets, opener, seconds=task.seconds, killable=killable) as sources:
        expected = _expected(task, sources)
        if expected is not None and mark_rows is not None and expected > mark_rows:
            raise PassedMark
        if expected is not None and expect is not None:
            expect(expected)
        written = write_layout(
            task.plan, sources, tally, file, task.folder, kept=task.kept
        )
        if written.rows != tally.given:
            raise Broken(f"{tally.given} rows were read but {written.rows} written")
    if expected is not None and expected != written.rows:
        raise Broken(f"{expected} rows were expected but {written.rows} written")
    outcome = _outcome(written, tally, file)
    outcome = replace(outcome, expected_rows=expected)
    return replace(outcome, measures={**written.measures, **memory.measures()})


def _expected(task: Task, sources: Sources) -> int | None:
    """Return how many rows the file must have; None where operations decide."""
    known, sheets = task.plan.facts.expected_rows, task.plan.sheets
    if known is not None or len(sheets) != 1 or sheets[0].operations:
        return known
    return sources.count(sheets[0].source)


def _outcome(written: LaidOut, tally: Tally, file: BinaryIO) -> Outcome:
    file.flush()
    size_bytes = file.seek(0, 2)
    file.seek(0)
    return Outcome(
        rows=written.rows,
        size_bytes=size_bytes,
        # Hashed at the end and not on the way: a format may seek.
        sha256=hashlib.file_digest(file, "sha256").hexdigest(),  # type: ignore[arg-type]  # a BinaryIO can readinto
        columns=tally.columns,
        cells_cut=written.cells_cut,
        parts=written.parts,
        extension=written.extension,
        files=written.files,
        warnings=written.warnings,
    )


class Tally:
    """Counts the rows that are read, and those that go into the file.

    Attributes:
        read: Rows of the sources so far, by which progress is told.
        given: Rows that went to the format.
        columns: Of the first sheet.
    """

    def __init__(
        self, beat: Beat, *, mark_rows: int | None = None, most_rows: int | None = None
    ) -> None:
        self.read = self.given = 0
        self.columns: tuple[ExportedColumn, ...] = ()
        self._beat = beat
        self._mark_rows = mark_rows
        self._most_rows = most_rows

    def beat(self, _rows: int = 0) -> None:
        """Tell how far the reading is."""
        self._beat(self.read)

    def count_read(self, stream: RowStream) -> RowStream:
        """Return the same stream, counted as it comes from its source."""
        return RowStream(stream.schema, self._read(stream.batches), stream.is_uniform)

    def count_given(self, stream: RowStream) -> RowStream:
        """Return the same stream, counted as it goes to the format."""
        self.columns = self.columns or tuple(map(_column, stream.schema))
        return RowStream(stream.schema, self._give(stream.batches), stream.is_uniform)

    def _read(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            self.read += batch.num_rows
            if self._mark_rows is not None and self.read > self._mark_rows:
                raise PassedMark
            self.beat()
            yield batch

    def _give(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            self.given += batch.num_rows
            if self._most_rows is not None and self.given > self._most_rows:
                raise _too_much(self._most_rows)
            yield batch


def _too_much(limit: int) -> TooMuch:
    return TooMuch(
        f"the export has more than {limit:,} rows, "
        "which is all that your role may take at once",
        hint="filter the rows, or ask an admin for another role",
        limit=limit,
    )


def _column(field: pa.Field) -> ExportedColumn:
    word = (field.metadata or {}).get(DB_TYPE, b"").decode(errors="replace")
    return ExportedColumn(name=field.name, type=word or str(field.type))
