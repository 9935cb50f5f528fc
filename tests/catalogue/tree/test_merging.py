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
from entrepot.catalogue.icons.records import soft_delete
from entrepot.catalogue.models import Document, Icon, Mapping
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


def add_icon(session, category_id, number, *, is_active=True):
    """Add an icon of a category; one that holds, or one that was taken away."""
    icon = Icon(
        category_id=category_id,
        filename=f"{number}.png",
        file_path=f"/x/{number}.png",
        status="active" if is_active else "inactive",
        is_active=is_active,
    )
    session.add(icon)
    session.flush()
    return icon.id


def icons(session):
    """Return each icon's category and status, by its file's number."""
    session.expire_all()
    found = session.scalars(select(Icon).order_by(Icon.id))
    return {int(i.filename[:-4]): (i.category_id, i.status) for i in found}


def test_icons_go_over_and_the_targets_holds(stock):
    """The source's stays as one that the target had; taken back, both hold again."""
    house, ids = stock
    old, new = ids[OLD], ids[NEW]
    with house.store.session() as session:
        add_icon(session, old, 1)
        add_icon(session, new, 2)
        before = icons(session)
        done = merge_category(session, old, new, by="me")
        merged = icons(session)
        back = undo_merge(session, done.id, by="me")

        assert before == {1: (old, "active"), 2: (new, "active")}
        assert merged == {1: (new, "inactive"), 2: (new, "active")}
        assert icons(session) == {1: (back, "active"), 2: (new, "active")}


def test_a_target_without_an_icon_takes_the_sources(stock):
    """Of branches of the same name as well; one that was taken away does not count."""
    house, ids = stock
    old, new = ids[OLD], ids[NEW]
    papers = ids[("Old", "Paper")], ids[("New", "paper")]
    with house.store.session() as session:
        add_icon(session, old, 1)
        add_icon(session, new, 2, is_active=False)
        add_icon(session, papers[0], 3)
        merged = merge_category(session, old, new, by="me")
        held = icons(session)
        back = undo_merge(session, merged.id, by="me")
        undone = icons(session)

    assert held == {1: (new, "active"), 2: (new, "inactive"), 3: (papers[1], "active")}
    assert (undone[1], undone[2]) == ((back, "active"), (new, "inactive"))
    assert undone[3][1] == "active"
    assert undone[3][0] not in (papers[1], new)


def test_an_icon_made_since_stays_with_the_target(stock):
    """And holds there; one that was taken away meanwhile does not hold again."""
    house, ids = stock
    old, new = ids[OLD], ids[NEW]
    with house.store.session() as session:
        first = add_icon(session, old, 1)
        done = merge_category(session, old, new, by="me")
        soft_delete(session.get(Icon, first))
        add_icon(session, new, 2)
        back = undo_merge(session, done.id, by="me")

        assert icons(session) == {1: (back, "inactive"), 2: (new, "active")}
