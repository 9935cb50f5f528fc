"""Shopify's product CSV."""

import csv
import io

import pytest
from tests.contracts.feed_format import COLUMNS, FeedFormatContract, Shelf

HEAD = ["Handle", "Title", "Variant Price", *COLUMNS]


def filled(rows):
    return [["h", "t", "1", *row] for row in rows]


class TestShopify(FeedFormatContract):
    name = "shopify"
    first = 2

    def encode(self, columns, rows):
        text = io.StringIO(newline="")
        csv.writer(text).writerows([HEAD, *filled(rows)])
        return text.getvalue().encode()

    def test_many_rows_come_in_batches_of_one_schema(self, shelf):
        """As of CSV, with Shopify's own columns beside."""
        body = self.encode(COLUMNS, [("A", "b", "1")] * 9_000)

        assert [b.rows.num_rows <= 4_096 for b in shelf.batches(body)].count(False) == 0

    def test_no_rows_still_give_the_columns(self, shelf):
        """As of CSV, with Shopify's own columns beside."""
        batches = shelf.batches(self.encode(COLUMNS, []))

        assert batches[0].rows.schema.names == ["line", *HEAD]


@pytest.fixture
def shelf(tmp_path):
    return Shelf("shopify", tmp_path)


def test_knows_its_own_by_the_columns(shelf):
    """Other CSV is not taken for Shopify's."""
    mine = shelf.put(b"Handle,Title,Variant Price\na,b,1\n")
    assert shelf.format.sniff(mine).likelihood > 0.9

    assert shelf.format.sniff(shelf.put(b"sku,title\na,b\n")).likelihood == 0


def test_says_how_rows_belong_together(shelf):
    """A variant fills its own columns in, the others are the product's."""
    columns = (
        "Handle",
        "Title",
        "Option1 Name",
        "Option1 Value",
        "Variant SKU",
        "Variant Price",
        "Image Src",
        "Image Position",
    )

    grouping = shelf.format.group(columns)

    assert grouping.by == "Handle"
    assert grouping.filled == ("Title", "Option1 Name")
    assert set(grouping.told_by) == {"Option1 Value", "Variant SKU", "Variant Price"}
    assert (grouping.picture, grouping.position) == ("Image Src", "Image Position")
    assert grouping.options == (("Option1 Name", "Option1 Value"),)
