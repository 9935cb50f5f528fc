"""What templates say of a workbook: looks, links, several sheets, compact files."""

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pyarrow as pa
import pytest
import python_calamine
from openpyxl.utils.escape import unescape

from entrepot.base.rows import RowStream
from entrepot.exports import Writing
from entrepot.exports.formats.xlsx import FORMAT, Limits, write_sheets
from entrepot.exports.spec import (
    ColumnLook,
    CutCell,
    HeaderLook,
    Properties,
    Sheet,
    SheetLook,
)

AT = dt.datetime(2026, 1, 2, 3, 4, 6, tzinfo=dt.UTC)
DAY = dt.date(2025, 11, 20)


@pytest.fixture
def write(tmp_path):
    """Write streams as sheets: `write((batch, look), …)` gives (written, bytes)."""

    def run(*sheets, titles="ABC", properties=None, most_links=9, **options):
        chosen = {o.name: o.default for o in FORMAT.options} | options
        writing = Writing(
            title="orders",
            options=chosen,
            folder=tmp_path,
            started_at=AT,
            properties=properties or Properties(),
        )
        file = io.BytesIO()
        streams = (
            Sheet(title=title, stream=RowStream(b.schema, iter([b])), look=look)
            for title, (b, look) in zip(titles, sheets, strict=False)
        )
        limits = Limits(links=most_links)
        written = write_sheets(streams, file, writing, limits=limits)
        assert list(tmp_path.iterdir()) == []
        return written, file.getvalue()

    return run


def opened(body):
    """Return the workbook that openpyxl finds."""
    return openpyxl.load_workbook(io.BytesIO(body))


def look(**columns):
    """Return a look of one column."""
    return SheetLook(columns=(ColumnLook(**columns),))


def one(values):
    """Return a batch of one column."""
    return pa.record_batch({"x": values})


def test_numbers_are_shown_as_the_template_says(write):
    """Numbers, days and moments; what is text in the column stays text."""
    mixed = pa.UnionArray.from_dense(
        pa.array([0, 1], pa.int8()),
        pa.array([0, 0], pa.int32()),
        [pa.array([1250.5]), pa.array(["N/A"])],
    )
    columns = (
        ColumnLook(number_format="#,##0.00"),
        ColumnLook(number_format="dd.mm.yyyy"),
        ColumnLook(number_format="#,##0.00"),
    )
    batch = pa.record_batch({"a": mixed, "b": [DAY, None], "c": [5, 6]})

    _, body = write((batch, SheetLook(columns=columns)))

    sheet = opened(body).active
    assert [c.number_format for c in sheet[2]] == ["#,##0.00", "dd.mm.yyyy", "#,##0.00"]
    assert [c.value for c in sheet[2]] == [1250.5, dt.datetime(2025, 11, 20), 5]  # noqa: DTZ001
    assert (sheet["A3"].value, sheet["A3"].number_format) == ("N/A", "General")


def test_a_column_is_as_wide_as_the_template_says(write):
    """Others are as wide as what stands in them."""
    columns = (ColumnLook(width=33.5), ColumnLook())
    batch = pa.record_batch({"a": ["x"], "b": ["y"]})

    _, body = write((batch, SheetLook(columns=columns)))

    sheet = opened(body).active
    widths = [sheet.column_dimensions[letter].width for letter in "AB"]
    assert widths == [33.5, 8]


def test_the_header_looks_as_the_template_says(write):
    """Bold or not, colours, and where its text stands."""
    header = HeaderLook(is_bold=False, color="FFFFFF", fill="366092", align="center")

    _, body = write((one([1]), SheetLook(header=header)))

    cell = opened(body).active["A1"]
    assert (cell.font.b, cell.font.color.rgb) == (False, "FFFFFFFF")
    assert (cell.fill.fgColor.rgb, cell.alignment.horizontal) == ("FF366092", "center")


def test_addresses_are_links_where_the_template_says_so(write):
    """Web and mail, and nothing else; other columns stay text."""
    addresses = [
        "https://example.org/a b?q=ä&x=1#y",
        "HTTP://example.org",
        "mailto:ada@example.org",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "\\\\server\\share",
        "https://",
        None,
    ]
    batch = pa.record_batch({"plain": addresses, "linked": addresses})
    columns = (ColumnLook(), ColumnLook(is_link=True))

    _, body = write((batch, SheetLook(columns=columns)))

    sheet = opened(body).active
    found = {c.coordinate: c.hyperlink.target for r in sheet for c in r if c.hyperlink}
    assert found == {
        "B2": "https://example.org/a%20b?q=%C3%A4&x=1#y",
        "B3": "HTTP://example.org",
        "B4": "mailto:ada@example.org",
    }
    assert [sheet[f"B{n}"].value for n in range(2, 10)] == addresses
    assert (sheet["B2"].font.u, sheet["B5"].font.u) == ("single", None)


