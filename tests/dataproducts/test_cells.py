"""Values as cells."""

import base64

import pytest

from entrepot.connections import Column
from entrepot.dataproducts.cells import Cell, render_cell

BIG = "9007199254740993"
MINUTE, SECOND = "2026-11-05T10:11:00", "2026-11-05T10:11:12Z"


def column(kind, name="x", **facts):
    """Return a column of a kind."""
    return Column(name=name, position=1, type=kind.upper(), kind=kind, **facts)


@pytest.mark.parametrize(
    ("value", "kind", "form", "text", "raw"),
    [
        (None, "text", "null", "", None),
        ("", "text", "empty", "", None),
        ("short", "text", "text", "short", None),
        (True, "boolean", "yes", "", "true"),
        (False, "boolean", "no", "", "false"),
        (1204331, "integer", "number", "1,204,331", "1204331"),
        (2026, "integer", "number", "2026", "2026"),
        (-12.5, "number", "number", "−12.5", "-12.5"),
        ("12345.60", "decimal", "number", "12,345.60", "12345.60"),
        (BIG, "integer", "number", "9,007,199,254,740,993", BIG),
        (1e300, "number", "number", "1e+300", None),
        ("2026-11-05", "date", "date", "5 Nov 2026", "2026-11-05"),
        (MINUTE, "datetime", "date", "2026-11-05 10:11", MINUTE),
        (SECOND, "datetime", "date", "2026-11-05 10:11:12", SECOND),
        ("soon", "date", "text", "soon", None),
        ("twelve", "integer", "text", "twelve", None),
        ("[1]", "other", "json", "[1]", None),
        ("", "bytes", "bytes", "bytes", None),
    ],
)
def test_a_value_has_the_form_of_its_type(value, kind, form, text, raw):
    """By the column's kind where the value is of it, else as the text it is."""
    cell = render_cell(value, column(kind))

    assert (cell.form, cell.text, cell.raw) == (form, text, raw)


@pytest.mark.parametrize(
    ("value", "text"),
    [("2574.6", "2,574.60"), (1492, "1,492.00"), ("0.125", "0.125"), (-1, "−1.00")],
)
def test_decimals_have_their_columns_scale(value, text):
    """So that they stand below each other; digits beyond it stay."""
    assert render_cell(value, column("decimal", scale=2)).text == text


@pytest.mark.parametrize(
    "facts", [{"name": "SupplierId"}, {"name": "year"}, {"primary_key": True}]
)
def test_numbers_that_name_something_have_no_commas(facts):
    """An order number is not a quantity."""
    cell = render_cell(4500000001, column("integer", **facts))

    assert cell == Cell(form="number", text="4500000001")


@pytest.mark.parametrize(
    ("length", "cut", "is_fetched"),
    [(46, 0, False), (250, 204, False), (2001, 1955, True)],
)
def test_a_long_text_is_cut_and_says_so(length, cut, is_fetched):
    """Up to 2,000 characters the page has the whole beside what it shows."""
    cell = render_cell("a" * length, column("text"))

    assert (len(cell.text), cell.cut_count) == (46, cut)
    assert cell.is_fetched == is_fetched


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"\x89PNG\r\n", "PNG"), (b"%PDF-1.7", "PDF"), (b"\0", "bytes")],
)
def test_bytes_say_their_kind_and_size(content, name):
    """From the first bytes; the content stays in the database."""
    cell = render_cell(base64.b64encode(content).decode(), column("bytes"))

    assert cell == Cell(form="bytes", text=name, size_bytes=len(content))
    assert cell.is_fetched
