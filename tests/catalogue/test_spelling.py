"""Mistyped words: what was meant, by our own words or by PostgreSQL's `pg_trgm`."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text
from tests.databases import prepared

from entrepot.catalogue import ProductQuery, create_product, list_documents
from entrepot.composition import build_house
from entrepot.migrations import import_models

GOODS = {"DESK-1": "Wood desk", "DESK-2": "Desk", "CHAIR": "Chair", "Pens": "Pens"}


def add(house, sku, name) -> None:
    """Add a product."""
    with house.store.session() as session:
        create_product(session, {"sku": sku, "name": name, "price": 1}, by="ada")


def found(house, q) -> tuple[list[str], str | None]:
    """Return the SKUs that are found, and what the words were corrected to."""
    with house.store.read_session() as session:
        page = list_documents(session, ProductQuery(q=q, sort="id"))
    return [json.loads(d)["sku"] for d in page.documents], page.corrected_to


@pytest.fixture
def open_stock(request, tmp_path):
    """A function that gives four products on a database of a kind."""
    opened = []

    def open_one(kind, *statements):
        made = prepared(request, kind, tmp_path)
        house = build_house(made.__enter__())
        opened.append((made, house))
        with house.store.session() as session:
            for statement in statements:
                session.execute(text(statement))
        for sku, name in GOODS.items():
            add(house, sku, name)
        return house

    import_models()
    yield open_one
    for made, house in opened:
        house.close()
        made.__exit__(None, None, None)


TRIGRAMS = ("postgresql", "CREATE EXTENSION pg_trgm")
HIDDEN = (
    "postgresql",
    'CREATE SCHEMA "Odd words"',
    'CREATE EXTENSION pg_trgm SCHEMA "Odd words"',
)


TYPED = {
    "dsek": (["DESK-1", "DESK-2"], "desk"),
    "chiar": (["CHAIR"], "chair"),
    "pnes": (["PENS"], "pens"),
    "wood deks": (["DESK-1"], "wood desk"),
    "deks wodo": (["DESK-1"], "desk wood"),
    "xylophone": ([], None),
    "deks xylophone": ([], None),
    "lapm-9": ([], None),
    "chair wood": ([], None),
    "it's '' \\ \" :*&|!() deks": ([], None),
}


@pytest.mark.parametrize(
    "kind", [("sqlite",), ("postgresql",), TRIGRAMS, HIDDEN], ids=str
)
def test_a_typo_is_forgiven(open_stock, kind):
    """And told; words that are there are left as they are, on every database."""
    house = open_stock(*kind)

    assert {q: found(house, q) for q in TYPED} == TYPED


@pytest.mark.parametrize("kind", [TRIGRAMS, HIDDEN], ids=str)
def test_with_pg_trgm_a_new_word_is_known_at_once(open_stock, kind):
    """Nothing is kept of words that nobody asked for; wherever the extension is."""
    house = open_stock(*kind)
    before = found(house, "dsek"), found(house, "wadrobe")
    add(house, "WARD", "Wardrobe")

    assert before == ((["DESK-1", "DESK-2"], "desk"), ([], None))
    assert found(house, "warrdobe") == (["WARD"], "wardrobe")


def test_an_extension_that_we_may_not_use_is_none(open_stock):
    """The words that this process keeps do it then."""
    house = open_stock(
        *HIDDEN, 'REVOKE USAGE ON SCHEMA "Odd words" FROM public, CURRENT_USER'
    )

    assert found(house, "dsek") == (["DESK-1", "DESK-2"], "desk")


def test_without_the_extension_none_is_made(open_stock):
    """It is for whoever owns the database."""
    house = open_stock("postgresql")
    found(house, "dsek")
    with house.store.read_session() as session:
        made = session.scalars(text("SELECT extname FROM pg_extension")).all()

    assert made == ["plpgsql"]
