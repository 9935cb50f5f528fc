"""How cells look: number formats, and the style table of a workbook."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

FIRST_OWN_FORMAT = 164
"""Excel keeps the numbers below for its own formats."""

GENERAL, HEADER, INTEGER, DATE, MOMENT, TIME, DURATION, DECIMAL = range(8)
"""Numbers of the styles. `DECIMAL` + n shows n + 1 decimals."""

MOST_DECIMALS = 15
DATES = ("yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm:ss", "hh:mm:ss", "[h]:mm:ss")
DECIMALS = tuple("#,##0." + "0" * count for count in range(1, MOST_DECIMALS + 1))

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FONT = '<sz val="11"/><name val="Calibri"/><family val="2"/>'


def decimal_style(scale: int) -> int:
    """Return the style for numbers with so many decimals."""
    return DECIMAL + min(scale, MOST_DECIMALS) - 1 if scale > 0 else INTEGER


def styles_xml() -> str:
    """Return the style table, the same for every workbook."""
    formats = list(enumerate((*DATES, *DECIMALS), start=FIRST_OWN_FORMAT))
    own = "".join(
        f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>'
        for number, code in formats
    )
    plain = '<xf numFmtId="{}" fontId="0" fillId="0" borderId="0" xfId="0"{}/>'
    header = (
        '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0"'
        ' applyFont="1" applyFill="1"/>'
    )
    numbered = (1, *(number for number, _ in formats))
    cells = [plain.format(0, ""), header]
    cells += [plain.format(number, ' applyNumberFormat="1"') for number in numbered]
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="{len(formats)}">{own}</numFmts>'
        f'<fonts count="2"><font>{FONT}</font><font><b/>{FONT}</font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFD9E1F2"/>'
        '<bgColor indexed="64"/></patternFill></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border>'
        '</borders><cellStyleXfs count="1">'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(cells)}">{"".join(cells)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
        "</cellStyles></styleSheet>"
    )
