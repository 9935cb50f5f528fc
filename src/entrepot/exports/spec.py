"""What an export format has to be, and what an export leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as field_
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol

from entrepot.base.rows import RowSource, RowStream
from entrepot.base.times import now

if TYPE_CHECKING:
    from entrepot.exports.wanted import Operation

Options = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing people may choose about a format; the default gives the type."""

    name: str
    default: str | int | float | bool
    help: str
    choices: tuple[str | int | float | bool, ...] = ()


ColumnType = Literal[
    "", "text", "integer", "number", "decimal", "date", "datetime", "time", "boolean"
]
"""What a column's values become; as they are where it is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """One column of the file, made of one of the source.

    A value that cannot become `type` stays the text it is.

    Attributes:
        field: The source's column; one that it lacks is empty in every row.
        values: Instead of a value whose text is a key; others pass.
        null: Text in place of NULL, or of a column that is not there.
        instead: Another field whose value, mapped, stands in where this one is NULL.
    """

    field: str
    header: str
    type: ColumnType = ""
    values: Mapping[str, str] = field_(default_factory=dict)
    null: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLook:
    """How a column of a sheet looks; what is empty is chosen by type and content.

    Attributes:
        width: In characters.
        number_format: Excel's code, e.g. `#,##0.00`.
        is_link: Addresses become links; only a template can say so.
    """

    width: float | None = None
    number_format: str = ""
    is_link: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderLook:
    """How the first row of a sheet looks; colours are RRGGBB."""

    is_bold: bool = True
    color: str = "000000"
    fill: str = "D9E1F2"
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLook:
    """How a sheet looks.

    Attributes:
        columns: One a column of the stream; empty for none that is said.
        is_compact: No styles, widths or references that readers can do without.
    """

    columns: tuple[ColumnLook, ...] = ()
    header: HeaderLook = field_(default_factory=HeaderLook)
    is_compact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlan:
    """Rows of the file: a sheet where the format has sheets.

    Attributes:
        title: Name of the sheet; the source's where it is empty.
        part_title: Instead of it in each of several files; `{number}` is put in.
        source: Can be pickled: whoever reads opens everything anew.
        joined: The other sources of its joins, in their order.
        columns: What the file has of the columns; all, as they come, when empty.
    """

    title: str
    source: RowSource
    operations: tuple[Operation, ...] = ()
    joined: tuple[RowSource, ...] = ()
    columns: tuple[ColumnPlan, ...] = ()
    look: SheetLook | None = None
    part_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What a document says of itself."""

    title: str = ""
    creator: str = ""
    subject: str = ""
    description: str = ""


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
        look: Of the only sheet; several bring their own.
        columns: What the columns were made of, where a template says so.
        about: What a document says of its rows before them.
    """

    title: str
    options: Options
    folder: Path
    started_at: datetime = field_(default_factory=now)
    progress: Callable[[int], None] = lambda rows: None
    properties: Properties = field_(default_factory=Properties)
    look: SheetLook | None = None
    columns: tuple[ColumnPlan, ...] = ()
    about: Mapping[str, str] = field_(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Rows that are one of several sheets."""

    title: str
    stream: RowStream
    look: SheetLook | None = None


MOST_CUTS = 100
"""So many cells that were cut are told by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutCell:
    """A cell that did not fit: where it is, and how long its text was."""

    sheet: str
    cell: str
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a format says when the last row is in the file.

    Attributes:
        rows: Rows written, without headers.
        cells_cut: Cells that did not fit the format's limit and were cut.
        cuts: The first of them.
        warnings: What people should know of the file, in whole sentences.
        parts: What the file consists of where it has parts: rows by sheet.
        extension, media_type: Where they differ from the format's own (two workbooks
            go out as one zip).
    """

    rows: int
    cells_cut: int = 0
    cuts: tuple[CutCell, ...] = ()
    warnings: tuple[str, ...] = ()
    parts: Mapping[str, int] = field_(default_factory=dict)
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


class WriteSheets(Protocol):
    """Write several streams to one file; else as `Write`.

    A sheet's stream can be read until the next sheet is asked for.
    """

    def __call__(
        self, sheets: Iterable[Sheet], file: BinaryIO, writing: Writing
    ) -> Written: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """One way of writing rows to a file.

    Attributes:
        write_sheets: Where a file of this format can have several sheets.
        is_compressed: Packing it again would save nothing.
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
    write_sheets: WriteSheets | None = None
    is_compressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedColumn:
    """A column of the file, with the database's own word for its type."""

    name: str
    type: str
