"""What texts become, field by field."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.feeds.reading.values import Reading, convert


def D(*texts):
    return [Decimal(text) for text in texts]


def test_prices_with_a_point(desk):
    """Signs between thousands, currencies and blanks are no part of the number."""
    texts = ["1", "12.9", "12.90", "0012.50", "1,234.50", "1'234.50", "$ 5", "5 EUR"]

    assert desk.column("price", *texts) == (
        D("1", "12.90", "12.90", "12.50", "1234.50", "1234.50", "5", "5"),
        [],
    )


def test_prices_with_a_comma(desk):
    """The other way round."""
    texts = ["1", "12,9", "12,90 €", "1.234,50", "1 234,50", "€12,90", ",5"]

    assert desk.column("price", *texts, decimal_sign=",") == (
        D("1", "12.90", "12.90", "1234.50", "1234.50", "12.90", "0.5"),
        [],
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "not-a-number"),
        ("12,90", "not-a-number"),
        ("1.2.3", "not-a-number"),
        ("-1", "negative"),
        ("-0.01", "negative"),
        ("1e308", "too-large"),
        ("1e99999", "not-a-number"),
        ("99999999999", "too-large"),
        ("1.005", "too-fine"),
        ("NaN", "not-a-number"),
        ("inf", "not-a-number"),
        ("=1+1", "not-a-number"),
        ("١٢", "not-a-number"),
    ],
)
def test_what_is_no_price_is_an_error(desk, text, code):
    """The good price beside it is taken, and the reason is the precise one."""
    assert desk.column("price", "1.00", text) == (D("1.00"), [code])


def test_prices_may_be_written_scientifically(desk):
    """Spreadsheets do."""
    assert desk.column("price", "1.5E2", "1e-1", "12.500") == (
        D("150", "0.1", "12.5"),
        [],
    )


def test_an_error_says_where_and_what(desk):
    """Line, column, value, reason and what to do."""
    _, errors, _ = desk.read("sku,price\nA,1\nB,twelve\n")

    assert [(e.line, e.column, e.value, e.code) for e in errors] == [
        (3, "price", "twelve", "not-a-number")
    ]
    assert "'.' as its decimal sign" in errors[0].reason
    assert "','" in errors[0].hint


def test_numbers_and_counts(desk):
    """Doubles, and whole numbers that fit."""
    assert desk.column("weight", "1.5", "2", "1e3", "-1", "x") == (
        [1.5, 2.0, 1000.0],
        ["negative", "not-a-number"],
    )
    assert desk.column("inventory_quantity", "5", "5.0", "-3", "1.5", "3000000000") == (
        [5, 5, -3],
        ["not-whole", "too-large"],
    )


def test_yes_and_no_in_words(desk):
    """Of several languages, and as Shopify says it."""
    texts = ["TRUE", "ja", "0", "Non", "deny", "continue", "maybe"]

    assert desk.column("track_inventory", *texts) == (
        [True, True, False, False, False, True],
        ["not-yes-or-no"],
    )


def test_states_in_words(desk):
    """Other programs' words mean one of ours."""
    texts = ["Active", "published", "Entwurf", "archived", "gone"]

    assert desk.column("status", *texts) == (
        ["active", "active", "draft", "archived"],
        ["unknown-status"],
    )


def test_currencies(desk):
    """Three letters, or a sign."""
    assert desk.column("currency", "eur", "€", "$", "Euro") == (
        ["EUR", "EUR", "USD"],
        ["unknown-currency"],
    )


def test_category_paths(desk):
    """Whatever stands between names, it is ` > ` then."""
    texts = ["A > B", "A -> B -> C", "A|B", "A / B", "A/B", "A »B", "A >  > B", "> A"]

    assert desk.column("category_path", *texts) == (
        ["A > B", "A > B > C", "A > B", "A > B", "A/B", "A > B"],
        ["empty-level", "empty-level"],
    )


