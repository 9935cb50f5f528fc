"""Real files of products are read by the guessed plan, or say what they need."""

from __future__ import annotations

import pytest

from entrepot.feeds.reading import inspect, open_mapped

FILES = [
    # file, format, products, rows whose SKU stood on an earlier row
    ("shopify_csv/apparel.csv", "shopify", 22, 0),
    ("shopify_csv/home-and-garden.csv", "shopify", 21, 0),
    ("spree/products.csv", "csv", 123, 88),
    ("saleor/populatedb_data.json", "saleor", 73, 0),
]


@pytest.mark.parametrize(("file", "format", "products", "repeated"), FILES)
def test_products_are_read_by_the_guess(shared, file, format, products, repeated):
    """Each row is a product, or the same SKU again in another currency."""
    path = shared / "data" / file
    seen = inspect(path, path.name)
    assert (seen.format, seen.needs) == (format, ())

    with open_mapped(path, seen.plan) as feed:
        batches = list(feed)

    rows = [row for batch in batches for row in batch.rows.to_pylist()]
    errors = [error for batch in batches for error in batch.errors]
    assert (len(rows), len(errors)) == (products, repeated)
    assert {error.code for error in errors} <= {"duplicate"}
    assert all(row["sku"] and row["name"] and row["price"] is not None for row in rows)


@pytest.mark.parametrize(
    ("file", "format"),
    [
        ("google_taxonomy/taxonomy-with-ids.en-US.txt", "csv"),
        ("bestbuy/categories.json", "json"),
        ("bestbuy/stores.json", "json"),
    ],
)
def test_files_of_other_things_are_readable_too(shared, file, format):
    """They say what they need, or what cannot be made of them."""
    path = shared / "data" / file
    seen = inspect(path, path.name)

    assert seen.format == format
    assert seen.needs or any(
        "name and price" in r or "price" in r for r in seen.remarks
    )
