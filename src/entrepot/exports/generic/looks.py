"""How a workbook is to look, as the generic document says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from entrepot.base.errors import UnknownName
from entrepot.exports.spec import ColumnLook, ColumnPlan, HeaderLook, SheetLook

USUAL_WIDTH = 8.43
"""Excel's own, in characters."""

Color = Annotated[str, Meta(pattern="^#?[0-9A-Fa-f]{6}$")]
Width = Annotated[float, Meta(gt=0, le=255)]
DOCUMENT_HEADER = HeaderLook(color="FFFFFF", fill="366092", align="center")
PLAIN_HEADER = HeaderLook(is_bold=False, color="000000", fill="FFFFFF")


class HeaderStyle(Struct, frozen=True, kw_only=True):
    """How the first row looks; colours are RRGGBB."""

    bold: bool = True
    font_color: Color = "FFFFFF"
    bg_color: Color = "366092"
    align: Literal["left", "center", "right"] = "center"


class FormatOptions(Struct, frozen=True, kw_only=True):
    """How a sheet looks.

    Attributes:
        auto_width: Columns are as wide as what is in them.
        column_widths: In characters, by column.
    """

    auto_width: bool = True
    header_style: bool | HeaderStyle = True
    column_widths: dict[str, Width] = {}


def look_of(options: FormatOptions, columns: Sequence[str]) -> SheetLook:
    """Return how a sheet with these columns looks.

    Raises:
        UnknownName: A width is for a column that is not there.
    """
    for name in options.column_widths:
        if name not in columns:
            raise UnknownName("column", name, columns)
    usual = None if options.auto_width else USUAL_WIDTH
    widths = [options.column_widths.get(name, usual) for name in columns]
    return SheetLook(
        columns=tuple(ColumnLook(width=width) for width in widths),
        header=_header(options.header_style),
    )


def columns_of(names: Sequence[str], known: Sequence[str]) -> tuple[ColumnPlan, ...]:
    """Return the columns that are wanted; nothing where all are.

    Raises:
        UnknownName: One is not there.
    """
    for name in names:
        if name not in known:
            raise UnknownName("column", name, known)
    return tuple(ColumnPlan(field=name, header=name) for name in names)


def _header(style: bool | HeaderStyle) -> HeaderLook:
    if isinstance(style, bool):
        return DOCUMENT_HEADER if style else PLAIN_HEADER
    return HeaderLook(
        is_bold=style.bold,
        color=style.font_color.lstrip("#").upper(),
        fill=style.bg_color.lstrip("#").upper(),
        align=style.align,
    )
