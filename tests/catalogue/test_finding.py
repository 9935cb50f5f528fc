"""Products found: filters, words, orders, pages, facets."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from entrepot.base.errors import Invalid, NotThere, UnknownName
from entrepot.catalogue import (
    SORTS,
    Product,
    ProductImage,
    ProductQuery,
    count_products_found,
    create_category,
    create_product,
    documents,
    list_documents,
    list_facets,
    page_statement,
    select_ids,
)


@pytest.fixture
def stock(both):
    """Six products, one of them far down the tree."""
    with both.store.session() as session:
        deep = create_category(session, name="Deep", parent_id=1)
        for sku, more in {
            "LAMP-1": {"price": 10, "status": "active", "category_id": 1},
            "LAMP-2": {"price": 20, "status": "active", "category_id": deep.id},
            "DESK-1": {"price": 300, "brand": "100% Wood", "inventory_quantity": 3},
            "DESK-2": {"price": 400, "description": "like a lamp", "category_id": 3},
            "CHAIR": {"price": 50, "featured_image_url": "https://x.example/c.png"},
            "STOOL": {"price": 40, "track_inventory": False, "brand": "Möbel Größe"},
        }.items():
            values = {"sku": sku, "name": sku.title(), **more}
            create_product(session, values, by="ada")
        lamp = session.scalars(select(Product).where(Product.sku == "LAMP-1")).one()
        lamp.images.append(ProductImage(filename="l.png", file_path="l.png"))
    return both


def skus(house, **wanted) -> list[str]:
    """Return the SKUs that a query gives, in its order."""
    with house.store.read_session() as session:
        page = list_documents(session, ProductQuery(**wanted))
    return [json.loads(document)["sku"] for document in page.documents]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["LAMP-1", "LAMP-2", "DESK-1", "DESK-2", "CHAIR", "STOOL"]),
        ({"brand": ("100% Wood",)}, ["DESK-1"]),
        (
            {"brand": ("100% Wood", ""), "price_from": Decimal(300)},
            ["DESK-1", "DESK-2"],
        ),
        ({"status": ("active",)}, ["LAMP-1", "LAMP-2"]),
        ({"status": ("active", "draft"), "price_to": Decimal(10)}, ["LAMP-1"]),
        ({"category_id": 1}, ["LAMP-1", "LAMP-2"]),
        ({"price_from": Decimal(40), "price_to": Decimal("50.00")}, ["CHAIR", "STOOL"]),
        ({"has_image": True}, ["LAMP-1", "CHAIR"]),
        ({"has_image": False, "q": "lamp", "sort": "id"}, ["LAMP-2", "DESK-2"]),
        ({"low_stock": True, "low_stock_at": 2, "q": "desk"}, ["DESK-2"]),
        ({"low_stock": False}, ["STOOL"]),
        ({"stock": "low"}, ["DESK-1"]),
        ({"stock": "in"}, ["STOOL"]),
        ({"stock": "out", "q": "desk"}, ["DESK-2"]),
        ({"quality_from": 39}, ["LAMP-1"]),
        ({"quality_to": 16}, []),
        ({"lost_rule": "branded", "price_from": Decimal(50)}, ["DESK-2", "CHAIR"]),
        ({"synced": True}, []),
        ({"synced": False, "ids": (3, 1)}, ["LAMP-1", "DESK-1"]),
        ({"ids": ()}, []),
        ({"is_public": True}, ["LAMP-1", "LAMP-2"]),
    ],
)
def test_products_are_found(stock, wanted, found):
    """By every filter; the count is of the same, and so are the ids."""
    assert skus(stock, **wanted) == found
    with stock.store.read_session() as session:
        query = ProductQuery(**wanted)
        chosen = session.scalars(select_ids(session, query)).all()
        assert count_products_found(session, query) == len(found) == len(chosen)
        assert list_documents(session, query).total == len(found)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("lamp", ["LAMP-1", "LAMP-2", "DESK-2"]),
        ("LA", ["LAMP-1", "LAMP-2", "DESK-2"]),
        ("lamp-2", ["LAMP-2", "DESK-2"]),
        ("wood desk", ["DESK-1"]),
        ("mobel", ["STOOL"]),
        ("MÖBEL gröss", []),
        ("größe", ["STOOL"]),
        ("\" OR 1 * ' : & | ! NEAR(", []),
        ("!!!", []),
        ("desk AND", []),
    ],
)
def test_words_are_looked_up(stock, q, found):
    """Each as a beginning, without accents, and nothing of it is syntax."""
    assert skus(stock, q=q) == found


def test_what_matches_better_comes_first(stock):
    """The SKU before the description, and an exact SKU before all."""
    with stock.store.session() as session:
        for sku in ("AA-1", "AA"):
            values = {"sku": sku, "name": f"Lamp lamp {sku}", "price": 1}
            create_product(session, values, by="ada")

    assert skus(stock, q="aa") == ["AA", "AA-1"]
    assert skus(stock, q="lamp")[-1] == "DESK-2"


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_by_key_give_everything_once(stock, sort, order):
    """Page by page the same as the whole, for every order, also where values lack."""
    words = {"q": "l"} if sort == "relevance" else {}
    query = ProductQuery(sort=sort, order=order, limit=100, **words)
    with stock.store.read_session() as session:
        whole = list_documents(session, query).documents
        pages, cursor = [], None
        for _ in range(10):
            page = list_documents(session, replace(query, limit=2, cursor=cursor))
            pages.append(page.documents)
            cursor = page.next
            if cursor is None:
                break
        numbered = [
            list_documents(session, replace(query, limit=2, page=number)).documents
            for number in range(1, len(pages) + 1)
        ]

    assert len(whole) >= 3
    assert list(itertools.chain(*pages)) == whole
    assert numbered == pages


@pytest.mark.parametrize(
    ("sort", "order", "found"),
    [
        ("price", "desc", ["DESK-2", "DESK-1", "CHAIR", "STOOL", "LAMP-2", "LAMP-1"]),
        ("brand", "asc", ["DESK-1", "STOOL", "LAMP-1", "LAMP-2", "DESK-2", "CHAIR"]),
        ("brand", "desc", ["STOOL", "DESK-1", "CHAIR", "DESK-2", "LAMP-2", "LAMP-1"]),
        ("sku", "asc", ["CHAIR", "DESK-1", "DESK-2", "LAMP-1", "LAMP-2", "STOOL"]),
    ],
)
def test_products_are_put_in_order(stock, sort, order, found):
    """Those without a value are last, either way."""
    assert skus(stock, sort=sort, order=order) == found


def test_some_members_are_enough(stock):
    """In the order asked for, with the same values as in the whole document."""
    names = ("sku", "quality", "category_path", "has_image", "is_active", "price")
    with stock.store.read_session() as session:
        wanted = ProductQuery(ids=(2,))
        whole = json.loads(list_documents(session, wanted).documents[0])
        part = list_documents(session, replace(wanted, fields=names)).documents[0]

    assert list(json.loads(part).items()) == [(name, whole[name]) for name in names]
    assert json.loads(part)["category_path"] == "Office Supplies > Deep"


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"limit": 0}, Invalid),
        ({"limit": 1001}, Invalid),
        ({"page": 0}, Invalid),
        ({"page": 1, "cursor": "WyJpZCIsImFzYyIsbnVsbCwxXQ"}, Invalid),
        ({"cursor": "###"}, Invalid),
        ({"cursor": "bm9uZQ"}, Invalid),
        ({"cursor": "WyJpZCIsImRlc2MiLG51bGwsMV0"}, Invalid),
        ({"sort": "colour"}, Invalid),
        ({"status": ("sold",)}, Invalid),
        ({"category_id": 99}, NotThere),
        ({"lost_rule": "shiny"}, UnknownName),
        ({"fields": ("cost_price",)}, UnknownName),
        ({"q": "x" * 501}, Invalid),
    ],
)
def test_what_cannot_be_asked_is_refused(stock, wanted, error):
    """Without a word of SQL reaching the database."""
    assert skus(stock, cursor="WyJpZCIsImFzYyIsbnVsbCwxXQ", limit=1) == ["LAMP-2"]
    with pytest.raises(error):
        skus(stock, **wanted)


def test_a_page_is_one_statement(stock):
    """For who reads it past us: the id, the document and the key, one row more."""
    with stock.store.read_session() as session:
        statement = page_statement(session, ProductQuery(limit=2, sort="price"))
        rows = session.execute(statement).all()

    assert [(row[0], row[2]) for row in rows] == [
        (1, Decimal(10)),
        (2, Decimal(20)),
        (6, Decimal(40)),
    ]


def facets(house, **wanted):
    """Return the facets as plain values."""
    with house.store.read_session() as session:
        found = list_facets(session, ProductQuery(**wanted))
    return {f.name: [(v.value, v.count) for v in f.values] for f in found}


def test_facets_count_what_there_is(stock):
    """Categories with all below them, prices and quality in ranges."""
    assert facets(stock) == {
        "brand": [("", 4), ("100% Wood", 1), ("Möbel Größe", 1)],
        "status": [("draft", 4), ("active", 2)],
        "category": [("1", 2), ("3", 1)],
        "price": [
            ("10-19.99", 1),
            ("20-49.99", 2),
            ("50-99.99", 1),
            ("200-499.99", 2),
        ],
        "has_image": [("false", 4), ("true", 2)],
        "stock": [("in", 1), ("low", 1), ("out", 4)],
        "quality": [("20-39", 5), ("40-59", 1)],
    }


def test_a_facet_is_not_narrowed_by_itself(stock):
    """The others are."""
    found = facets(stock, status=("active",), category_id=1)

    assert found["status"] == [("active", 2)]
    assert found["category"] == [("5", 1)]
    assert found["brand"] == [("", 2)]
    assert facets(stock, brand=("100% Wood",))["brand"] == facets(stock)["brand"]


def test_long_facets_are_cut(stock):
    """With the number of values that are left out."""
    with stock.store.read_session() as session:
        found = list_facets(session, ProductQuery(), ["brand"], limit=1)
        with pytest.raises(UnknownName):
            list_facets(session, ProductQuery(), ["colour"])

    assert (len(found[0].values), found[0].more) == (1, 2)


def test_a_product_renamed_is_found_by_its_new_words(stock):
    """And not by the old ones."""
    with stock.store.session() as session:
        session.execute(text("UPDATE products SET name = 'Sofa' WHERE sku = 'CHAIR'"))
        wanted = select(Product.id).where(Product.sku == "CHAIR")
        documents.refresh(session, wanted)

    assert skus(stock, q="sofa") == ["CHAIR"]
    assert skus(stock, q="chair") == ["CHAIR"]


def test_facets_follow_every_write(stock):
    """What a process keeps of them is of one generation."""
    before = facets(stock, q="chair")["price"]
    assert facets(stock, q="chair")["price"] == before
    with stock.store.session() as session:
        chair = session.scalars(select(Product).where(Product.sku == "CHAIR")).one()
        chair.price = Decimal(600)

    assert before == [("50-99.99", 1)]
    assert facets(stock, q="chair")["price"] == [("500-999.99", 1)]


def test_more_hits_than_are_ranked_are_all_given(both):
    """The first two thousand in order, the others behind them; filters go along."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
    with both.store.session() as session:
        session.execute(
            text(
                "INSERT INTO products (sku, name, price, brand) "
                f"{numbers} WHERE i < 2100) "
                "SELECT 'S' || i, 'Glove ' || i, i, 'B' || (i % 2) FROM n"
            )
        )
        documents.refresh(session, select(Product.id))
        documents.bump(session)
    seen, cursor = [], None
    with both.store.read_session() as session:
        for _ in range(3):
            query = ProductQuery(q="glov", limit=1_000, cursor=cursor, fields=("id",))
            page = list_documents(session, query)
            seen += page.documents
            cursor = page.next
        odd = count_products_found(session, ProductQuery(q="glov", brand=("B1",)))

    assert (len(seen), len(set(seen)), cursor) == (2_100, 2_100, None)
    assert (page.total, odd) == (2_100, 1_050)
