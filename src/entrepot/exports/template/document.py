"""What a template may say; as TOML or JSON it has these members and no others."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from entrepot.exports.spec import ColumnType
from entrepot.exports.wanted import (
    Filter,
    Name,
    Operation,
    Sort,
    SortKey,
    Source,
    Split,
)

Line = Annotated[str, Meta(max_length=500)]
Prose = Annotated[str, Meta(max_length=10_000)]
Color = Annotated[
    str, Meta(pattern="^[0-9A-Fa-f]{6}$", description="six hex digits, RRGGBB")
]
Values = Annotated[dict[Line, Line], Meta(max_length=10_000)]
TemplateName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*\Z",
        max_length=100,
        description="small letters, digits, - and _; full stops between parts",
    ),
]


class _Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a template: every member is known, and may be left out or not."""


class Column(_Part, frozen=True, kw_only=True):
    """One column of a sheet.

    Attributes:
        field: The source's column; one that is not there is empty in every row.
        header: Its name in the file; the field's where it is left out.
        type: What the values become; one that cannot stays text. As they are when
            left out.
        format: Number format in Excel, as `#,##0.00` or `yyyy-mm-dd`.
        width: In characters; by the first rows when left out.
        map: Name of one of the template's `maps`.
        values: Instead of a value whose text is a key, as `map`, for this column.
        null: Text in place of NULL; else the template's `null` where it is text.
        instead: Another field whose value stands in where this one is NULL.
        link: Addresses (http, https, mailto) become links in Excel.
    """

    field: Name
    header: Line = ""
    type: ColumnType = ""
    format: Annotated[str, Meta(max_length=200)] = ""
    width: Annotated[float, Meta(ge=1, le=255)] | None = None
    map: str = ""
    values: Values = {}
    null: Line | None = None
    instead: Line = ""
    link: bool = False


class Sheet(_Part, frozen=True, kw_only=True):
    """Rows of the file: a sheet where the format has sheets, else a file.

    Attributes:
        name: May hold placeholders.
        batch_name: Instead of `name` where the rows are split over several files.
        source: Where this sheet's rows come from; those of the request if left out.
        filters: As operations of the type `filter`, before all others.
        operations: What happens to the rows before the columns are chosen.
        sort: As an operation of the type `sort`, behind all others.
        columns: All of the source, as they come, when left out.
    """

    name: Line = "{title}"
    batch_name: Line = ""
    source: Source | None = None
    filters: Annotated[list[Filter], Meta(max_length=100)] = []
    operations: Annotated[list[Operation], Meta(max_length=100)] = []
    sort: Annotated[list[SortKey], Meta(max_length=100)] = []
    columns: Annotated[list[Column], Meta(max_length=16_384)] = []

    def all_operations(self) -> tuple[Operation, ...]:
        """Return filters, operations and sort as one list."""
        sort = (Sort(by=self.sort),) if self.sort else ()
        return (*self.filters, *self.operations, *sort)


class Header(_Part, frozen=True, kw_only=True):
    """How the first row looks in Excel.

    Attributes:
        color: Of the text.
        fill: Behind it.
        align: Where the text stands in its cell.
    """

    bold: bool = True
    color: Color = "FFFFFF"
    fill: Color = "366092"
    align: Literal["left", "center", "right"] = "center"


class About(_Part, frozen=True, kw_only=True):
    """What the document says of itself.

    Attributes:
        title, creator, subject, description: May hold placeholders.
    """

    title: Line = ""
    creator: Line = ""
    subject: Line = ""
    description: Line = ""


class Limits(_Part, frozen=True, kw_only=True):
    """From how many rows on the file is split, and into how large parts.

    Attributes:
        max_records_single_file: More rows than that go into several files.
        recommended_chunk_size: Rows in each of them; 10,000 when left out.
    """

    max_records_single_file: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    recommended_chunk_size: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None


class TemplateDocument(_Part, frozen=True, kw_only=True):
    """A template.

    Attributes:
        name: Under which it is kept, and asked for as `name` or `name@version`.
        title, description: For people.
        format: Of the file, where the request names none.
        file_name: Without extension; may hold placeholders.
        batch_file_name: Of one file, where the rows are split over several.
        archive_name: Of the zip that holds several files.
        locale: As `de-DE`: the language in which Excel names months and days.
        null: Text in place of NULL in columns of text.
        options: Of formats, by the format's name: `[options.csv]`.
        header: How the first row looks; the house's own look when left out.
        maps: Lists of values and what is written instead, that columns may share.
        split: Always cut the rows into files of so many.
        limits: When to cut them if nothing else is said.
        sheets: At least one.
    """

    name: TemplateName
    title: Line = ""
    description: Prose = ""
    format: Name = "xlsx"
    file_name: Line = ""
    batch_file_name: Line = ""
    archive_name: Line = ""
    locale: Annotated[str, Meta(max_length=10)] = ""
    null: Line = ""
    options: dict[str, dict[str, str | int | float | bool]] = {}
    header: Header | None = None
    properties: About = About()
    maps: Annotated[dict[str, Values], Meta(max_length=200)] = {}
    split: Split | None = None
    limits: Limits = Limits()
    sheets: Annotated[list[Sheet], Meta(max_length=100)] = []
