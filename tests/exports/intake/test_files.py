"""Uploaded files become spools; what hides something else is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from entrepot.base.errors import EntrepotError, Invalid, TooMuch, UnknownName
from entrepot.exports.intake.take import take_file


@pytest.fixture
def upload(house):
    """Have a file read, by its name."""

    def take(content, name="people.csv"):
        raw = content if isinstance(content, bytes) else content.encode()
        return take_file(house, io.BytesIO(raw), len(raw), name=name)

    return take


def test_a_column_is_numbers_only_if_all_of_it_is(upload, spooled):
    """And only if it is written again as it was; empty is nothing."""
    taken = upload(
        "id,code,phone,price,mixed,share,day,no_day,long,none,text\r\n"
        '1,007,+62812,12.50,1,0.5,2025-12-31,2025-02-30,1234567890123456,,"a\n""b"""\r\n'
        "20,10,628,3.00,x,12.25,,2025-01-01,1,,\r\n"
    )

    types, rows = spooled(taken.spool)
    assert types == {
        "id": "int64",
        "code": "string",
        "phone": "string",
        "price": "decimal128(18, 2)",
        "mixed": "string",
        "share": "double",
        "day": "date32[day]",
        "no_day": "string",
        "long": "string",
        "none": "string",
        "text": "string",
    }
    assert rows == [
        [1, "007", "+62812", Decimal("12.50"), "1", 0.5, date(2025, 12, 31),
         "2025-02-30", "1234567890123456", None, 'a\n"b"'],
        [20, "10", "628", Decimal("3.00"), "x", 12.25, None, "2025-01-01", "1", None,
         None],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        "näme;wert\nä;1\n".encode(),
        "näme;wert\r\nä;1\r\n".encode("utf-8-sig"),
        "näme\twert\nä\t1".encode("utf-16"),
        "näme,wert\rä,1".encode("utf-16-le"),
        "näme;wert\nä;1\n".encode("cp1252"),
        "sep=|\nnäme|wert\nä|1\n".encode(),
        "näme;wert\n\nä;1\n\n".encode(),
    ],
)
def test_encoding_and_delimiter_are_found_out(upload, spooled, content):
    """Of all that spreadsheets write."""
    assert spooled(upload(content).spool) == (
        {"näme": "string", "wert": "int64"},
        [["ä", 1]],
    )


@pytest.mark.fault
def test_a_long_file_is_read_like_a_short_one(upload, spooled):
    """Across the sample at its beginning, in another process."""
    lines = "".join(f"{n};name {n}\r\n" for n in range(200_000))

    taken = upload("id;name\r\n" + lines)

    types, rows = spooled(taken.spool)
    assert (types, len(rows)) == ({"id": "int64", "name": "string"}, 200_000)
    assert rows == [[n, f"name {n}"] for n in range(200_000)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b\n1,2\n\n3\n", "line 4: 1 values, but there are 2 columns"),
        ('a,b\n"1\n2",2\n1,2,3\n', "line 4: 3 values, but there are 2 columns"),
        ('a,b\n"1"x,2\n', "line 2: ',' expected after '\"'"),
        ('a,b\n"1,2\n', "line 2: unexpected end of data"),
        ("", "the file is empty"),
        (b"a,b\n1,\0\0\x81", "the file is no text: it has zero bytes"),
        (b"a,b\n1,\xe4\x81", "the file is neither UTF-8 nor Windows text: "
         "character maps to <undefined>"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(upload, kept, content, words):
    """By its number in the file; nothing is kept."""
    with pytest.raises(Invalid) as caught:
        upload(content)

    assert (caught.value.detail, kept()) == (words, [])


def test_names_of_columns_are_made_complete(upload):
    """One without a name gets one, and none is there twice."""
    assert upload("a,,a\n1,2,3\n").columns == ("a", "column_2", "a_2")


def test_ndjson_and_json_and_parquet_are_read_as_well(upload, spooled):
    """Each with its own types."""
    parquet = io.BytesIO()
    pq.write_table(pa.table({"t": [Decimal("1.5")], "l": [[1, 2]]}), parquet)

    lines = upload('{"a":"007"}\n\n{"a":"x","b":1}', "x.ndjson")
    array = upload('[{"a":"007"},{"a":"x","b":1}]', "x.json")
    table = upload(parquet.getvalue(), "x.parquet")

    expected = {"a": "string", "b": "int64"}, [["007", None], ["x", 1]]
    assert spooled(lines.spool) == spooled(array.spool) == expected
    assert spooled(table.spool)[1] == [[Decimal("1.5"), [1, 2]]]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ('{"a":1}\n{"a":nul}\n', "x.ndjson", r"record\[1\]\.a: "),
        ('{"a":1},{"b":1}\n', "x.ndjson", r"record\[0\]"),
        ('{"a":1,"a":2}\n', "x.ndjson", r"record\[0\]\.a: is there twice"),
        ("", "x.ndjson", "no records"),
        ("PAR1 and no more", "x.parquet", "no Parquet"),
        ("{}", "x.json", "an array of objects"),
        ("MZ", "x.exe", "no kind of file named '.exe'"),
        ("x", "passwd", "no kind of file named 'passwd'"),
        ("x", "x.xlsm", "no kind of file named '.xlsm'"),
    ],
)
def test_a_file_that_is_not_of_its_kind_is_refused(upload, kept, content, name, words):
    """And nothing of it is kept."""
    with pytest.raises((Invalid, UnknownName), match=words):
        upload(content, name)

    assert kept() == []


