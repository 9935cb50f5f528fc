"""`/api/products` out of our own database, on both kinds."""

from __future__ import annotations

import pytest
from tests.catalogue.serving.conftest import add_products

from entrepot.app import create_app
from entrepot.catalogue import ProductImage, update_product


@pytest.fixture
def client(both):
    """A client of nobody."""
    return create_app(both).test_client()


def test_the_samples_make_way_for_the_first_product(both, client):
    """Where nothing is said, our own database is read once it has something."""
    assert len(client.get("/api/products").json) == 5

    add_products(both, 1)
    answer = client.get("/api/products")
    assert [product["name"] for product in answer.json] == ["Thing 1"]
    assert answer.headers["X-Data-Source"] == "db"


def test_a_page_has_whole_products_and_the_array_has_four_keys(both, client):
    """Prices are numbers; the array has what the document names."""
    (one,) = add_products(both, 1, brand="Acme", description="A thing")

    whole = client.get("/api/products?limit=5").json["data"][0]
    assert (whole["price"], whole["brand"], whole["sku"]) == (2, "Acme", "S-1")
    assert client.get(f"/api/products/{one}").json == whole
    four = {"id": one, "name": "Thing 1", "description": "A thing", "image_url": None}
    assert client.get("/api/products").json == [four]


def test_a_picture_kept_here_is_a_products_image(both, client):
    """In the array and in the page alike, where no address was given."""
    (one,) = add_products(both, 1)
    with both.store.session() as session:
        image = ProductImage(product_id=one, filename="", file_path="")
        image.file_hash, image.state = "d" * 64, "kept"
        session.add(image)

    address = f"/images/{'d' * 64}/full.webp"
    assert client.get("/api/products").json[0]["image_url"] == address
    assert client.get("/api/products?limit=5").json["data"][0]["image_url"] == address


def test_drafts_are_for_people_who_are_known(both, signed_in_to):
    """Neither listed nor found by anybody else."""
    (draft,) = add_products(both, 1, status="draft")
    nobody, viewer = create_app(both).test_client(), signed_in_to(both)

    assert nobody.get("/api/products").json == []
    assert nobody.get(f"/api/products/{draft}").status_code == 404
    assert nobody.get("/api/products?status=draft").json["data"] == []
    assert viewer.get(f"/api/products/{draft}").status_code == 200
    assert len(viewer.get("/api/products?status=draft").json["data"]) == 1


def test_a_write_is_seen_at_once(both, client):
    """In the list, in the page and by id, which were kept before."""
    (one,) = add_products(both, 1)
    addresses = ("/api/products", "/api/products?limit=5", f"/api/products/{one}")
    before = {address: client.get(address) for address in addresses}
    again = {address: client.get(address) for address in addresses}

    with both.store.session() as session:
        update_product(session, one, {"name": "Another"}, by="test")

    for address in addresses:
        assert again[address].headers["ETag"] == before[address].headers["ETag"]
        tag = {"If-None-Match": before[address].headers["ETag"]}
        after = client.get(address, headers=tag)
        assert (after.status_code, "Another" in after.text) == (200, True)


def test_what_did_not_change_is_not_sent_again(both, client):
    """304 by the tag, kept or not."""
    add_products(both, 1)
    for address in ("/api/products", "/api/products?limit=5", "/api/products/1"):
        tag = client.get(address).headers["ETag"]

        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
        own = {"If-None-Match": f'"x", {tag}', "Origin": "http://localhost"}
        assert client.get(address, headers=own).status_code == 304


def test_filters_and_orders_go_by_the_documents(both, client):
    """With a total where pages are counted."""
    add_products(both, 3)

    found = client.get("/api/products?q=thing&sort_by=name&sort_order=desc&page=1").json
    assert [p["name"] for p in found["data"]] == ["Thing 3", "Thing 2", "Thing 1"]
    assert found["page"]["total"] == 3


def test_pages_by_number_tell_how_many_there_are(both, client):
    """And end with the last."""
    add_products(both, 3)

    answer = client.get("/api/products?page=2&per_page=2").json
    assert [product["name"] for product in answer["data"]] == ["Thing 3"]
    assert answer["page"] == {"next": None, "limit": 2, "total": 3}


@pytest.fixture
def signed_in_to():
    """A function that gives a client of a viewer of a house."""
    from entrepot.accounts import Caller, add_user, log_in

    def sign_in(house):
        person = {"email": "v@example.com", "password": "seven grey harbour cranes"}
        add_user(house, role="viewer", **person)
        token = log_in(house, caller=Caller(), **person).access_token
        client = create_app(house).test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return sign_in
