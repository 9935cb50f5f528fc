"""`/api/products` out of somebody else's PostgreSQL."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from tests.catalogue.serving.conftest import FOUR_COLUMNS

from entrepot.catalogue.cli import group
from entrepot.catalogue.events import DatabaseUsed


@pytest.fixture
def fill(postgresql, elsewhere):
    """A function that runs a statement in the database."""
    return lambda sql: postgresql.run(sql, database=elsewhere["DB_NAME"])


def test_the_documented_table_is_read(fill, elsewhere, open_client, heard):
    """Whatever the order of its columns; the source is told, and logged once."""
    fill(FOUR_COLUMNS)
    fill(
        "INSERT INTO products (description, image_url, name) "
        "VALUES ('Good', '/x', 'Paper')"
    )
    client, _ = open_client(**elsewhere)

    for _ in range(2):
        answer = client.get("/api/products")
        assert answer.headers["X-Data-Source"] == "db"
    paper = {"id": 1, "name": "Paper", "description": "Good", "image_url": "/x"}
    assert answer.json == [paper]
    assert client.get("/api/products/1").json == paper
    assert client.get("/api/products/2").status_code == 404
    used = [event.sentence() for event in heard if isinstance(event, DatabaseUsed)]
    assert used == ["Using database as data source"]


def test_pages_and_words_of_the_documented_table(fill, elsewhere, open_client):
    """By key, by number, by what stands in name or description, signs and all."""
    fill(FOUR_COLUMNS)
    fill(
        "INSERT INTO products (name, description) "
        "SELECT 'Thing ' || n, '50% off' FROM generate_series(1, 5) n"
    )
    client, _ = open_client(**elsewhere)

    first = client.get("/api/products?limit=2").json
    assert [p["id"] for p in client.get(first["page"]["next"]).json["data"]] == [3, 4]
    assert client.get("/api/products?page=3&per_page=2").json["page"]["total"] == 5
    assert len(client.get("/api/products?q=50%25").json["data"]) == 5
    assert client.get("/api/products?q=5_%25").json["data"] == []
    assert client.get("/api/products?brand=x").status_code == 400


def test_a_wider_table_is_recognised(fill, elsewhere, open_client):
    """The picture has another column, and what is not for everybody is left out."""
    fill(
        "CREATE TABLE products (id int, name text, description text, status text, "
        "is_active boolean, featured_image_url text)"
    )
    fill(
        "INSERT INTO products VALUES (1, 'A', NULL, 'active', true, '/a'), "
        "(2, 'B', NULL, 'archived', true, '/b'), (3, 'C', NULL, 'active', false, '/c')"
    )
    client, _ = open_client(**elsewhere)

    a = {"id": 1, "name": "A", "description": None, "image_url": "/a"}
    assert client.get("/api/products").json == [a]


def test_a_change_there_is_seen(fill, elsewhere, open_client):
    """Nothing tells its states apart, so that nothing of it is kept."""
    fill(FOUR_COLUMNS)
    client, _ = open_client(**elsewhere)
    tag = client.get("/api/products").headers["ETag"]
    assert (
        client.get("/api/products", headers={"If-None-Match": tag}).status_code == 304
    )

    fill("INSERT INTO products (name) VALUES ('New')")
    assert (
        client.get("/api/products", headers={"If-None-Match": tag}).json[0]["id"] == 1
    )


def test_init_makes_the_table_once(fill, elsewhere, open_client):
    """With five samples; what is there already stays as it is."""
    _, house = open_client(**elsewhere)

    said = [CliRunner().invoke(group, ["init"], obj=house).output for _ in range(2)]
    assert said == [
        "the database of DB_HOST: made the table and 5 samples\n",
        "the database of DB_HOST: no change\n",
    ]
    fill("DELETE FROM products WHERE id > 1")
    CliRunner().invoke(group, ["init"], obj=house, catch_exceptions=False)
    assert fill("SELECT id, name FROM products") == [(1, "Origami Crane")]


def test_init_fills_a_wider_table_by_its_own_columns(fill, elsewhere, open_client):
    """Such as an SKU that must be there."""
    fill(
        "CREATE TABLE products (id SERIAL PRIMARY KEY, sku text NOT NULL UNIQUE, "
        "name text NOT NULL, price float NOT NULL, created_at timestamp NOT NULL)"
    )
    _, house = open_client(**elsewhere)

    CliRunner().invoke(group, ["init"], obj=house, catch_exceptions=False)
    assert fill("SELECT sku, price FROM products WHERE id = 2") == [("ORIGAMI-2", 0.0)]


def test_init_of_our_own_database(both):
    """Five products with prices, documents and pictures; twice is once."""
    said = [
        CliRunner().invoke(group, ["init", "--json"], obj=both).output for _ in range(2)
    ]

    assert ['"products":5' in text.replace(" ", "") for text in said] == [True, False]
