"""`?full=true` and the packed list over HTTP."""

from __future__ import annotations

import gzip
import json

import pytest
from sqlalchemy import insert

from entrepot.app import create_app
from entrepot.catalogue import Product, create_product, documents

ROW = {"name": "Crane", "price": 1, "status": "active", "description": "fold " * 99}


@pytest.fixture
def client(both):
    """A client of a house with one public product below a root."""
    with both.store.session() as session:
        create_product(session, ROW | {"sku": "S", "category_id": 3}, by="ada")
    return create_app(both).test_client()


def test_full_has_what_belongs_to_the_product(client):
    """Without it the answer is as it was; both are kept apart."""
    plain, full, again = (
        client.get(f"/api/products/1{query}").json
        for query in ("", "?full=true", "?full=true")
    )

    assert full["category"]["path"] == "Furniture"
    added = ("category", "images", "product_metafields")
    assert {name: full[name] for name in full if name not in added} == plain
    assert again == full
    assert client.get("/api/products/2?full=true").status_code == 404


def test_the_whole_list_goes_out_packed_to_who_takes_it(client, both):
    """To both sorts of callers in turn, whatever was kept of the other."""
    with both.store.session() as session:
        rows = [ROW | {"sku": f"S{number}"} for number in range(2_500)]
        session.execute(insert(Product), rows)
        documents.refresh_all(session)
        documents.bump(session)
    for _ in range(2):
        packed = client.get(
            "/api/products", headers={"Accept-Encoding": "gzip"}, buffered=True
        )
        plain = client.get("/api/products", buffered=True)

        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(packed.data) == plain.data
        assert len(json.loads(plain.data)) == 2_501
        for answer in (packed, plain):
            asked = {"If-None-Match": answer.headers["ETag"]}
            same = client.get("/api/products", headers=asked)
            assert same.status_code == 304