def test_a_sheet_has_no_more_links_than_excel_takes(write):
    """What follows is text, and the export says so."""
    batch = one([f"https://example.org/{n}" for n in range(5)])
    assert (
        write((batch.slice(0, 3), look(is_link=True)), most_links=3)[0].warnings == ()
    )

    written, body = write((batch, look(is_link=True)), most_links=3)

    sheet = opened(body).active
    assert [c.coordinate for (c,) in sheet if c.hyperlink] == ["A2", "A3", "A4"]
    assert sheet["A6"].value == "https://example.org/4"
    assert written.warnings == (
        "2 addresses in the sheet A are text: a sheet has up to 3 links",
    )


def test_several_streams_are_several_sheets(write):
    """Each with its own columns, widths and links."""
    first = pa.record_batch({"a": [1, 2]})
    second = pa.record_batch({"b": ["https://example.org"], "c": [DAY]})
    linked = SheetLook(columns=(ColumnLook(is_link=True), ColumnLook()))

    written, body = write((first, None), (second, linked), titles=["One", "Two"])

    book = opened(body)
    assert written.rows == 3
    assert written.parts == {"One": 2, "Two": 1}
    assert [list(s.iter_rows(values_only=True)) for s in book] == [
        [("a",), (1,), (2,)],
        [("b", "c"), ("https://example.org", dt.datetime(2025, 11, 20))],  # noqa: DTZ001
    ]
    assert [s.auto_filter.ref for s in book] == ["A1:A3", "A1:B2"]
    assert book["Two"]["A2"].hyperlink.target == "https://example.org"
    calamine = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert calamine.get_sheet_by_index(1).to_python() == [
        ["b", "c"],
        ["https://example.org", DAY],
    ]


def test_no_two_sheets_have_one_name(write):
    """Whatever their case, and also after what is not allowed was replaced."""
    sheets = [(one([n]), None) for n in range(4)]

    _, body = write(*sheets, titles=["Rows", "rows", "a/b", "a?b"])

    assert opened(body).sheetnames == ["Rows", "rows (2)", "a_b", "a_b (2)"]


def test_the_document_says_of_itself_what_it_is_told(write):
    """Title, creator, subject and description; signs of XML too."""
    told = Properties(title="T <1>", creator="Ada", subject="S", description="a & b")

    properties = opened(write((one([1]), None), properties=told)[1]).properties

    assert properties.title == "T <1>"
    assert (properties.creator, properties.subject) == ("Ada", "S")
    assert properties.description == "a & b"
    assert properties.created == AT.replace(tzinfo=None)


def test_a_compact_file_has_the_same_cells(write):
    """Both readers find every value in its place, NULL and days too."""
    batch = pa.record_batch(
        {"n": [1, None, 3], "t": ["a", None, " b"], "d": [None, DAY, None]}
    )
    _, full = write((batch, None))

    _, body = write((batch, None), compact=True)

    def calamine(body):
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
        return book.get_sheet_by_index(0).to_python()

    def rows(body):
        return list(opened(body).active.iter_rows(values_only=True))

    xml = zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml").decode()
    assert rows(body) == rows(full)
    assert calamine(body) == calamine(full)
    assert "<row><c><v>1</v></c>" in xml
    assert not re.search('<cols>|<row r="2"|s="1"', xml)


def test_cells_that_were_cut_are_listed(write):
    """Which, and how long they were; the first hundred of them."""
    long = "x" * 40_000
    batch = pa.record_batch({"a": ["x", long, None], "b": [long, "🙂" * 20_000, "y"]})

    written, body = write((batch, None), titles=["My rows"])

    assert written.cells_cut == 3
    assert written.cuts == (
        CutCell(sheet="My rows", cell="A3", characters=40_000),
        CutCell(sheet="My rows", cell="B2", characters=40_000),
        CutCell(sheet="My rows", cell="B3", characters=40_000),
    )
    assert len(opened(body).active["A3"].value) == 32_767
    many, _ = write((one([long] * 150), None))
    assert (many.cells_cut, len(many.cuts)) == (150, 100)


DAMAGED_ELSEWHERE = [
    "+6281234567", "007", "081234567", "9007199254740993123", "ﬁ", "²", "=1+1",
    "-5", "@x", "🙂", "'", " x ", "1e5", "2025-11-20", "TRUE", "_x0041_", "a\r\nb\x0b",
]  # fmt: skip


@pytest.mark.parametrize("compact", [False, True])
def test_no_text_is_damaged(write, compact):
    """Telephone numbers, leading zeros, long numbers, ligatures, formulas stay text."""
    _, body = write((one(DAMAGED_ELSEWHERE), None), compact=compact)

    cells = [row[0] for row in opened(body).active.iter_rows(min_row=2)]
    calamine = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    assert [unescape(cell.value) for cell in cells] == DAMAGED_ELSEWHERE
    assert {cell.data_type for cell in cells} == {"s"}
    read = [row[0] for row in calamine.get_sheet_by_index(0).to_python()[1:]]
    assert read[:-2] == DAMAGED_ELSEWHERE[:-2]


@pytest.mark.parametrize("compact", [False, True])
def test_the_time_of_day_stays(write, compact):
    """A moment is not cut to its day."""
    moment = dt.datetime(2025, 11, 20, 23, 59, 59)  # noqa: DTZ001

    _, body = write((one([moment]), None), compact=compact)

    assert opened(body).active["A2"].value == moment
