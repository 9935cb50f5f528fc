"""From a template to what the writer is told."""

from __future__ import annotations

from collections.abc import Iterable

from entrepot.exports.spec import (
    ColumnLook,
    ColumnPlan,
    HeaderLook,
    SheetLook,
)
from entrepot.exports.template.document import (
    Column,
    Header,
    Sheet,
    TemplateDocument,
)

TEXTUAL = ("", "text")
"""Types of columns in which the template's `null` stands."""


def column_plans(template: TemplateDocument, sheet: Sheet) -> tuple[ColumnPlan, ...]:
    """Return the columns of a sheet."""
    return tuple(_plan(column, template) for column in sheet.columns)


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


def sheet_look(template: TemplateDocument, sheet: Sheet) -> SheetLook:
    """Return how a sheet looks."""
    header = template.header
    return SheetLook(
        columns=tuple(_column_looks(sheet.columns)),
        header=HeaderLook() if header is None else _header_look(header),
        is_compact=bool(template.options.get("xlsx", {}).get("compact", False)),
    )


def _column_looks(columns: Iterable[Column]) -> Iterable[ColumnLook]:
    for column in columns:
        yield ColumnLook(
            width=column.width, number_format=column.format, is_link=column.link
        )


def _header_look(header: Header) -> HeaderLook:
    return HeaderLook(
        is_bold=header.bold, color=header.color, fill=header.fill, align=header.align
    )