AT = datetime(2025, 1, 2, 3)  # noqa: DTZ001


def book(*sheets):
    """Return a workbook with these sheets: name and rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def test_each_sheet_of_a_workbook_is_a_spool(upload, spooled):
    """Cells keep their types; empty sheets are left out."""
    raw = book(
        ("People", [[], ["id", "code", "at", "on", "t", "mix", None],
                    [1, "007", AT, date(2025, 1, 1), time(9), 1, 2],
                    [2, None, None, None, None, "x", 2.5]]),
        ("Empty", []),
        ("More", [["v"], [1.5]]),
    )  # fmt: skip

    taken = upload(raw, "x.xlsx")

    assert [(s.name, s.rows) for s in taken.sheets] == [("People", 2), ("More", 1)]
    assert spooled(taken.spool) == (
        {"id": "int64", "code": "string", "at": "timestamp[us]", "on": "date32[day]",
         "t": "time64[us]", "mix": "string", "column_7": "double"},
        [[1, "007", AT, date(2025, 1, 1), time(9), "1", 2.0],
         [2, None, None, None, None, "x", 2.5]],
    )  # fmt: skip
    assert spooled(taken.sheets[1].spool)[1] == [[1.5]]


def with_parts(raw, **parts):
    """Return a package with further parts."""
    file = io.BytesIO(raw)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return file.getvalue()


GOOD = book(("S", [["a"], [1]]))


def with_a_lie():
    """Return a package one of whose parts says that it is smaller than it is."""
    raw = bytearray(with_parts(GOOD, big=b"\0" * 100_000))
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(raw)


HOSTILE = [
    (with_parts(GOOD, xl__vbaProject__bin=b"x"), "macros"),
    (with_parts(GOOD, xl__externalLinks__externalLink1=b"x"), "links to other"),
    (with_parts(GOOD, **{"xl/connections.xml": b"x"}), "connections to outside"),
    (with_parts(GOOD, bomb=b"\0" * (80 << 20)), "times its size"),
    (with_parts(GOOD, **{f"p{n}": b"" for n in range(10_001)}), "10000 parts"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"),
    (GOOD[:-100], "no workbook"),
    (b"PK\x03\x04", "no workbook"),
    (b"id,name\n1,2\n", "no workbook"),
    (with_parts(b"", **{"word/document.xml": b"x"}), "no sheets"),
    (with_a_lie(), "no workbook"),
]


@pytest.mark.fault
@pytest.mark.parametrize(("raw", "words"), HOSTILE, ids=[w for _, w in HOSTILE])
def test_a_hostile_workbook_is_refused(upload, kept, raw, words):
    """Before anything opens it."""
    upload(GOOD, "x.xlsx")
    before = kept()

    with pytest.raises((Invalid, TooMuch), match=words):
        upload(raw, "x.xlsx")

    assert kept() == before


def test_macros_are_found_in_old_workbooks(upload):
    """By the name that their project has."""
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

    with pytest.raises(Invalid, match="macros"):
        upload(start + "_VBA_PROJECT".encode("utf-16-le"), "x.xls")
    with pytest.raises(EntrepotError, match="cannot be read"):
        upload(start, "x.xls")
