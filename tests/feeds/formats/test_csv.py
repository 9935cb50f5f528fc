"""CSV as people write it, and as it should not be written."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contracts.feed_format import FeedFormatContract, Shelf

from entrepot.base.errors import Invalid, TooMuch

HEAD = b"sku,name,price\n"


class TestCsv(FeedFormatContract):
    name = "csv"
    first = 2

    def encode(self, columns, rows):
        text = io.StringIO(newline="")
        csv.writer(text).writerows([columns, *rows])
        return text.getvalue().encode()


@pytest.fixture
def shelf(tmp_path):
    return Shelf("csv", tmp_path)


def names(rows):
    return [row["name"] for row in rows]


@pytest.mark.parametrize(
    ("encoding", "guessed"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("latin-1", "latin-1"),
        ("cp1252", "cp1252"),
    ],
)
def test_guesses_the_encoding(shelf, encoding, guessed):
    """Names come as they were meant, and the guess is shown."""
    name = "Käse" if encoding == "latin-1" else "Käse für 5 €"
    if encoding == "latin-1":
        name = "Käse für alle"
    body = f"sku,name,price\nA,{name},1\n".encode(encoding)

    sniffed = shelf.format.sniff(shelf.put(body))

    assert sniffed.options["encoding"] == guessed
    assert guessed in sniffed.remarks[0]
    assert names(shelf.read(body)) == [name]


@pytest.mark.parametrize(
    ("sign", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")]
)
def test_guesses_the_delimiter(shelf, sign, name):
    """The sign that cuts lines evenly is the one, whatever else is in the values."""
    body = f"sku{sign}name{sign}price\nA{sign}one, two; three{sign}1,5\n".encode()
    body = body.replace(b"one, two", b'"one, two').replace(b"three", b'three"')
    body = body.replace(b"1,5", b'"1,5"')

    assert names(shelf.read(body)) == ["one, two; three"]
    assert name in shelf.format.sniff(shelf.path).remarks[0]


def test_excels_own_first_line_says_the_sign(shelf):
    """`sep=;` is no row, and the rows after it keep their numbers."""
    assert shelf.read(b"sep=;\nsku;name\nA;x\n") == [
        {"line": 3, "sku": "A", "name": "x"}
    ]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_takes_every_line_end(shelf, end):
    """Old and new line ends alike."""
    body = end.join([b"sku,name,price", b"A,one,1", b"B,two,2", b""])

    assert [(r["line"], r["name"]) for r in shelf.read(body)] == [
        (2, "one"),
        (3, "two"),
    ]


def test_a_broken_quote_costs_one_line(shelf):
    """Reading goes on with the next line, and what is wrong says where."""
    body = HEAD + b'A,"never closed,1\nB,two,2\nC,"three",3\n'

    assert names(shelf.read(body)) == ["two", "three"]
    assert shelf.wrong(body) == [(2, "broken-quotes")]


def test_text_behind_a_quote_costs_one_line(shelf):
    """A quote that ends in the middle of a value is no value."""
    body = HEAD + b'A,"one" more,1\nB,two,2\n'

    assert names(shelf.read(body)) == ["two"]
    assert shelf.wrong(body) == [(2, "broken-quotes")]


def test_every_line_may_be_broken(shelf):
    """Many broken quotes are as many errors, and the good rows come."""
    lines = [f'A{n},"x{n},1' if n % 2 else f"A{n},x{n},1" for n in range(400)]
    body = HEAD + "\n".join(lines).encode() + b"\n"

    good = {f"A{n}" for n in range(0, 400, 2)}
    assert {row["sku"] for row in shelf.read(body)} <= good
    assert {line for line, _ in shelf.wrong(body)} <= set(range(2, 402))
    assert len(shelf.read(body)) + len(shelf.wrong(body)) >= 300


def test_values_may_have_lines_of_their_own(shelf):
    """Rows after such a value keep the numbers of their lines."""
    body = HEAD + b'A,"one\ntwo\n\nthree",1\nB,x,2\n'

    assert [(r["line"], r["name"]) for r in shelf.read(body)] == [
        (2, "one\ntwo\n\nthree"),
        (6, "x"),
    ]


def test_a_wrong_number_of_values_is_an_error(shelf):
    """Too few and too many are told apart from good rows."""
    body = HEAD + b"A,one\nB,two,2,more\nC,three,3\n\nD,four,4\n"

    assert names(shelf.read(body)) == ["three", "four"]
    assert shelf.wrong(body) == [(2, "wrong-width"), (3, "wrong-width")]


def test_mixed_encodings_are_errors_of_their_rows(shelf):
    """A line in another encoding is not guessed at."""
    good = "Ü,ä,1\n" * 3
    body = HEAD + good.encode() + "K\xe4se,x,1\n".encode("latin-1") + b"B,z,2\n"

    assert names(shelf.read(body)) == ["ä", "ä", "ä", "z"]
    assert shelf.wrong(body) == [(5, "wrong-encoding")]


def test_a_zero_byte_is_an_error_of_its_row(shelf):
    """Databases cannot keep one in a text."""
    body = HEAD + b"A,o\0ne,1\nB,two,2\n"

    assert names(shelf.read(body)) == ["two"]
    assert shelf.wrong(body) == [(2, "no-text")]


def test_a_huge_line_is_an_error_of_its_row(shelf):
    """A cell of 32 MB is left out, and the rows after it come."""
    body = HEAD + b"A,one,1\nB," + b"x" * (32 << 20) + b",2\nC,three,3\n"

    assert [(r["line"], r["name"]) for r in shelf.read(body)] == [
        (2, "one"),
        (4, "three"),
    ]
    assert shelf.wrong(body) == [(3, "too-long")]


def test_a_huge_value_in_quotes_is_an_error_of_its_row(shelf):
    """So it is where the value has lines of its own."""
    value = (b"y" * 99 + b"\n") * 100_000
    body = HEAD + b'A,one,1\nB,"' + value + b'",2\nC,three,3\n'

    assert names(shelf.read(body)) == ["one", "three"]
    assert shelf.wrong(body) == [(3, "too-long")]


def test_a_stray_quote_before_many_rows_costs_one_line(shelf):
    """Rows that look like rows are not taken for one long value."""
    rows = b"".join(b"B%d,two,2\n" % n for n in range(600_000))
    body = HEAD + b'A,"one,1\n' + rows

    assert shelf.wrong(body) == [(2, "broken-quotes")]
    assert len(shelf.read(body)) == 600_000


def test_columns_of_one_name_are_told_apart(shelf):
    """Nothing is lost, also where a column has no name or is called `line`."""
    assert shelf.read(b"a,a,,line\n1,2,3,4\n") == [
        {"line": 2, "a": "1", "a_2": "2", "column_3": "3", "line_2": "4"}
    ]


def test_too_many_columns_are_too_much(shelf):
    """No table of products has thousands."""
    assert len(shelf.read(b",".join([b"c"] * 100) + b"\n")) == 0

    with pytest.raises(TooMuch, match="columns"):
        shelf.read(b",".join([b"c"] * 3_000) + b"\n")


def test_an_unknown_encoding_is_refused(shelf):
    """The ones that are read are named."""
    with pytest.raises(Invalid, match="rot13"):
        shelf.read(HEAD, encoding="rot13")


TEXT = st.text(
    st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=20
)


@settings(max_examples=60)
@given(rows=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=8))
def test_reads_what_a_writer_wrote(tmp_path_factory, rows):
    """Whatever is quoted properly comes back, but for rows without anything."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([("sku", "name", "price"), *rows])
    shelf = Shelf("csv", tmp_path_factory.mktemp("csv"))

    found = shelf.read(
        text.getvalue().encode(), encoding="utf-8", delimiter=",", skip_lines=0
    )

    assert [(r["sku"], r["name"], r["price"]) for r in found] == rows


@settings(max_examples=60)
@given(body=st.binary(max_size=400))
def test_no_bytes_break_it(tmp_path_factory, body):
    """Every line is a row or an error, or the file is refused in words."""
    shelf = Shelf("csv", tmp_path_factory.mktemp("csv"))
    body = HEAD + body

    rows = shelf.read(body, encoding="utf-8", delimiter=",", skip_lines=0)
    wrong = shelf.wrong(body, encoding="utf-8", delimiter=",", skip_lines=0)

    lines = body.count(b"\n") + 1
    assert {line for line, _ in wrong} <= set(range(2, lines + 1))
    assert {row["line"] for row in rows} <= set(range(2, lines + 1))
    assert not {row["line"] for row in rows} & {line for line, _ in wrong}
