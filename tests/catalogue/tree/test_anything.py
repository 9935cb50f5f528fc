"""Whatever is done to the tree, it and the products' documents tell the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.databases import prepared

from entrepot.base.errors import Conflict, TooMuch
from entrepot.catalogue import (
    Category,
    Product,
    create_product,
    ensure_paths,
    merge_category,
    move_category,
    rebuild_paths,
    rename_category,
    undo_merge,
)
from entrepot.catalogue.models import Document
from entrepot.catalogue.tree.outline import load_outline
from entrepot.composition import build_house

SOME = st.integers(0, 30)
NAMES = st.sampled_from(["a", "B", "c"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ensure"), st.lists(NAMES, min_size=1, max_size=4)),
        st.tuples(st.just("move"), SOME, st.none() | SOME),
        st.tuples(st.just("rename"), SOME, NAMES),
        st.tuples(st.just("merge"), SOME, SOME),
        st.tuples(st.just("undo"), SOME),
    ),
    max_size=12,
)
"""A number chooses one of the categories, or merges, that there are then."""

PRODUCTS = 4


def chosen(session, number):
    """Return one of the categories there are."""
    ids = session.scalars(select(Category.id).order_by(Category.id)).all()
    return None if number is None else ids[number % len(ids)]


def take(session, step, merges):
    """Do a step; what cannot be is refused by an error of ours."""
    kind, what, *more = step
    if kind == "ensure":
        ensure_paths(session, [tuple(what)], by="x")
    elif kind == "move":
        move_category(session, chosen(session, what), chosen(session, more[0]))
    elif kind == "rename":
        rename_category(session, chosen(session, what), more[0])
    elif kind == "merge":
        ids = chosen(session, what), chosen(session, more[0])
        merges.append(merge_category(session, *ids, by="x").id)
    elif merges:
        undo_merge(session, merges[what % len(merges)], by="x")


def follow(session, steps):
    """Do the steps, and look after each."""
    for number in range(PRODUCTS):
        values = {"sku": f"S{number}", "name": "P", "price": "1"}
        category_id = chosen(session, number)
        create_product(session, {**values, "category_id": category_id}, by="x")
    merges = []
    for step in steps:
        nested = session.begin_nested()
        try:
            take(session, step, merges)
            nested.commit()
        except (Conflict, TooMuch):
            nested.rollback()
        session.expire_all()
        check(session)


def check(session):
    """Paths are right, no product is lost, and each document tells its category."""
    outline = load_outline(session)
    roots = [node for node in outline.nodes if node.parent_id is None]
    documents = map(json.loads, session.scalars(select(Document.document)))
    told = {one["id"]: one["category_path"] for one in documents}
    found = session.execute(select(Product.id, Product.category_id))

    assert rebuild_paths(session) == 0
    assert sum(node.total for node in roots) == PRODUCTS
    assert told == {id: " > ".join(outline.names(category)) for id, category in found}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def tree(request, tmp_path_factory):
    """A house whose tree each example changes and gives back."""
    home = tmp_path_factory.mktemp("anything")
    with prepared(request, request.param, home) as environ:
        house = build_house(environ)
        yield house
        house.close()


def test_tree_and_documents_agree(tree):
    """After any steps, those that are refused included."""
    is_fast = tree.store.url.get_backend_name() == "sqlite"

    @settings(
        max_examples=40 if is_fast else 10, suppress_health_check=list(HealthCheck)
    )
    @given(steps=STEPS)
    def run(steps):
        with tree.store.engine.connect() as connection, Session(connection) as session:
            follow(session, steps)

    run()
