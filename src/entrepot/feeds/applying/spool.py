"""A file's rows and errors as they were read, kept so that it is read only once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from entrepot.base.files import publish
from entrepot.feeds.reading import Categories, MappedFeed, Plan, open_mapped
from entrepot.feeds.spec import RowError

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = "rows.arrow"
ERRORS = "errors.arrow"
FACTS = "rows.json"
CHANGES = "changes.arrow"

Tell = Callable[[int], None]
"""Called with the rows done so far; it may raise to end the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """What was read of a file.

    Attributes:
        fields: Names of the columns of its rows, without `line`.
        rejected: Lines that have an error.
        skipped: Lines that a rule left out.
    """

    rows: int
    fields: tuple[str, ...]
    rejected: int
    warnings: int
    skipped: tuple[int, ...]


@dataclass(slots=True)
class _Tally:
    lines: set[int] = field(default_factory=set)
    warnings: int = 0
    skipped: list[int] = field(default_factory=list)


def spool_rows(
    folder: Path, file: Path, plan: Plan, *, categories: Categories | None, tell: Tell
) -> Spooled:
    """Read a file by its plan into the folder, whole or not at all.

    Raises:
        Invalid: It is no file of the plan's format, or the plan is not possible.
        TooMuch: It is larger than it may be, once unpacked.
    """
    import pyarrow as pa

    with open_mapped(file, plan, categories=categories) as feed:
        spooled = spool_feed(folder, feed, tell=tell)
    pa.default_memory_pool().release_unused()  # what comes next needs the room
    return spooled


def spool_feed(folder: Path, feed: MappedFeed, *, tell: Tell) -> Spooled:
    """Keep the rows of a feed that is being read."""
    tally = _Tally()
    with (
        open_writer(folder / ROWS, feed.schema) as rows,
        open_writer(folder / ERRORS, error_schema()) as errors,
    ):
        for batch in feed:
            rows.write_batch(batch.rows)
            _note(errors, batch.errors, is_warning=False)
            _note(errors, batch.warnings, is_warning=True)
            tally.lines.update(error.line for error in batch.errors)
            tally.warnings += len(batch.warnings)
            tally.skipped.extend(batch.skipped)
            tell(feed.rows_read)
        spooled = Spooled(
            rows=feed.rows_read,
            fields=tuple(n for n in feed.schema.names if n != "line"),
            rejected=len(tally.lines),
            warnings=tally.warnings,
            skipped=tuple(tally.skipped),
        )
    with publish(folder / FACTS) as facts:
        facts.write(msgspec.json.encode(spooled))
    return spooled


def read_facts(folder: Path) -> Spooled:
    """Return what was read into a folder.

    Raises:
        FileNotFoundError: Nothing was, or it is not kept any more.
    """
    return msgspec.json.decode((folder / FACTS).read_bytes(), type=Spooled)


@contextmanager
def open_writer(path: Path, schema: pa.Schema) -> Iterator[Any]:
    """Give a writer of Arrow batches; the file appears whole or not at all."""
    import pyarrow as pa

    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        publish(path) as file,
        pa.ipc.new_file(file, schema, options=options) as writer,
    ):
        yield writer


@contextmanager
def open_batches(path: Path) -> Iterator[Any]:
    """Give the reader of a file of Arrow batches, any of which can be read first."""
    import pyarrow as pa

    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
        yield reader


def read_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield a file's batches in their order."""
    with open_batches(path) as reader:
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)


def error_schema() -> pa.Schema:
    """Return the columns in which errors and warnings are kept."""
    import pyarrow as pa

    texts = ("column", "value", "reason", "code", "hint")
    return pa.schema(
        [
            ("line", pa.int64()),
            *((name, pa.string()) for name in texts),
            ("is_warning", pa.bool_()),
        ]
    )


def add_errors(folder: Path, added: Sequence[RowError]) -> None:
    """Keep more errors, in the order of the lines."""
    import pyarrow as pa

    if not added:
        return
    kept = list(read_batches(folder / ERRORS))
    table = pa.Table.from_batches(
        [*kept, _batch(added, is_warning=False)], schema=error_schema()
    ).sort_by("line")
    with open_writer(folder / ERRORS, error_schema()) as errors:
        errors.write_table(table)


def _note(errors: Any, noted: Sequence[RowError], *, is_warning: bool) -> None:
    if noted:
        errors.write_batch(_batch(noted, is_warning=is_warning))


def _batch(noted: Iterable[RowError], *, is_warning: bool) -> pa.RecordBatch:
    import pyarrow as pa

    rows = [{**msgspec.to_builtins(e), "is_warning": is_warning} for e in noted]
    return pa.RecordBatch.from_pylist(rows, schema=error_schema())


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
