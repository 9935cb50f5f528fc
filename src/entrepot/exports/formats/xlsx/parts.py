"""The small files of a workbook: what it holds, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from entrepot.base.times import render_time
from entrepot.exports.formats.xlsx.links import Links
from entrepot.exports.formats.xlsx.styles import MAIN
from entrepot.exports.formats.xlsx.text import escape
from entrepot.exports.spec import Properties

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CREATOR = "Entrepôt"

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
CORE = "application/vnd.openxmlformats-package.core-properties+xml"
RELATIONSHIPS = "application/vnd.openxmlformats-package.relationships+xml"


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """What the workbook says of a sheet; `filtered` is a range, or empty."""

    name: str
    filtered: str


def small_parts(
    sheets: Sequence[SheetEntry], styles: str, about: Properties, at: datetime
) -> dict[str, str]:
    """Return the files beside the sheets, by name, in the order to write them."""
    parts = {
        "xl/styles.xml": styles,
        "xl/workbook.xml": _workbook(sheets),
        "xl/_rels/workbook.xml.rels": _workbook_relations(len(sheets)),
        "docProps/core.xml": _properties(about, at),
        "_rels/.rels": _relations(
            (f"{OFFICE}/officeDocument", "xl/workbook.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "[Content_Types].xml": _types(len(sheets)),
    }
    return {name: f"{XML}{text}" for name, text in parts.items()}


def link_parts(links: Links) -> Iterator[str]:
    """Yield the part beside a sheet that says where its links lead."""
    yield f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    yield from links.relations()
    yield "</Relationships>"


def _workbook(sheets: Sequence[SheetEntry]) -> str:
    listed = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, start=1)
    )
    filters = "".join(
        '<definedName name="_xlnm._FilterDatabase"'
        f' localSheetId="{n}" hidden="1">{_absolute(sheet)}</definedName>'
        for n, sheet in enumerate(sheets)
        if sheet.filtered
    )
    names = f"<definedNames>{filters}</definedNames>" if filters else ""
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{listed}</sheets>{names}</workbook>"
    )


def _absolute(sheet: SheetEntry) -> str:
    quoted = escape(sheet.name.replace("'", "''"))
    ends = (_fixed(end) for end in sheet.filtered.split(":"))
    return f"'{quoted}'!{':'.join(ends)}"


def _fixed(reference: str) -> str:
    letters = reference.rstrip("0123456789")
    return f"${letters}${reference[len(letters) :]}"


def _workbook_relations(sheet_count: int) -> str:
    sheets = (f"worksheets/sheet{n + 1}.xml" for n in range(sheet_count))
    targets = [(f"{OFFICE}/worksheet", sheet) for sheet in sheets]
    return _relations(*targets, (f"{OFFICE}/styles", "styles.xml"))


def _relations(*targets: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _types(sheet_count: int) -> str:
    sheets = (f"/xl/worksheets/sheet{n + 1}.xml" for n in range(sheet_count))
    parts = {
        "/xl/workbook.xml": WORKBOOK,
        "/xl/styles.xml": STYLES,
        "/docProps/core.xml": CORE,
        **dict.fromkeys(sheets, WORKSHEET),
    }
    listed = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>'
        for name, kind in parts.items()
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{RELATIONSHIPS}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f"{listed}</Types>"
    )


def _properties(about: Properties, at: datetime) -> str:
    created = render_time(at, timespec="seconds")
    told = {"subject": about.subject, "description": about.description}
    more = "".join(f"<dc:{n}>{escape(t)}</dc:{n}>" for n, t in told.items() if t)
    return (
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(about.title)}</dc:title>"
        f"<dc:creator>{escape(about.creator or CREATOR)}</dc:creator>{more}"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{created}</dcterms:created>'
        "</cp:coreProperties>"
    )
