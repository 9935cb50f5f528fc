"""JSON arrays, wherever they stand."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contracts.feed_format import COLUMNS, FeedFormatContract, Shelf

from entrepot.base.errors import Invalid


class TestJson(FeedFormatContract):
    name = "json"
    options = {"member": ""}

    def encode(self, columns, rows):
        made = [dict(zip(columns, row, strict=True)) for row in rows]
        return json.dumps(made).encode()

    def test_no_rows_still_give_the_columns(self, shelf):
        """Records name the columns themselves, so there are none."""
        assert len(shelf.batches(self.encode(COLUMNS, [("A", "b", "1")]))) == 1

        with pytest.raises(Invalid, match="no records"):
            shelf.batches(self.encode(COLUMNS, []), **self.options)


@pytest.fixture
def shelf(tmp_path):
    return Shelf("json", tmp_path)


@pytest.mark.parametrize(
    "body",
    [
        b'[{"sku": "A"}, {"sku": "B"}]',
        b'{"products": [{"sku": "A"}, {"sku": "B"}], "count": 2}',
        b'{"ok": true, "data": {"items": [\n{"sku": "A"},\n{"sku": "B"}\n]}}',
        '\ufeff[{"sku": "A"}, {"sku": "B"}]'.encode(),
        '[{"sku": "A"}, {"sku": "B"}]'.encode("utf-16"),
    ],
)
def test_finds_the_array(shelf, body):
    """On its own, under a key, or deeper."""
    assert [(row["line"], row["sku"]) for row in shelf.read(body)] == [
        (1, "A"),
        (2, "B"),
    ]


def test_a_broken_record_costs_itself(shelf):
    """Reading goes on where the next record seems to begin."""
    body = b'[{"sku": "A"}, {"sku": "B",, "x": 1}, {"sku": "C"}, 5, {"sku": "D"}]'

    assert [row["sku"] for row in shelf.read(body)] == ["A", "C", "D"]
    assert shelf.wrong(body) == [(2, "broken-json"), (4, "not-an-object")]


def test_a_file_that_ends_in_the_middle_keeps_its_beginning(shelf):
    """What came is read, and the end is an error."""
    body = b'[{"sku": "A"}, {"sku": "B'

    assert [row["sku"] for row in shelf.read(body)] == ["A"]
    assert shelf.wrong(body) == [(2, "broken-json")]


def test_a_huge_value_costs_its_record(shelf):
    """A value of 32 MB is left out, and the records after it come."""
    body = b'[{"sku": "A"}, {"sku": "' + b"x" * (32 << 20) + b'"}, {"sku": "C"}]'

    assert [row["sku"] for row in shelf.read(body)] == ["A", "C"]
    assert shelf.wrong(body) == [(2, "too-long")]


def test_deep_nesting_costs_its_record(shelf):
    """No recursion goes as deep as a file can."""
    body = b'[{"sku": "A"}, {"x": ' + b"[" * 100_000 + b'}, {"sku": "C"}]'

    assert [row["sku"] for row in shelf.read(body)] == ["A", "C"]
    assert [code for _, code in shelf.wrong(body)] == ["broken-json"]


def test_an_object_without_an_array_is_none(shelf):
    """It is said what is missing."""
    with pytest.raises(Invalid, match="no array"):
        shelf.read(b'{"sku": "A"}', member="products")


@settings(max_examples=60)
@given(body=st.binary(max_size=300))
def test_no_bytes_break_it(tmp_path_factory, body):
    """A file is read or refused in words."""
    shelf = Shelf("json", tmp_path_factory.mktemp("json"))

    rows = shelf.read(b'[{"sku": "A"},' + body, encoding="utf-8", member="")

    assert rows[0]["sku"] == "A"
