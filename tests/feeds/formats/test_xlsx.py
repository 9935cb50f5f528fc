"""Workbooks as Excel and others write them, and as nobody should."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
import xlsxwriter
from tests.contracts.feed_format import FeedFormatContract, Shelf

from entrepot.base.errors import Invalid, TooMuch, UnknownName

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
BOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
)
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}">'
    '<Relationship Id="r1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>'
)


class TestXlsx(FeedFormatContract):
    name = "xlsx"
    first = 2

    def encode(self, columns, rows):
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file, {"strings_to_formulas": False})
        sheet = book.add_worksheet()
        for number, row in enumerate([columns, *rows]):
            for place, value in enumerate(row):
                sheet.write_string(number, place, value)
        book.close()
        return file.getvalue()


@pytest.fixture
def shelf(tmp_path):
    return Shelf("xlsx", tmp_path)


def book_of(*rows, **sheets):
    """Return a workbook that openpyxl wrote."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def package_of(sheet: str, **parts: str) -> bytes:
    """Return a workbook whose sheet is this text."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", BOOK)
        package.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        package.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, text in parts.items():
            package.writestr(f"xl/{name}.xml", text)
    return file.getvalue()


def sheet_of(rows: str, start: str = "") -> str:
    return f'{start}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>sku</t></is></c>'
    '<c r="B1" t="str"><v>n</v></c></row>'
)


def test_cells_are_what_they_show(shelf):
    """Numbers as they were typed, days as days, yes and no in words."""
    body = book_of(
        ["sku", "price", "count", "day", "at", "on", "none"],
        [
            "A",
            0.1 + 0.2,
            12,
            dt.date(2024, 2, 29),
            dt.datetime(2024, 2, 29, 13, 30),  # noqa: DTZ001  # a cell has no zone
            True,
        ],
    )

    assert shelf.read(body) == [
        {
            "line": 2,
            "sku": "A",
            "price": "0.3",
            "count": "12",
            "day": "2024-02-29",
            "at": "2024-02-29 13:30:00",
            "on": "true",
            "none": None,
        }
    ]


def test_formulas_are_what_they_were(shelf):
    """The value that was saved counts; nothing is reckoned."""
    rows = (
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c>'
        '<c r="B2" t="str"><f>X()</f><v>a&amp;b</v></c></row>'
    )

    assert shelf.read(package_of(sheet_of(HEAD + rows))) == [
        {"line": 2, "sku": "2", "n": "a&b"}
    ]


def test_rich_texts_and_gaps(shelf):
    """Texts in pieces are one, empty rows and cells are left out."""
    shared = (
        f'<sst xmlns="{MAIN}"><si><r><t>bold</t></r><r><t xml:space="preserve"> part'
        "</t></r><rPh><t>no</t></rPh></si></sst>"
    )
    rows = '<row r="3"/><row r="5"><c r="B5" t="s"><v>0</v></c></row>'

    assert shelf.read(package_of(sheet_of(HEAD + rows), sharedStrings=shared)) == [
        {"line": 5, "sku": None, "n": "bold part"}
    ]


def test_sheets_may_have_a_prefix(shelf):
    """Some programs write every name with one."""
    sheet = sheet_of(HEAD + '<row r="2"><c r="A2"><v>7</v></c></row>')
    prefixed = (
        sheet.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    )

    assert shelf.read(package_of(prefixed)) == [{"line": 2, "sku": "7", "n": None}]


def test_another_sheet_may_be_chosen(shelf):
    """The first is taken, the others are named."""
    body = book_of(["sku"], ["A"], Other=[["sku"], ["B"]])

    assert shelf.read(body, sheet="Other")[0]["sku"] == "B"
    assert "Other" in " ".join(shelf.format.sniff(shelf.path).remarks)
    with pytest.raises(UnknownName, match="None"):
        shelf.read(body, sheet="None")


def test_a_cell_far_away_costs_no_memory(shelf):
    """Two cells at the ends of a sheet are no reason to hold all between."""
    rows = (
        '<row r="1048576"><c r="A1048576"><v>1</v></c>'
        '<c r="XFD1048576"><v>2</v></c></row>'
    )

    assert shelf.read(package_of(sheet_of(HEAD + rows))) == [
        {"line": 1_048_576, "sku": "1", "n": None}
    ]


def test_a_value_beyond_the_columns_is_an_error(shelf):
    """Nothing is dropped in silence."""
    body = book_of(["sku", "n"], ["A", 1, "more"], ["B", 2])

    assert [row["sku"] for row in shelf.read(body)] == ["B"]
    assert shelf.wrong(body) == [(2, "wrong-width")]


def test_a_huge_cell_is_an_error_of_its_row(shelf):
    """A cell of 32 MB is left out, and the rows after it come."""
    huge = "x" * (32 << 20)
    rows = (
        f'<row r="2"><c r="A2" t="str"><v>{huge}</v></c></row>'
        '<row r="3"><c r="A3"><v>3</v></c></row>'
    )
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package_of(sheet_of(HEAD)))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as new,
    ):
        for name in old.namelist():
            is_sheet = name.endswith("sheet1.xml")
            new.writestr(name, sheet_of(HEAD + rows) if is_sheet else old.read(name))

    assert [row["sku"] for row in shelf.read(file.getvalue())] == ["3"]
    assert shelf.wrong(file.getvalue()) == [(2, "too-long")]


def test_a_bomb_is_too_much(shelf):
    """What unpacks to hundreds of times its size is not unpacked to its end."""
    spaces = " " * (300 << 20)

    with pytest.raises(TooMuch, match="unpacks"):
        shelf.read(package_of(sheet_of(HEAD + spaces)))


def test_entities_are_refused(shelf):
    """In a sheet and in the parts beside it."""
    start = '<!DOCTYPE x [<!ENTITY a "b">]>'
    with pytest.raises(Invalid, match="entities"):
        shelf.read(package_of(sheet_of(HEAD, start)))
    shared = f'{start}<sst xmlns="{MAIN}"><si><t>&a;</t></si></sst>'
    rows = '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'

    with pytest.raises(Invalid, match="DOCTYPE"):
        shelf.read(package_of(sheet_of(HEAD + rows), sharedStrings=shared))


def test_a_sheet_that_ends_in_the_middle_is_told(shelf):
    """The rows before are no whole file."""
    whole = sheet_of(HEAD + '<row r="2"><c r="A2"><v>7</v></c></row>')
    assert len(shelf.read(package_of(whole))) == 1

    with pytest.raises(Invalid, match="ends in the middle"):
        shelf.read(package_of(whole[: whole.index("</sheetData>")]))
