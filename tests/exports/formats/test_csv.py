"""CSV, read back with pyarrow and the standard library."""

import csv
import datetime as dt
import gzip
import io
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.export_format import (
    ROWS,
    SCHEMA,
    Desk,
    WideningContract,
    batch_of,
)

from entrepot.base.errors import Invalid
from entrepot.base.rows import RowStream
from entrepot.exports import FORMATS, Writing


def lines(body, **options):
    return list(csv.reader(io.StringIO(body.decode(), newline=""), **options))


class TestCsv(WideningContract):
    name = "csv"

    def decode(self, body):
        found = pyarrow.csv.read_csv(
            io.BytesIO(body),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=SCHEMA,
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        return [tuple(row.values()) for row in found.to_pylist()]

    def decode_cells(self, body):
        return [tuple(map(self.typed, row)) for row in lines(body)[1:]]

    def typed(self, cell):
        try:
            return float(cell) if cell else None
        except ValueError:
            return cell

    def test_file_is_this(self, desk):
        """CRLF, quotes only where they must be, NULL is nothing, empty text is ""."""
        assert (
            desk.export([batch_of(ROWS)])
            == (
                "id,name,price,day\r\n"
                "1,plain,9.90,2024-02-29\r\n"
                "2,,,\r\n"
                '3,"quote "" comma , tab \t line \n end",0.10,1970-01-01\r\n'
                "4,éα漢🙂,-1.00,9999-12-31\r\n"
                '5,"",1234567.89,2000-01-01\r\n'
            ).encode()
        )

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({"delimiter": ";"}, b"a;b\r\n1;x,y\r\n;\r\n"),
            ({"delimiter": "tab"}, b"a\tb\r\n1\tx,y\r\n\t\r\n"),
            ({"delimiter": "|"}, b"a|b\r\n1|x,y\r\n|\r\n"),
            ({"quoting": "all"}, b'"a","b"\r\n"1","x,y"\r\n,\r\n'),
            ({"header": False}, b'1,"x,y"\r\n,\r\n'),
            ({"null": "\\N"}, b'a,b\r\n1,"x,y"\r\n\\N,\\N\r\n'),
            ({"bom": True}, b'\xef\xbb\xbfa,b\r\n1,"x,y"\r\n,\r\n'),
        ],
        ids=str,
    )
    def test_options(self, desk, options, expected):
        """Each option does what its help says."""
        batch = pa.record_batch(
            [pa.array([1, None]), pa.array(["x,y", None])], ["a", "b"]
        )

        assert desk.export([batch], batch.schema, **options) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "=1+1",
            "+1-2",
            "-1*9",
            "-x",
            "+1\n=2",
            "@x",
            "\tx",
            "\rx",
            "＝1",
            "＋1",
            "－1",
            "＠x",
        ],
    )
    def test_formulas_are_guarded(self, desk, text):
        """Text that a spreadsheet would run has ' before it; `guard` turns it off."""
        guarded = lines(desk.export_column([text, "x"]))
        raw = lines(desk.export_column([text, "x"], guard=False))

        assert guarded == [["x"], [f"'{text}"], ["x"]]
        assert raw == [["x"], [text], ["x"]]

    @pytest.mark.parametrize(
        "values",
        [
            [-1],
            [-1.5],
            [Decimal("-1.50")],
            ["a=1", "été", "1-2"],
            ["\n=1"],
            ["+6281234567", "-1,250.50"],
        ],
    )
    def test_other_cells_are_as_they_are(self, desk, values):
        """Numbers are no formulas, nor are telephone numbers; nor a sign further on."""
        found = lines(desk.export_column(values))

        assert found == [["x"], *([str(v)] for v in values)]

    def test_a_name_is_guarded_too(self, desk):
        """A column's name is text that somebody chose."""
        batch = pa.record_batch([pa.array([1]), pa.array([2])], ["=1+1", 'a "b"'])

        assert desk.export([batch], batch.schema) == b'\'=1+1,"a ""b"""\r\n1,2\r\n'

    def test_text_that_looks_like_null_is_quoted(self, desk):
        """A text equal to what stands for NULL is quoted, NULL is not."""
        body = desk.export_column(["NA", None, "x"], null="NA")

        assert body == b'x\r\n"NA"\r\nNA\r\nx\r\n'

    def test_null_alone_on_a_line_is_a_line(self, desk):
        """Readers skip empty lines, so a lone NULL is written as a quoted nothing."""
        assert desk.export_column(["a", None]) == b'x\r\na\r\n""\r\n'

    def test_null_must_not_need_quotes(self, desk):
        """A text for NULL that would break the line is refused."""
        with pytest.raises(Invalid):
            desk.export_column(["a"], null="a,b")

    def test_times_are_as_spreadsheets_read_them(self, desk):
        """A blank stands between date and time; a zone is UTC and says Z."""
        moment = dt.datetime.fromisoformat("2024-02-29T23:59:59.000500")
        zoned = pa.array([moment], pa.timestamp("us", "UTC"))

        assert lines(desk.export_column([moment]))[1] == ["2024-02-29 23:59:59.000500"]
        assert lines(desk.export_column(zoned))[1] == ["2024-02-29 23:59:59.000500Z"]

    def test_what_is_nested_is_json_in_quotes(self, desk):
        """Lists and structs are JSON text."""
        assert lines(desk.export_column([{"a": [1, None]}]))[1] == ['{"a":[1,null]}']


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_any_text_reads_back(values):
    """Whatever a text holds, the CSV without its guard holds the same."""
    body = Desk("csv", Path()).export_column(values, guard=False)

    assert lines(body) == [["x"], *([value] for value in values)]


def test_a_packed_file_is_the_same_text():
    """`compress=gzip` makes a `.csv.gz` of the same bytes, the same each time."""
    batch = pa.record_batch([pa.array([1, 2])], ["n"])
    options = {o.name: o.default for o in FORMATS.get("csv").options}

    def write(**more):
        file = io.BytesIO()
        writing = Writing(title="t", options=options | more, folder=Path())
        stream = RowStream(batch.schema, iter([batch]))
        return file, FORMATS.get("csv").write(stream, file, writing)

    plain, _ = write()
    packed, written = write(compress="gzip")

    assert gzip.decompress(packed.getvalue()) == plain.getvalue()
    assert packed.getvalue() == write(compress="gzip")[0].getvalue()
    assert (written.extension, written.rows) == ("csv.gz", 2)