def test_lists_and_objects(desk):
    """Lists as people write them or as JSON; objects are JSON."""
    texts = ["http://x/1, http://x/2", "a|b", '["c"]', '[{"src": "d"}]', "[broken"]
    good = [["http://x/1", "http://x/2"], ["a", "b"], ["c"], ["d"]]

    lists, codes = desk.column("additional_images", *texts)

    assert ([json.loads(text) for text in lists], codes) == (good, ["not-a-list"])
    assert desk.column("metafields", '{"a": 1}', "[1]", "x") == (
        ['{"a":1}'],
        ["not-an-object", "not-an-object"],
    )


@pytest.mark.parametrize(
    ("order", "text", "day"),
    [
        ("dmy", "03.04.2026", "2026-04-03"),
        ("mdy", "03/04/2026", "2026-03-04"),
        ("ymd", "2026-4-3", "2026-04-03"),
        ("dmy", "2026-04-03T10:00:00", "2026-04-03"),
        ("dmy", "46115", "2026-04-03"),
        ("dmy", "1", "1899-12-31"),
    ],
)
def test_days(desk, order, text, day):
    """In the file's order, and as spreadsheets count them."""
    reading = Reading(as_day=True, date_order=order)

    assert _one("custom_attributes.day", text, reading) == (day, [])


@pytest.mark.parametrize("text", ["2026-13-01", "31.02.2026", "soon", "9999999", "0"])
def test_what_is_no_day(text):
    """A number beyond the last day is none either."""
    _, codes = _one(
        "custom_attributes.day", text, Reading(as_day=True, date_order="dmy")
    )

    assert codes == ["not-a-day"]


def _one(field, text, reading):
    import pyarrow as pa

    values, faults = convert(field, pa.array([text]), reading)
    return values[0].as_py(), [fault.code for _, fault in faults]


def test_texts_that_are_too_long_are_errors(desk):
    """They are never cut; characters count, not bytes."""
    good = "ü" * 200

    assert desk.column("brand", good, "x" * 201) == ([good], ["too-long"])


def test_barcodes_keep_their_zeros(desk):
    """They are texts; a wrong check digit is a warning."""
    rows, errors, warnings = desk.read(
        "sku,upc\nA,0012345678905\nB,4006381333931\nC,4006381333932\nD,4.00638E+12\n"
    )

    assert [row["upc"] for row in rows] == [
        "0012345678905",
        "4006381333931",
        "4006381333932",
    ]
    assert [(w.line, w.code) for w in warnings] == [(4, "wrong-check-digit")]
    assert [(e.line, e.code) for e in errors] == [(5, "rounded-barcode")]


def test_skus_are_in_capitals(desk):
    """As the catalogue keeps them, so that they are found there."""
    rows, _, _ = desk.read("sku,name\n ab-1 ,x\n")

    assert rows[0]["sku"] == "AB-1"


@given(cents=st.integers(0, 10**12 - 1), sign=st.sampled_from([".", ","]))
def test_every_amount_comes_back(cents, sign):
    """An amount that fits is itself, with and without signs between thousands."""
    import pyarrow as pa

    amount = Decimal(cents) / 100
    plain, grouped = f"{amount:.2f}", f"{amount:,.2f}"
    if sign == ",":
        plain = plain.replace(".", ",")
        grouped = grouped.translate(str.maketrans(",.", ".,"))

    values, faults = convert(
        "price", pa.array([plain, grouped, f"{grouped} €"]), Reading(decimal_sign=sign)
    )

    assert (values.to_pylist(), faults) == ([amount] * 3, [])


@given(text=st.text(max_size=12))
def test_any_text_is_a_value_or_an_error(text):
    """No field breaks on a text, whatever it is."""
    import pyarrow as pa

    fields = ("price", "weight", "inventory_quantity", "status", "is_active")
    for field in (*fields, "category_path", "additional_images", "metafields"):
        text = text.encode("utf-8", "ignore").decode().strip()
        values, faults = convert(
            field, pa.array([text or None], pa.string()), Reading()
        )

        assert len(values) == 1
        assert bool(faults) == bool(text and values[0].as_py() is None)
