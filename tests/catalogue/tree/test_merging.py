"""Two categories become one, and two again."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from entrepot.base.errors import Conflict, NotThere
from entrepot.catalogue import (
    Category,
    count_products,
    create_category,
    create_product,
    ensure_paths,
    find_paths,
    get_category,
    list_versions,
    merge_category,
    rebuild_paths,
    rename_category,
    undo_merge,
    update_product,
)
from entrepot.catalogue.models import Document, Mapping
from entrepot.catalogue.tree.categories import move_category, path_of_names
from entrepot.catalogue.tree.mapping import Foreign, write_mappings

OLD, NEW = ("Old",), ("New",)
TREE = ((*OLD, "Paper", "A4"), (*OLD, "Pens"), (*NEW, "paper"))


@pytest.fixture
def stock(both):
    """A house with two categories that are to be one, and products in them."""
    with both.store.session() as session:
        ids = ensure_paths(session, [*TREE, *(p[:2] for p in TREE), OLD, NEW], by="x")
        for number, path in enumerate([OLD, OLD, ("Old", "Paper"), NEW]):
            values = {
                "sku": f"S{number}",
                "name": "P",
                "price": "1.00",
                "category_id": ids[path],
            }
            create_product(session, values, by="x")
        write_mappings(session, "shop", [(Foreign("7", ("Seven",)), ids[OLD])])
    return both, ids


def paths(session):
    """Return the path of every category but the seeded ones."""
    found = session.scalars(select(Category.id).where(Category.id > 4))
    return {" > ".join(path_of_names(session, id)) for id in found}


def filed(session):
    """Return the path that each product's document tells, by SKU."""
    found = map(json.loads, session.scalars(select(Document.document)))
    return {one["sku"]: one["category_path"] for one in found}


def test_all_goes_over(stock):
    """Namesakes below both are merged as well; documents and versions tell it."""
    house, ids = stock
    with house.store.session() as session:
        done = merge_category(session, ids[OLD], ids[NEW], by="me")

        assert (done.categories, done.products) == (2, 3)
        assert paths(session) == {
            "New",
            "New > paper",
            "New > paper > A4",
            "New > Pens",
        }
        assert filed(session) == {
            "S0": "New",
            "S1": "New",
            "S2": "New > paper",
            "S3": "New",
        }
        last = list_versions(session, 1)[0]
        assert (last.version, last.changed_by, last.import_id) == (2, "me", done.id)
        (change,) = last.changes
        assert (change.old, change.new) == (ids[OLD], ids[NEW])
        assert session.get(Mapping, ("shop", "7")).category_id == ids[NEW]
        assert rebuild_paths(session) == 0


def test_feeds_that_say_the_old_names_find_the_target(stock):
    """At every level; nothing is made anew."""
    house, ids = stock
    with house.store.session() as session:
        merge_category(session, ids[OLD], ids[NEW], by="me")
        before = paths(session)
        found = ensure_paths(session, [OLD, ("old", "PAPER", "A4")], by="feed")

        assert found[OLD] == ids[NEW]
        assert found[("old", "PAPER", "A4")] == ids[TREE[0]]
        assert paths(session) == before


def test_a_merge_is_taken_back(stock):
    """What is still where it went goes home; what was moved since stays."""
    house, ids = stock
    with house.store.session() as session:
        before = paths(session)
        done = merge_category(session, ids[OLD], ids[NEW], by="me")
        update_product(session, 2, {"category_id": 1}, by="me")
        back = undo_merge(session, done.id, by="you")

        assert paths(session) == before
        assert get_category(session, back).slug == "old"
        assert filed(session) == {
            "S0": "Old",
            "S1": "Office Supplies",
            "S2": "Old > Paper",
            "S3": "New",
        }
        assert list_versions(session, 1)[0].kind == "undo"
        assert session.get(Mapping, ("shop", "7")).category_id == back
        assert rebuild_paths(session) == 0
        with pytest.raises(Conflict, match="taken back already"):
            undo_merge(session, done.id, by="you")


def test_a_merge_whose_surroundings_are_gone_stays(stock):
    """The target was merged away meanwhile; nothing is changed."""
    house, ids = stock
    with house.store.session() as session:
        first = merge_category(session, ids[OLD], ids[NEW], by="me")
        merge_category(session, ids[NEW], 1, by="me")
    with house.store.session() as session:
        before = paths(session)
        with pytest.raises(Conflict, match="is gone"):
            undo_merge(session, first.id, by="me")

        assert paths(session) == before


def test_nothing_is_merged_into_itself(stock):
    """Neither into what is below it; an unknown merge is missing."""
    house, ids = stock
    with house.store.session() as session:
        before = paths(session)
        for target in (ids[OLD], ids[TREE[0]]):
            with pytest.raises(Conflict, match="into itself or what is below"):
                merge_category(session, ids[OLD], target, by="me")
        with pytest.raises(NotThere):
            undo_merge(session, "none", by="me")

        assert paths(session) == before


def test_documents_follow_names_and_moves(stock):
    """A rename far above shows in each product below, and feeds find the old path."""
    house, ids = stock
    with house.store.session() as session:
        rename_category(session, ids[OLD], "Elder")
        assert filed(session)["S2"] == "Elder > Paper"
        move_category(session, ids[("Old", "Paper")], 1)
        assert filed(session)["S2"] == "Office Supplies > Paper"

        said = [("Old", "Paper"), ("Elder", "Paper"), OLD]
        found = find_paths(session, said)
        assert [found[path] for path in said] == [
            ids[("Old", "Paper")],
            ids[("Old", "Paper")],
            ids[OLD],
        ]
        assert count_products(session, 1) == 1


def test_a_former_name_gives_way_to_a_new_category(stock):
    """Somebody made another one that is called so."""
    house, ids = stock
    with house.store.session() as session:
        rename_category(session, ids[OLD], "Elder")
        assert find_paths(session, [OLD])[OLD] == ids[OLD]
        new = create_category(session, name="Old").id

        assert find_paths(session, [OLD])[OLD] == new
