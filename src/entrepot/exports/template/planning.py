"""From a template to what the writer is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from entrepot.base.errors import Invalid
from entrepot.base.rows import RowSource
from entrepot.exports.spec import (
    ColumnLook,
    ColumnPlan,
    HeaderLook,
    Properties,
    SheetLook,
    SheetPlan,
)
from entrepot.exports.template.document import (
    About,
    Column,
    Header,
    Sheet,
    TemplateDocument,
)
from entrepot.exports.template.locales import in_language
from entrepot.exports.template.placeholders import Naming
from entrepot.exports.wanted import Join, Operation, Source, Split

TEXTUAL = ("", "text")
"""Types of columns in which the template's `null` stands."""

CHUNK_ROWS = 10_000
"""Rows in each file where a template has a most for one, and names no size."""

OpenSource = Callable[[Source], RowSource]
"""From what a template says of a source to one that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a template says of a file.

    Attributes:
        file_name, archive_name: Without extension, and not yet made safe.
        part_name: Of the files of an archive; `{number}` and `{total}` stand in it.
        options: Of formats, by name, as they were written and checked.
    """

    sheets: tuple[SheetPlan, ...]
    format: str
    options: dict[str, dict[str, str | int | float | bool]]
    file_name: str
    archive_name: str
    part_name: str
    properties: Properties


def planned(
    template: TemplateDocument,
    naming: Naming,
    source: RowSource | None,
    open_source: OpenSource,
) -> Planned:
    """Return what a template says of one export.

    Args:
        source: Of the request; sheets that have their own do without.
        open_source: For sheets' own sources, and those of joins.

    Raises:
        Invalid: A sheet has no source, and the request gives none.
    """
    file_name = naming.filled(template.file_name or "{file}")
    part = template.batch_file_name or f"{file_name}_batch_{{batch}}_of_{{batches}}"
    return Planned(
        sheets=tuple(_sheets(template, naming, source, open_source)),
        format=template.format,
        options=template.options,
        file_name=file_name,
        archive_name=naming.filled(template.archive_name or "{file}_complete_export"),
        part_name=naming.filled(part, later={"batch": "number", "batches": "total"}),
        properties=_properties(template.properties, naming),
    )


def split_of(template: TemplateDocument, rows: int | None) -> Split | None:
    """Return how the file is cut; None if it is not.

    Args:
        rows: How many are expected; None where nobody knows.
    """
    limits = template.limits
    most = limits.max_records_single_file
    if template.split is not None or most is None or rows is None or rows <= most:
        return template.split
    return Split(rows=limits.recommended_chunk_size or CHUNK_ROWS)


def column_plans(template: TemplateDocument, sheet: Sheet) -> tuple[ColumnPlan, ...]:
    """Return the columns of a sheet."""
    return tuple(_plan(column, template) for column in sheet.columns)


def sheet_look(template: TemplateDocument, sheet: Sheet) -> SheetLook:
    """Return how a sheet looks."""
    header = template.header
    return SheetLook(
        columns=tuple(_column_looks(sheet.columns, template.locale)),
        header=HeaderLook() if header is None else _header_look(header),
        is_compact=bool(template.options.get("xlsx", {}).get("compact", False)),
    )


def _sheets(
    template: TemplateDocument,
    naming: Naming,
    source: RowSource | None,
    open_source: OpenSource,
) -> Iterator[SheetPlan]:
    for sheet in template.sheets:
        own = source if sheet.source is None else open_source(sheet.source)
        if own is None:
            raise Invalid(
                f"the template {template.name} needs a source",
                hint="name a table, a query, records or an upload in the request",
            )
        operations = sheet.all_operations()
        yield SheetPlan(
            title=naming.filled(sheet.name),
            source=own,
            operations=operations,
            joined=tuple(map(open_source, _joined(operations))),
            columns=column_plans(template, sheet),
            look=sheet_look(template, sheet),
            part_title=naming.filled(sheet.batch_name, later={"batch": "number"}),
        )


def _joined(operations: Iterable[Operation]) -> Iterator[Source]:
    return (op.source for op in operations if isinstance(op, Join))


def _plan(column: Column, template: TemplateDocument) -> ColumnPlan:
    null = column.null
    if null is None:
        null = template.null if column.type in TEXTUAL else ""
    return ColumnPlan(
        field=column.field,
        header=column.header or column.field,
        type=column.type,
        values=template.maps[column.map] if column.map else column.values,
        null=null,
        instead=column.instead,
    )


def _column_looks(columns: Iterable[Column], locale: str) -> Iterator[ColumnLook]:
    for column in columns:
        yield ColumnLook(
            width=column.width,
            number_format=in_language(column.format, locale),
            is_link=column.link,
        )


def _header_look(header: Header) -> HeaderLook:
    return HeaderLook(
        is_bold=header.bold, color=header.color, fill=header.fill, align=header.align
    )


def _properties(about: About, naming: Naming) -> Properties:
    return Properties(
        title=naming.filled(about.title),
        creator=naming.filled(about.creator),
        subject=naming.filled(about.subject),
        description=naming.filled(about.description),
    )
