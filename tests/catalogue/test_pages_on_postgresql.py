"""The catalogue's pages over PostgreSQL: each is shown, and what it sends is done."""

from __future__ import annotations

import pytest
from tests.databases import prepared

from entrepot.app import create_app
from entrepot.catalogue import create_category, create_product, get_product
from entrepot.composition import build_house

pytestmark = pytest.mark.fault

SHOWN = {
    "/": "Welcome",
    "/catalogue": "Safety helmet",
    "/catalogue?view=cards": "Safety helmet",
    "/catalogue?q=helmt": "Safety helmet",
    "/catalogue?category_id=1&status=active&sort=price": "Safety helmet",
    "/catalogue?q=nothing-at-all": "No product matches",
    "/catalogue/products/new": "New product",
    "/catalogue/products/1": "Safety helmet",
    "/catalogue/products/1/images": "No pictures yet",
    "/catalogue/products/1/versions": "all fields",
    "/catalogue/bulk": "Change 1 product",
    "/catalogue/categories": "Office Supplies",
    "/catalogue/categories?at=5": "Paper",
    "/catalogue/categories?q=pap": "Office Supplies &gt; Paper",
    "/catalogue/categories/5/move": "Move Paper",
    "/catalogue/categories/5/merge": "Merge Paper",
    "/catalogue/icons": "without an icon",
    "/catalogue/icons/5": "Paper",
    "/catalogue/feeds": "google.xml",
}


@pytest.fixture
def shop(request, tmp_path):
    """A house on PostgreSQL with a product in a category below the first root."""
    with prepared(request, "postgresql", tmp_path) as environ:
        house = build_house(environ)
        with house.store.session() as session:
            paper = create_category(session, name="Paper", parent_id=1)
            values = {"sku": "h1", "name": "Safety helmet", "price": "18.75"}
            more = {"status": "active", "category_id": paper.id}
            create_product(session, values | more, by="ada")
        yield house
        house.close()


@pytest.fixture
def client(shop):
    """The person at this machine."""
    return create_app(shop, is_open=True).test_client()


def test_every_page_is_shown(client):
    """With what is in the database, or the words for nothing."""
    answers = {a: client.get(a, buffered=True) for a in SHOWN}
    lacking = {a: SHOWN[a] for a, r in answers.items() if SHOWN[a] not in r.text}

    assert {r.status_code for r in answers.values()} == {200}
    assert lacking == {}


def test_what_the_pages_send_is_done(client, shop):
    """A product written, a category renamed, moved, merged, each at once."""
    form = {"sku": "h1", "name": "Helmet", "price": "19", "currency": "EUR"}
    form |= {"inventory_quantity": "0", "status": "active", "version": "1"}
    sent = [
        client.post("/catalogue/products/1", data=form | {"category_id": "5"}),
        client.post("/catalogue/categories/5/rename", data={"name": "Sheets"}),
        client.post("/catalogue/categories/5/move", data={"category": "2"}),
        client.post("/catalogue/categories/5/merge", data={"category": "3"}),
    ]
    with shop.store.read_session() as session:
        product = get_product(session, 1)
        now = product.name, product.category_id, product.version

    assert [answer.status_code for answer in sent] == [303, 303, 303, 303]
    assert now == ("Helmet", 3, 3)
    assert "merge of Sheets" in client.get("/catalogue/products/1/versions").text
