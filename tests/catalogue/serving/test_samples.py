"""`/api/products` out of the samples: the shapes that the document names."""

from __future__ import annotations

import pytest

KEYS = {"id", "name", "description", "image_url"}


@pytest.fixture
def client(open_client):
    """A client of nobody, where DATA_SOURCE says json."""
    return open_client(DATA_SOURCE="json")[0]


def test_without_parameters_it_is_a_bare_array(client):
    """Five products with the four documented keys, in the order of their ids."""
    answer = client.get("/api/products")

    assert answer.headers["X-Data-Source"] == "json"
    assert [product["id"] for product in answer.json] == [1, 2, 3, 4, 5]
    assert all(set(product) == KEYS for product in answer.json)
    assert answer.json[0]["name"] == "Origami Crane"


def test_every_sample_has_a_picture_that_loads(client):
    """Each is a PNG whose head says its size."""
    for product in client.get("/api/products").json:
        with client.get(product["image_url"]) as picture:
            body = picture.data

        assert (picture.status_code, picture.mimetype) == (200, "image/png")
        assert body[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(body[16:20]) == 256


def test_a_page_is_an_envelope(client):
    """`data`, `page` with the next address, and the documented pagination."""
    answer = client.get("/api/products?page=2&per_page=2").json

    assert [product["id"] for product in answer["data"]] == [3, 4]
    following = "/api/products?per_page=2&page=3"
    assert answer["page"] == {"next": following, "limit": 2, "total": 5}
    assert answer["pagination"] == {
        "page": 2,
        "per_page": 2,
        "total": 5,
        "total_pages": 3,
        "has_prev": True,
        "has_next": True,
    }


def test_pages_by_key_follow_each_other(client):
    """Each product once, and no page after the last."""
    address, seen = "/api/products?limit=2", []
    while address:
        answer = client.get(address).json
        seen += [product["id"] for product in answer["data"]]
        address = answer["page"]["next"]

    assert seen == [1, 2, 3, 4, 5]


def test_one_product_by_its_id(client):
    """The same as in the list."""
    listed = client.get("/api/products").json

    assert client.get("/api/products/4").json == listed[3]


@pytest.mark.parametrize("name", ["6", "0", "abc", "1.5", "-1", "9" * 30])
def test_what_is_not_there_is_told_in_the_documented_words(client, name):
    """404 with `message`, inside of our problem document."""
    answer = client.get(f"/api/products/{name}")

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json["message"] == "Product not found"


@pytest.mark.parametrize(
    "query", ["page=0", "per_page=1001", "limit=x", "cursor=x", "colour=red"]
)
def test_a_wrong_parameter_is_refused(client, query):
    """400, where the same without it is answered."""
    assert client.get("/api/products?limit=1").status_code == 200

    assert client.get(f"/api/products?{query}").status_code == 400


def test_words_are_looked_for_in_the_samples(client):
    """In name and description; what samples do not have, none of them meets."""
    found = client.get("/api/products?q=jumps FROG").json["data"]

    assert [product["name"] for product in found] == ["Origami Frog"]
    assert client.get("/api/products?brand=Acme").json["data"] == []


def test_the_home_page_says_welcome_and_tells_strangers_no_more(client):
    """The machine is for people who are known."""
    page = client.get("/", headers={"Accept": "text/html"}).text

    assert "Welcome" in page
    assert "Products API" in page
    assert "<h2>This server</h2>" not in page


def test_programs_get_an_index_at_the_root(client):
    """Where to go on, as JSON; only for those who ask for nothing else."""
    index = client.get("/", headers={"Accept": "application/json"}).json

    assert index["data"]["links"]["products"] == "/api/products"
    assert "text/html" in client.get("/", headers={"Accept": "*/*"}).content_type


def test_people_see_the_machine(signed_in):
    """On the home page, and the same as JSON."""
    viewer = signed_in("viewer")

    told = viewer.get("/api/catalogue/system").json["data"]
    page = viewer.get("/", headers={"Accept": "text/html"}).text
    assert told["hostname"] in page
    assert told["ip_address"] in page
    assert told["data_source"] == "json"
