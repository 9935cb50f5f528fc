"""What every sheet of one stream has in common, as the writer needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from entrepot.exports.formats.xlsx.look import widths
from entrepot.exports.formats.xlsx.names import column_letters, cut
from entrepot.exports.formats.xlsx.styles import Styles
from entrepot.exports.formats.xlsx.text import CELL_UNITS, escape
from entrepot.exports.spec import ColumnLook, Options, SheetLook


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDraft:
    """One column of a sheet.

    Attributes:
        header: As it stands between the tags of a cell.
        width: In characters; None for the reader's own.
        number_style: Of the numbers in it; by their type when None.
        link_style: Of the addresses in it, which are links; None where they are text.
    """

    letters: str
    header: str
    width: float | None
    number_style: int | None = None
    link_style: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What every sheet of one stream has in common.

    Attributes:
        is_compact: No styles, widths or references that readers can do without.
    """

    title: str
    columns: Sequence[ColumnDraft]
    header_style: int
    freezes: bool
    filters: bool
    is_compact: bool = False

    @property
    def has_links(self) -> bool:
        """Tell whether a column may have links."""
        return any(column.link_style is not None for column in self.columns)

    @property
    def last_column(self) -> str:
        """Return the letters of the last column."""
        return self.columns[-1].letters if self.columns else ""


def draft_of(
    title: str,
    names: Sequence[str],
    first: Sequence[pa.RecordBatch],
    *,
    look: SheetLook | None,
    options: Options,
    styles: Styles,
) -> Draft:
    """Return the draft of a stream's sheets, by its first batches."""
    look = look or SheetLook()
    filters = bool(options["autofilter"])
    is_compact = look.is_compact or bool(options["compact"])
    if is_compact:
        found: Sequence[float | None] = [None] * len(names)
    else:
        found = widths(names, first, filters=filters)
    looks = look.columns or (ColumnLook(),) * len(names)
    columns = [
        _column(number, name, width, column, styles)
        for number, (name, width, column) in enumerate(
            zip(names, found, looks, strict=True), start=1
        )
    ]
    return Draft(
        title=title,
        columns=columns,
        header_style=0 if is_compact else styles.header(look.header),
        freezes=bool(options["freeze"]),
        filters=filters,
        is_compact=is_compact,
    )


def _column(
    number: int, name: str, width: float | None, look: ColumnLook, styles: Styles
) -> ColumnDraft:
    return ColumnDraft(
        letters=column_letters(number),
        header=escape(cut(name, CELL_UNITS)),
        width=width if look.width is None else look.width,
        number_style=styles.number(look.number_format) if look.number_format else None,
        link_style=styles.link() if look.is_link else None,
    )
