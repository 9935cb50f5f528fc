"""A dump of a Saleor shop."""

import json

import pytest
from tests.contracts.feed_format import Shelf

from entrepot.base.errors import Invalid


@pytest.fixture
def shelf(tmp_path):
    return Shelf("saleor", tmp_path)


def fixture(**changed):
    """Return a shop with one product of two variants."""
    listing = {"channel": 1, "currency": "USD", "cost_price_amount": None}
    rows = [
        ("product.category", 1, {"name": "Shoes", "parent": None}),
        ("product.category", 2, {"name": "Plimsolls", "parent": 1}),
        ("product.product", 7, {"name": "White", "slug": "white", "category": 2}),
        ("product.productchannellisting", 1, {"product": 7, "is_published": True}),
        ("product.productvariant", 8, {"sku": "W-39", "name": "39", "product": 7}),
        ("product.productvariant", 9, {"sku": "W-40", "name": "40", "product": 7}),
        *(
            ("product.productvariantchannellisting", n, {**listing, "variant": v} | p)
            for n, v, p in [
                (1, 8, {"price_amount": "40.000"}),
                (2, 8, {"price_amount": "10"}),
            ]
        ),
        ("warehouse.stock", 1, {"product_variant": 8, "quantity": 5}),
        ("warehouse.stock", 2, {"product_variant": 8, "quantity": 6}),
    ]
    made = [
        {"model": m, "pk": pk, "fields": f | changed.get(m, {})} for m, pk, f in rows
    ]
    return json.dumps(made).encode()


def test_variants_are_put_together(shelf):
    """With their product's name, the first price, all stock, and the path."""
    first, second = shelf.read(fixture())

    assert (first["sku"], first["name"], first["variant"]) == ("W-39", "White", "39")
    assert (first["price"], first["currency"]) == ("40.000", "USD")
    assert first["inventory quantity"] == "11"
    assert first["category path"] == "Shoes > Plimsolls"
    assert first["status"] == "active"
    assert (second["sku"], second["price"]) == ("W-40", None)


def test_is_recognised(shelf):
    """Beside other JSON, which it is not."""
    assert shelf.format.sniff(shelf.put(fixture())).likelihood > 0.95

    assert shelf.format.sniff(shelf.put(b'[{"sku": "A"}]')).likelihood == 0


def test_parents_in_a_ring_end(shelf):
    """A category may not be its own ancestor, but a file can say so."""
    body = fixture(**{"product.category": {"parent": 2}})

    assert shelf.read(body)[0]["category path"] == "Plimsolls"


def test_what_is_broken_is_refused(shelf):
    """Its records name each other, so half of them are nothing."""
    with pytest.raises(Invalid, match="no fixture"):
        shelf.read(fixture()[:-5])
