"""Posted records become a spool in which every value is what was sent."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entrepot.base.errors import Invalid, InvalidValue, TooMuch
from entrepot.exports.intake.records import exact_number
from entrepot.exports.intake.scanner import Scanner
from entrepot.exports.intake.take import HERE_BYTES


def test_values_decide_a_columns_type(post, spooled):
    """Numbers, truth, text and nothing each keep what they are."""
    records = [
        {"id": 1, "price": 2.5, "ok": True, "name": "Ünal", "none": None},
        {"id": -(2**63), "price": 3, "ok": None, "name": None, "none": None},
    ]

    taken = post({"data": records})

    assert spooled(taken.spool) == (
        {
            "id": "int64",
            "price": "double",
            "ok": "bool",
            "name": "string",
            "none": "string",
        },
        [[1, 2.5, True, "Ünal", None], [-(2**63), 3.0, None, None, None]],
    )
    assert (taken.rows, taken.columns) == (2, ("id", "price", "ok", "name", "none"))


TEXTS = [
    "007", "+6281234567", "1234567890123456789", "ﬁ", "²", "=1+1", "👩‍👩‍👧", "",
    "1e5", "2025-08-01 10:11:12", "12:30", "true", "null", "NaN", "-0", " x ", "a\0b",
    "x" * 40_000,
]  # fmt: skip


def test_text_stays_as_it_is(post, spooled):
    """Nothing that looks like something else becomes that."""
    taken = post({"data": [{"t": text} for text in TEXTS]})

    assert spooled(taken.spool) == ({"t": "string"}, [[text] for text in TEXTS])


def test_numbers_that_do_not_fit_stay_their_digits(post, spooled):
    """An integer beyond 64 bits and a fraction beyond a double are text."""
    body = (
        '{"data":[{"a":92233720368547758070,"b":0.12345678901234567890,"c":1e400,'
        '"d":9007199254740993},{"a":1,"b":0.5,"c":1,"d":0.5}]}'
    )

    taken = post(body)

    assert spooled(taken.spool) == (
        dict.fromkeys("abcd", "string"),
        [
            ["92233720368547758070", "0.12345678901234567890", "1e400",
             "9007199254740993"],
            ["1", "0.5", "1", "0.5"],
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "type", "result"),
    [
        (["2", 2], "string", ["2", "2"]),
        ([True, 1], "string", ["true", "1"]),
        ([1, 2.5, "x"], "string", ["1", "2.5", "x"]),
        ([{"x": [1, "ü"]}, [1, None]], "string", ['{"x":[1,"ü"]}', "[1,null]"]),
        ([{"x": 1}, None, "y"], "string", ['{"x":1}', None, "y"]),
        ([2**64, 2**70], "string", [str(2**64), str(2**70)]),
    ],
)
def test_mixed_values_become_text(post, spooled, values, type, result):
    """What is not of one kind is written as JSON writes it; text is as it was."""
    taken = post({"data": [{"v": value} for value in values]})

    assert spooled(taken.spool) == ({"v": type}, [[value] for value in result])


def test_a_type_that_widens_late_holds_what_came_before(post, spooled):
    """Thousands of integers, then a fraction, then a text."""
    values = [*range(60_000), 0.5, *range(60_000), "x"]

    taken = post({"data": [{"v": value} for value in values]})

    types, rows = spooled(taken.spool)
    assert types == {"v": "string"}
    assert rows == [[str(value)] for value in values]


def test_columns_that_come_later_are_empty_before(post, spooled):
    """Columns stand in the order in which they are first seen."""
    taken = post({"data": [{}, {"b": 1}, {"a": "x", "b": 2}]})

    assert spooled(taken.spool) == (
        {"b": "int64", "a": "string"},
        [[None, None], [1, None], [2, "x"]],
    )


def test_the_rest_of_the_body_comes_back(post):
    """Wherever the records stand; an array of the same name elsewhere is no matter."""
    body = {
        "template": "complete",
        "source": {"title": "x", "records": [{"a": 1}], "sheet": "y"},
        "other": [1, {"records": [{"b": 2}]}],
    }

    taken = post(body, ("source", "records"))

    assert taken.columns == ("a",)
    assert taken.rest == {
        "template": "complete",
        "source": {"title": "x", "sheet": "y"},
        "other": [1, {"records": [{"b": 2}]}],
    }


def test_a_body_may_be_the_array_itself(post, spooled):
    """As files of JSON are."""
    taken = post([{"a": 1}, {"a": 2}], ())

    assert (taken.rest, spooled(taken.spool)[1]) == ({}, [[1], [2]])


def test_no_records_leave_no_spool(post, kept):
    """An empty array is right, and nothing is kept for it."""
    taken = post({"data": [], "x": 1})

    assert (taken.spool, taken.rows, taken.rest, kept()) == (None, 0, {"x": 1}, [])


def test_records_may_be_left_out_where_they_need_not_be(post):
    """A request can have another source."""
    taken = post({"source": {"table": "t"}}, ("source", "records"), is_needed=False)

    assert (taken.spool, taken.rest) == (None, {"source": {"table": "t"}})


WRONG = [
    ('[{"price":1},{"price":NaN}]', "data[1].price: NaN is not JSON; send null"),
    ('[{"a":-Infinity}]', "data[0].a: -Infinity is not JSON; send null"),
    ('[{"a":1},{"b":1,"b":2}]', "data[1].b: is there twice"),
    ('[{"a":1},{"a":01}]', "data[1].a: invalid number"),
    ('[{"a":{"b":}}]', "data[0].a: invalid character"),
    ('[{"a" 1}]', "data[0]: expected ':'"),
    ('[{a: 1}]', "data[0]: object keys must be strings"),
    ('[{"a":1,}]', "data[0]: trailing comma in object"),
    ('[{"a":1},]', "data[1]: there is no record between the commas"),
    ('[,{"a":1}]', "data[0]: there is no record between the commas"),
    ('[{"a":1},3]', "data[1]: a JSON object is wanted, not a number"),
    ('[null]', "data[0]: a JSON object is wanted, not null"),
    ('[{"a":1} {"b":2}]', "data[0].a: trailing characters"),
    ('[{"a":"x\ny"}]', "data[0].a: invalid character"),
    ('[{"a":"\\ud800"}]', "data[0].a: half of a surrogate pair is no character"),
    ('[{"a":1}}', "data is not closed by `]` but by `}` at byte 16"),
    ('[{}]', "data: none of the 1 records has a field"),
    ('"x"', "data: an array of objects is wanted, not text"),
    ('[{"a":1}', "the body ends at byte 16 within data, before its `]`"),
    ('[{"a":"x', "the body ends at byte 16 within data, before its `]`"),
]  # fmt: skip


@pytest.mark.parametrize(("array", "words"), WRONG)
def test_a_wrong_record_is_named(post, kept, array, words):
    """By its index and field; nothing is left of the body."""
    is_cut = array.count("[") != array.count("]")
    assert post('{"data":[{"a":1}]}').rows == 1
    before = kept()

    with pytest.raises(Invalid) as caught:
        post('{"data":' + array + ("" if is_cut else "}"))

    assert (caught.value.detail, kept()) == (words, before)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"data":[{"a":1}]} x', "the body is not JSON at byte 19: Extra data"),
        ('{"data":[{"a":1}],"data":[]}', "data is there twice"),
        ('{"data":[{"a":1}],"x":}', "the body is not JSON at byte 22: Expecting value"),
        ('{"x":NaN,"data":[{"a":1}]}', "NaN is not JSON; send null"),
        ("[]", "the body must be a JSON object, not an array"),
        ("null", "the body must be a JSON object, not null"),
        ("", "the body is not JSON at byte 0: Expecting value"),
        ('{"dato":[]}', "data is missing: an array of objects"),
        ("\ufeffx", "the body is not JSON at byte 0: Expecting value"),
    ],
)
def test_a_wrong_body_is_told_with_its_place(post, body, words):
    """Bytes are counted in the body as it was sent."""
    with pytest.raises((Invalid, InvalidValue)) as caught:
        post(body)

    assert caught.value.detail == words


def test_a_record_far_behind_is_named_by_its_index(post):
    """Across all the pieces in which a body comes."""
    good = ",".join(f'{{"name":"n{i}","price":{i}}}' for i in range(50_000))

    with pytest.raises(Invalid) as caught:
        post('{"data":[' + good + ',{"name":"x","price":1.}]}')

    assert caught.value.detail == "data[50000].price: invalid number"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"x":"' + "y" * (5 << 20) + '","data":[{"a":1}]}', "4 MB"),
        ('{"data":[{"a":"' + "y" * (33 << 20) + '"}]}', "32 MB"),
        ('{"data":[' + "{" * 20_000, "deeper than 64"),
        ("[" * 20_000, "deeper than 64"),
    ],
)
def test_what_would_fill_the_memory_is_refused(post, kept, body, words):
    """A huge rest, a huge record, and what is nested without end."""
    with pytest.raises((TooMuch, Invalid), match=words):
        post(body)

    assert kept() == []


def test_many_different_fields_are_refused(post):
    """Each record with a field of its own would make a table of nothing but holes."""
    records = [{f"f{i}": 1} for i in range(20_000)]

    with pytest.raises(TooMuch) as caught:
        post({"data": records})

    assert "cells" in caught.value.detail or "16384" in caught.value.detail


def test_a_large_body_is_read_by_another_process_alike(post, spooled):
    """With the same rows, hash and rest."""
    records = [{"id": i, "name": f"n{i}"} for i in range(200)]
    few = post({"data": records, "x": [1]})
    large = post({"data": records, "x": [1], "y": "z" * HERE_BYTES})

    assert large.sha256 == few.sha256
    assert spooled(large.spool) == spooled(few.spool)
    assert large.rest == {"x": [1], "y": "z" * HERE_BYTES}


def test_an_error_of_the_other_process_is_the_same(post, kept):
    """With its words and its kind."""
    body = '{"y":"' + "z" * HERE_BYTES + '","data":[{"a":1},{"a":nan}]}'

    with pytest.raises(Invalid) as caught:
        post(body)

    assert caught.value.detail == "data[1].a: is not JSON"
    assert kept() == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(
    records=st.lists(
        st.dictionaries(st.text(max_size=3), JSON, max_size=4), max_size=6
    ),
    rest=st.dictionaries(st.text(max_size=3).filter("data".__ne__), JSON, max_size=3),
    indent=st.sampled_from([None, 1]),
    escaped=st.booleans(),
    cuts=st.lists(st.integers(1, 9), min_size=1),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_body_cut_anywhere_gives_its_records(records, rest, indent, escaped, cuts):
    """The scanner sees the records that a reader of the whole body sees."""
    whole = {**rest, "data": records}
    body = json.dumps(whole, indent=indent, ensure_ascii=escaped).encode(
        errors="surrogatepass"
    )
    scanner, found, at = Scanner(("data",)), [], 0
    while at < len(body):
        step = cuts[at % len(cuts)]
        for group in scanner.feed(body[at : at + step]):
            found += json.loads(b"[" + group.raw + b"]")
        at += step
    scanner.end()

    assert found == records
    assert json.loads(bytes(scanner.rest)) == {**rest, "data": []}


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_is_a_double_only_if_it_is_the_same_number(number):
    """Else it stays its text."""
    text = f"{number:E}"

    kept = exact_number(text)

    assert kept == text or Decimal(repr(kept)) == Decimal(text)
