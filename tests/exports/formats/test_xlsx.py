"""Excel workbooks, read back with openpyxl and calamine."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pytest
import python_calamine
from openpyxl.utils.escape import unescape
from tests.contracts.export_format import AT, ROWS, WideningContract, batch_of

from entrepot.base.errors import TooMuch


def opened(body):
    return openpyxl.load_workbook(io.BytesIO(body))


def cells(body):
    """Return the rows below the header of every sheet, texts as Excel shows them."""
    return [
        tuple(unescape(v) if isinstance(v, str) else v for v in row)
        for sheet in opened(body)
        for row in sheet.iter_rows(min_row=2, values_only=True)
    ]


def formats(body):
    """Return the number format of the first cell below each header."""
    return [cell.number_format for cell in opened(body).active[2]]


class TestXlsx(WideningContract):
    name = "xlsx"

    def decode(self, body):
        # openpyxl reads the empty text as nothing; that it is there, a test below sees.
        texts = {(id, "name"): text for id, text, *_ in ROWS if text == ""}
        return [
            (
                id,
                texts.get((id, "name"), name),
                None if price is None else Decimal(str(price)),
                day and day.date(),
            )
            for id, name, price, day in cells(body)
        ]

    def decode_cells(self, body):
        return cells(body)

    def test_calamine_reads_it_too(self, desk):
        """A second reader finds the same cells."""
        body = desk.export([batch_of(ROWS)])

        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
        assert book.sheet_names == ["orders"]
        assert book.get_sheet_by_index(0).to_python()[:3] == [
            ["id", "name", "price", "day"],
            [1.0, "plain", 9.9, dt.date(2024, 2, 29)],
            [2.0, "", "", ""],
        ]

    def test_empty_text_is_a_cell_and_null_is_none(self, desk):
        """A sheet tells the empty text from NULL."""
        xml = sheet_xml(desk.export_column(["", None]))

        assert '<c r="A2" t="inlineStr"><is><t></t></is></c>' in xml
        assert '<row r="3"></row>' in xml

    def test_header_is_styled_frozen_and_filtered(self, desk):
        """The header is bold on a fill, stays in view, and filters all rows."""
        sheet = opened(desk.export([batch_of(ROWS)])).active

        assert sheet["A1"].font.b
        assert sheet["A1"].fill.fgColor.rgb == "FFD9E1F2"
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == "A1:D6"

    def test_header_options(self, desk):
        """Freezing and filter can be left out, and the sheet named."""
        body = desk.export(
            [batch_of(ROWS)], freeze=False, autofilter=False, sheet="My rows"
        )
        sheet = opened(body).active

        assert sheet.title == "My rows"
        assert sheet.freeze_panes is None
        assert sheet.auto_filter.ref is None

    def test_document_says_what_it_is(self, desk):
        """Title, creator and time stand in the properties."""
        properties = opened(desk.export([batch_of(ROWS)], title="a & <b>")).properties

        assert properties.title == "a & <b>"
        assert properties.creator == "Entrepôt"
        assert properties.created == AT.replace(tzinfo=None)

    def test_widths_follow_header_and_first_rows(self, desk):
        """Columns are 8 to 50 characters wide; wide letters count twice."""
        texts = ["x", "x" * 20, "漢" * 20, "x" * 400, "one\n" * 30]
        batch = pa.record_batch([pa.array([t]) for t in texts], list("abcde"))

        sheet = opened(desk.export([batch], batch.schema)).active

        found = [sheet.column_dimensions[letter].width for letter in "ABCDE"]
        assert found == [8, 22, 42, 50, 8]

    @pytest.mark.parametrize(
        ("array", "value", "shown"),
        [
            (pa.array([7]), 7, "0"),
            (pa.array([2**64 - 1, 7], pa.uint64()), str(2**64 - 1), "General"),
            (pa.array([10**15 - 1]), 10**15 - 1, "0"),
            (pa.array([10**15]), str(10**15), "General"),
            (pa.array([-(2**63)]), str(-(2**63)), "General"),
            (pa.array([1.5]), 1.5, "General"),
            (pa.array([1e300]), 1e300, "General"),
            (pa.array([float("nan")]), None, "General"),
            (pa.array([float("inf")]), None, "General"),
            (pa.array([Decimal("1234.50")]), 1234.5, "#,##0.00"),
            (pa.array([Decimal("7")]), 7, "0"),
            (pa.array([Decimal("0.001")]), 0.001, "#,##0.000"),
            (
                pa.array([Decimal("1234567890.1234567")]),
                "1234567890.1234567",
                "General",
            ),
            (
                pa.array([Decimal("-1.5")], pa.decimal128(38, 20)),
                -1.5,
                "#,##0." + "0" * 15,
            ),
            (
                pa.array([Decimal(10**17)], pa.decimal128(38, 2)),
                "100000000000000000.00",
                "General",
            ),
            (pa.array([True]), True, "General"),
            (pa.nulls(1), None, "General"),
            (pa.array([b"\x00\xff"]), "AP8=", "General"),
            (pa.array([[1, None]]), "[1,null]", "General"),
            (pa.array(["007"]), "007", "General"),
            (pa.array(["007"]).dictionary_encode(), "007", "General"),
        ],
        ids=lambda x: str(x.type)[:20] if isinstance(x, pa.Array) else "",
    )
    def test_values_keep_what_excel_would_change(self, desk, array, value, shown):
        """Numbers of up to 15 digits are numbers, longer ones text."""
        body = desk.export_column(array)

        assert opened(body).active["A2"].value == value
        assert formats(body) == [shown]

    @pytest.mark.parametrize(
        ("array", "value", "shown"),
        [
            (
                pa.array([dt.date(1900, 3, 1)]),
                dt.datetime.fromisoformat("1900-03-01"),
                "yyyy\\-mm\\-dd",
            ),
            (
                pa.array([dt.date(9999, 12, 31)], pa.date64()),
                dt.datetime.fromisoformat("9999-12-31"),
                "yyyy\\-mm\\-dd",
            ),
            (pa.array([dt.date(1900, 2, 28)]), "1900-02-28", "General"),
            (pa.array([dt.date(1, 1, 1)]), "0001-01-01", "General"),
            (pa.array([2_932_897], pa.date32()), "10000-01-01", "General"),
            (
                pa.array(["2024-02-29T23:59:59"]).cast(pa.timestamp("us")),
                dt.datetime.fromisoformat("2024-02-29T23:59:59"),
                "yyyy\\-mm\\-dd\\ hh:mm:ss",
            ),
            (
                pa.array([0], pa.timestamp("ns", "Asia/Tokyo")),
                dt.datetime.fromisoformat("1970-01-01"),
                "yyyy\\-mm\\-dd\\ hh:mm:ss",
            ),
            (
                pa.array(["1899-12-31 12:00:00"]).cast(pa.timestamp("s")),
                "1899-12-31 12:00:00",
                "General",
            ),
            (pa.array([dt.time(12, 30)]), dt.time(12, 30), "hh:mm:ss"),
            (
                pa.array([dt.timedelta(hours=30)]),
                dt.timedelta(hours=30),
                "[h]:mm:ss",
            ),
            (pa.array([dt.timedelta(hours=-1)]), "-PT3600S", "General"),
        ],
        ids=lambda x: str(x.type)[:20] if isinstance(x, pa.Array) else "",
    )
    def test_times_are_times_where_excel_has_them(self, desk, array, value, shown):
        """Dates before March 1900 and after 9999, and negative times, are text."""
        body = desk.export_column(array)

        assert opened(body).active["A2"].value == value
        assert formats(body) == [shown]

    def test_one_column_may_need_numbers_and_text(self, desk):
        """Each cell goes by its own value, NULL between them stays NULL."""
        body = desk.export_column([1, 10**18, None, 2, -(10**18)])

        assert cells(body) == [(1,), (str(10**18),), (None,), (2,), (str(-(10**18)),)]

    @pytest.mark.parametrize(
        "text",
        [
            "a & b <tag> \"q\" 's'",
            "=1+1",
            '=HYPERLINK("http://x")',
            "ctl\x00\x01\x0b\x1f end",
            "literal _x0041_ here",
            "twice _x0041_x0042_",
            "not _x004_ nor _xGGGG_",
            "  lead and trail  ",
            "line1\nline2\n",
            "cr\r\nlf",
            "tab\tx\t",
            "\ufffe\uffff",
            "Ünïcode 東京 ]]> end",
            "\x7f\x80\u2028\ufeff",
            "e\u0301 🙂",
        ],
    )
    def test_text_reads_back(self, desk, text):
        """Whatever text holds is what Excel shows, and never a formula."""
        body = desk.export_column([text, "x"])

        cell = opened(body).active["A2"]
        assert unescape(cell.value) == text
        assert cell.data_type == "s"
        assert desk.written.cells_cut == 0

    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("x" * 32_767, "x" * 32_767),
            ("x" * 40_000, "x" * 32_767),
            ("🙂" * 20_000, "🙂" * 16_383),
            ("é" * 32_767, "é" * 32_767),
            ("\x01" * 40_000, "\x01" * 32_767),
            ("&" * 40_000, "&" * 32_767),
        ],
        ids=range(6),
    )
    def test_long_text_is_cut_and_counted(self, desk, text, kept):
        """A cell holds 32,767 UTF-16 units; no character is split; cuts are counted."""
        body = desk.export_column([text, "x", None])

        assert cells(body)[0] == (kept,)
        assert desk.written.cells_cut == int(text != kept)

    def test_headers_hold_any_name(self, desk):
        """Names may be long, twice the same, or full of signs."""
        names = ["x" * 40_000, "a", "a", "<b> & _x0041_ \x00", ""]
        batch = pa.record_batch([pa.array([1])] * 5, names)

        sheet = opened(desk.export([batch], batch.schema)).active

        assert [unescape(c.value or "") for c in sheet[1]] == ["x" * 32_767, *names[1:]]

    @pytest.mark.parametrize(
        ("title", "name"),
        [
            ("orders", "orders"),
            ("a[b]:c*d?e/f\\g", "a_b_c_d_e_f_g"),
            ("x" * 40, "x" * 31),
            ("🙂" * 20, "🙂" * 15),
            ("'quoted'", "quoted"),
            ("it's", "it's"),
            ("History", "History_"),
            ("", "Data"),
            ("a & <b>", "a & <b>"),
        ],
    )
    def test_sheets_have_names_that_excel_takes(self, desk, title, name):
        """At most 31 units without the signs that Excel refuses."""
        book = opened(desk.export([batch_of(ROWS)], title=title))

        assert book.sheetnames == [name]
        assert book.active.auto_filter.ref == "A1:D6"

    def test_archive_is_sound_and_plain(self, desk):
        """Every entry has its checksum, its size and the time given; no ZIP64."""
        archive = zipfile.ZipFile(io.BytesIO(desk.export([batch_of(ROWS * 9)])))

        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {
            (2026, 1, 2, 3, 4, 6)
        }
        assert {info.extract_version for info in archive.infolist()} == {20}

    def test_too_many_columns_are_refused(self, desk):
        """More than 16,384 columns is `TooMuch`, said before anything is written."""
        names = [f"c{n}" for n in range(16_385)]
        batch = pa.record_batch([pa.array([1])] * len(names), names)

        with pytest.raises(TooMuch, match="16,384"):
            desk.export([batch], batch.schema)

        assert desk.file.getvalue() == b""


def sheet_xml(body):
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()
