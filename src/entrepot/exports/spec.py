"""What an export format has to be, and what an export leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from entrepot.base.rows import RowStream
from entrepot.base.times import now

Options = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing people may choose about a format; the default gives the type."""

    name: str
    default: str | int | float | bool
    help: str
    choices: tuple[str | int | float | bool, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What a format is told beside the rows.

    Attributes:
        title: The source's name, for sheets and document properties.
        options: A value for each of the format's `options`, typed.
        progress: To be called after each batch with the rows written so far; it may
            raise to stop the export.
        folder: For temporary files; gone after the export.
        started_at: For properties of the document.
    """

    title: str
    options: Options
    folder: Path
    started_at: datetime = field(default_factory=now)
    progress: Callable[[int], None] = lambda rows: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a format says when the last row is in the file.

    Attributes:
        rows: Rows written, without headers.
        cells_cut: Cells that did not fit the format's limit and were cut.
        parts: What the file consists of where it has parts: rows by sheet.
        extension, media_type: Where they differ from the format's own (two workbooks
            go out as one zip).
    """

    rows: int
    cells_cut: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)
    extension: str = ""
    media_type: str = ""


class Write(Protocol):
    """Write all rows of a stream to a file, batch by batch, in constant memory.

    The file is empty, and can be read, sought and truncated. The bytes do not depend
    on where the batches were cut.
    Errors of the stream come out as they are; nothing of them goes into the file.
    """

    def __call__(
        self, stream: RowStream, file: BinaryIO, writing: Writing
    ) -> Written: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """One way of writing rows to a file.

    Attributes:
        needs_uniform: Every batch must have the stream's schema; the service spools
            and widens a stream that cannot promise it.
    """

    name: str
    summary: str
    media_type: str
    extension: str
    write: Write
    options: tuple[Option, ...] = ()
    needs_uniform: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedColumn:
    """A column of the file, with the database's own word for its type."""

    name: str
    type: str
