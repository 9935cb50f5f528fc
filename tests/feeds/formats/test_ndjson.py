"""JSON objects on lines of their own."""

import json

import pytest
from tests.contracts.feed_format import COLUMNS, FeedFormatContract, Shelf

from entrepot.base.errors import Invalid


class TestNdjson(FeedFormatContract):
    name = "ndjson"
    options = {}

    def encode(self, columns, rows):
        made = [json.dumps(dict(zip(columns, row, strict=True))) for row in rows]
        return "".join(line + "\n" for line in made).encode()

    def test_no_rows_still_give_the_columns(self, shelf):
        """Records name the columns themselves, so there are none."""
        assert len(shelf.batches(self.encode(COLUMNS, [("A", "b", "1")]))) == 1

        with pytest.raises(Invalid, match="no records"):
            shelf.batches(self.encode(COLUMNS, []), **self.options)


@pytest.fixture
def shelf(tmp_path):
    return Shelf("ndjson", tmp_path)


def test_values_come_as_they_are_written(shelf):
    """Numbers keep their zeros; what is nested has a name with points."""
    body = (
        b'{"sku": 12, "price": 12.90, "on": true, "no": null, "a": {"b": [1, "x"]}}\n'
    )

    assert shelf.read(body) == [
        {
            "line": 1,
            "sku": "12",
            "price": "12.90",
            "on": "true",
            "no": None,
            "a.b": '["1","x"]',
        }
    ]


def test_broken_lines_are_errors(shelf):
    """Each line stands for itself."""
    body = b'{"sku": "A"}\n{"sku": \n[1]\n\n{"sku": "\xe4"}\n{"sku": "B"}\n'

    assert [row["sku"] for row in shelf.read(body, encoding="utf-8")] == ["A", "B"]
    assert shelf.wrong(body, encoding="utf-8") == [
        (2, "broken-json"),
        (3, "not-an-object"),
        (5, "wrong-encoding"),
    ]


def test_half_a_character_is_an_error_of_its_record(shelf):
    """JSON can name what no text can hold."""
    body = b'{"sku": "A\\ud800"}\n{"sku": "B"}\n'

    assert [row["sku"] for row in shelf.read(body)] == ["B"]
    assert shelf.wrong(body) == [(1, "wrong-encoding")]


def test_a_huge_line_is_an_error(shelf):
    """A value of 32 MB is left out, and the lines after it come."""
    body = b'{"sku": "A"}\n{"sku": "' + b"x" * (32 << 20) + b'"}\n{"sku": "C"}\n'

    assert [row["sku"] for row in shelf.read(body)] == ["A", "C"]
    assert shelf.wrong(body) == [(2, "too-long")]


def test_a_column_that_begins_late_is_told(shelf):
    """What is left out is said once, where it begins."""
    body = b'{"sku": "A"}\n' * 10_001 + b'{"sku": "B", "late": 1}\n' * 3

    warnings = [w for batch in shelf.batches(body) for w in batch.warnings]

    assert [(w.line, w.column, w.code) for w in warnings] == [
        (10_002, "late", "late-column")
    ]
