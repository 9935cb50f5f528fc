"""The layout of Etilize feeds."""

import csv
import io

import pytest
from tests.contracts.feed_format import COLUMNS, FeedFormatContract, Shelf

HEAD = ["URL handle", "Title", "Product image URL", *COLUMNS]


class TestEtilize(FeedFormatContract):
    name = "etilize"
    first = 2

    def encode(self, columns, rows):
        text = io.StringIO(newline="")
        csv.writer(text).writerows([HEAD, *(["h", "t", "", *row] for row in rows)])
        return text.getvalue().encode()

    def test_many_rows_come_in_batches_of_one_schema(self, shelf):
        """As of CSV, with the layout's own columns beside."""
        body = self.encode(COLUMNS, [("A", "b", "1")] * 9_000)

        assert [b.rows.num_rows <= 4_096 for b in shelf.batches(body)].count(False) == 0

    def test_no_rows_still_give_the_columns(self, shelf):
        """As of CSV, with the layout's own columns beside."""
        batches = shelf.batches(self.encode(COLUMNS, []))

        assert batches[0].rows.schema.names == ["line", *HEAD]


@pytest.fixture
def shelf(tmp_path):
    return Shelf("etilize", tmp_path)


def test_is_latin_1(shelf):
    """As such feeds come."""
    body = "Title,URL handle,Product image URL\nPapier à lettres,p,\n".encode("latin-1")

    assert shelf.read(body)[0]["Title"] == "Papier à lettres"
    assert shelf.format.sniff(shelf.path).options["encoding"] == "latin-1"
