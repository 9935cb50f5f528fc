"""The catalogue as a source of exports, with its templates."""

from __future__ import annotations

import csv
import io
import json
import pickle
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete

from entrepot.accounts import add_user, make_key
from entrepot.base.acting import Actor, acting_as
from entrepot.base.errors import TimedOut
from entrepot.base.rows import ReadOptions
from entrepot.catalogue import Product, create_product
from entrepot.catalogue.outbound.google import ATTRIBUTES
from entrepot.catalogue.outbound.ready import ready_file
from entrepot.catalogue.outbound.shapes import SHAPES
from entrepot.catalogue.outbound.shopify import HEADERS
from entrepot.catalogue.outbound.source import catalogue_source
from entrepot.exports import NAMED
from entrepot.exports.template.shipped import shipped_template


def rows(source) -> list[dict[str, object]]:
    """Return a source's rows."""
    with source.open(ReadOptions()) as stream:
        return [row for batch in stream.batches for row in batch.to_pylist()]


def test_products_are_rows_with_exact_values(shop):
    """By id, of one moment, as another process reads them too."""
    source = catalogue_source(shop, "catalogue.products")
    first, *_, last = rows(pickle.loads(pickle.dumps(source)))

    assert (first["id"], first["sku"], first["price"]) == (
        1,
        "TEE-RED",
        Decimal("19.50"),
    )
    assert (first["upc"], first["category_path"]) == (
        "4006381333931",
        "Office Supplies",
    )
    assert json.loads(first["additional_images"]) == ["https://cdn.example/back.jpg"]
    assert first["featured_image_url"] == "https://cdn.example/red.jpg"
    assert (last["sku"], last["is_active"], last["has_image"]) == ("DRAFT", True, False)
    assert "password" not in repr(source)


@pytest.mark.parametrize("name", SHAPES)
def test_a_batch_is_no_larger_than_asked(shop, name):
    """And has exactly the schema, whatever is in it."""
    with catalogue_source(shop, name).open(ReadOptions(batch_rows=2)) as stream:
        batches = list(stream.batches)

    assert {batch.num_rows for batch in batches} <= {1, 2}
    assert all(batch.schema == stream.schema for batch in batches)


def test_reading_has_a_time_limit(shop):
    """It comes out of the batches."""
    source = catalogue_source(shop, "catalogue.products")
    with source.open(ReadOptions(seconds=1e-9)) as stream, pytest.raises(TimedOut):
        list(stream.batches)


@pytest.mark.parametrize(
    ("template", "columns"),
    [
        ("products", [name for name, _ in SHAPES["catalogue.products"].columns]),
        ("shopify", list(HEADERS)),
        ("google-merchant", list(ATTRIBUTES)),
    ],
)
def test_a_template_has_the_columns_of_its_rows(template, columns):
    """In the same order, under the same names, so that imports know them."""
    said = shipped_template(template).sheets[0].columns

    assert [(one.field, one.header) for one in said] == [(c, c) for c in columns]


@pytest.fixture
def client(shop):
    """A client of this shop, as the person at this machine."""
    from entrepot.app import create_app

    return create_app(shop, is_open=True).test_client()


def exported(client, **said) -> bytes:
    """Return the file of an export that is made at once."""
    made = client.post("/api/exports", json={"wait": True, **said})
    assert made.status_code == 200, made.json
    return client.get(made.json["data"]["download_url"]).data


def test_an_export_names_the_rows_and_a_template(client):
    """The file is what the template says."""
    content = exported(
        client,
        source={"named": "catalogue.products"},
        template="products",
        format="csv",
    )
    found = list(csv.DictReader(io.StringIO(content.decode(), newline="")))

    assert [row["sku"] for row in found] == [
        "TEE-RED",
        "MUG 1",
        "BARE",
        "TEE-BLUE",
        "DRAFT",
    ]
    assert (found[0]["price"], found[0]["track_inventory"]) == ("19.50", "true")


def test_operations_choose_of_the_rows(client):
    """As of any other source."""
    content = exported(
        client,
        source={"named": "catalogue.products"},
        format="json",
        operations=[
            {"type": "filter", "column": "brand", "value": "Kestrel"},
            {"type": "select", "columns": ["sku"]},
        ],
    )

    assert sorted(row["sku"] for row in json.loads(content)) == [
        "TEE-BLUE",
        "TEE-RED",
    ]


def test_shopifys_template_makes_what_the_feed_has(client):
    """Byte for byte, so that either may be fetched."""
    content = exported(
        client, source={"named": "catalogue.shopify"}, template="shopify"
    )

    assert content == client.get("/feeds/shopify.csv").data


def test_rows_that_there_are_not_are_told(client):
    """With those that there are; two sources at once are too many."""
    unknown = client.post(
        "/api/exports", json={"source": {"named": "catalogue.nothing"}}
    )
    both = client.post(
        "/api/exports",
        json={"source": {"named": "catalogue.products", "query": "SELECT 1"}},
    )

    assert (unknown.status_code, both.status_code) == (404, 400)
    assert "catalogue.products" in json.dumps(unknown.json)


def costs_of(house) -> list[object]:
    """Return what the products cost, as whoever acts now is told it."""
    found = rows(catalogue_source(house, "catalogue.products"))
    shop = rows(catalogue_source(house, "catalogue.shopify"))
    return [found[0]["cost_price"], shop[0]["Cost per item"]]


def acting(house, role: str, kind: str):
    """Return a block in which somebody of a role acts, or a key of theirs."""
    if kind == "key":
        make_key(house, name=f"the {role}s", role=role, days=9)
        return acting_as(Actor(name=f"the {role}s", kind="key"))
    added = add_user(house, email=f"{role}@example.com", role=role).user
    return acting_as(Actor(name=added.email, kind="person", user_id=added.id))


@pytest.mark.parametrize("kind", ["person", "key"])
@pytest.mark.parametrize(
    ("role", "costs"),
    [
        ("viewer", [None, None]),
        ("analyst", [Decimal("4.20"), "4.20"]),
        ("admin", [Decimal("4.20"), "4.20"]),
    ],
)
def test_what_products_cost_is_for_whom_may_write_it(shop, role, costs, kind):
    """For viewers it is empty, in either shape; and so in the feeds that are ready."""
    with shop.store.session() as session:
        values = {"sku": "A", "name": "A", "price": "9", "cost_price": "4.20"}
        session.execute(delete(Product))
        create_product(session, values, by="tests")

    with acting(shop, role, kind):
        assert costs_of(shop) == costs
        mark = NAMED["catalogue.products"].mark(shop, "catalogue.products")
    assert mark.endswith(":costs") is (role != "viewer")
    feed = Path(ready_file(shop, "shopify.csv").path).read_text()
    assert (",9.00," in feed, "4.20" in feed) == (True, False)
    assert costs_of(shop) == [Decimal("4.20"), "4.20"]
