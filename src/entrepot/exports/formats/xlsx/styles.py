"""How cells look: number formats, and the style table of a workbook."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from entrepot.exports.spec import HeaderLook

FIRST_OWN_FORMAT = 164
"""Excel keeps the numbers below for its own formats."""

GENERAL, HEADER, INTEGER, DATE, MOMENT, TIME, DURATION, DECIMAL = range(8)
"""Numbers of the styles. `DECIMAL` + n shows n + 1 decimals."""

MOST_DECIMALS = 15
DATES = ("yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm:ss", "hh:mm:ss", "[h]:mm:ss")
DECIMALS = tuple("#,##0." + "0" * count for count in range(1, MOST_DECIMALS + 1))
CLOCKS = range(DATE, DECIMAL)
"""Styles without which a cell would be another thing: a number, and no day."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FONT = '<sz val="11"/>{}<name val="Calibri"/><family val="2"/>'
BOLD = "<b/>"
BLACK = "000000"
FILL = (
    '<fill><patternFill patternType="solid"><fgColor rgb="FF{}"/>'
    '<bgColor indexed="64"/></patternFill></fill>'
)
LINK_COLOR = '<color rgb="FF0563C1"/>'
LINK_FONT = f"<font><u/>{FONT.format(LINK_COLOR)}</font>"


def decimal_style(scale: int) -> int:
    """Return the style for numbers with so many decimals."""
    return DECIMAL + min(scale, MOST_DECIMALS) - 1 if scale > 0 else INTEGER


class Styles:
    """The style table of an export's workbooks; it grows as looks are asked for."""

    def __init__(self) -> None:
        self._codes = [*DATES, *DECIMALS]
        self._fonts = [f"<font>{FONT.format('')}</font>"]
        self._fills = [
            '<fill><patternFill patternType="none"/></fill>',
            '<fill><patternFill patternType="gray125"/></fill>',
        ]
        self._cells: list[str] = []
        self._known: dict[object, int] = {}
        self._add(None, _xf())
        self.header(HeaderLook())
        own = range(FIRST_OWN_FORMAT, FIRST_OWN_FORMAT + len(self._codes))
        for number in (1, *own):
            self._cells.append(_xf(number))

    def number(self, code: str) -> int:
        """Return the style that shows numbers by one of Excel's codes."""
        if code in self._known:
            return self._known[code]
        self._codes.append(code)
        return self._add(code, _xf(FIRST_OWN_FORMAT + len(self._codes) - 1))

    def header(self, look: HeaderLook) -> int:
        """Return the style of a header."""
        if look in self._known:
            return self._known[look]
        color = "" if look.color == BLACK else f'<color rgb="FF{look.color.upper()}"/>'
        bold = BOLD if look.is_bold else ""
        font = _place(self._fonts, f"<font>{bold}{FONT.format(color)}</font>")
        fill = _place(self._fills, FILL.format(look.fill.upper()))
        align = (
            "" if look.align == "left" else f'<alignment horizontal="{look.align}"/>'
        )
        return self._add(look, _xf(font=font, fill=fill, align=align))

    def link(self) -> int:
        """Return the style of a text that leads somewhere."""
        if LINK_FONT in self._known:
            return self._known[LINK_FONT]
        return self._add(LINK_FONT, _xf(font=_place(self._fonts, LINK_FONT)))

    def xml(self) -> str:
        """Return the table."""
        codes = "".join(
            f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>'
            for number, code in enumerate(self._codes, start=FIRST_OWN_FORMAT)
        )
        return (
            f'<styleSheet xmlns="{MAIN}">'
            f'<numFmts count="{len(self._codes)}">{codes}</numFmts>'
            f'<fonts count="{len(self._fonts)}">{"".join(self._fonts)}</fonts>'
            f'<fills count="{len(self._fills)}">{"".join(self._fills)}</fills>'
            '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/>'
            '</border></borders><cellStyleXfs count="1">'
            '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(self._cells)}">{"".join(self._cells)}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
            "</cellStyles></styleSheet>"
        )

    def _add(self, key: object, cell: str) -> int:
        self._cells.append(cell)
        self._known[key] = len(self._cells) - 1
        return self._known[key]


def _place(known: list[str], xml: str) -> int:
    if xml not in known:
        known.append(xml)
    return known.index(xml)


def _xf(number: int = 0, *, font: int = 0, fill: int = 0, align: str = "") -> str:
    said = ' applyNumberFormat="1"' if number else ""
    said += ' applyFont="1"' if font else ""
    said += ' applyFill="1"' if fill else ""
    said += ' applyAlignment="1"' if align else ""
    head = f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}"'
    end = f">{align}</xf>" if align else "/>"
    return f'{head} borderId="0" xfId="0"{said}{end}'
