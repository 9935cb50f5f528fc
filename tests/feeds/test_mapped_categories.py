"""A feed's words for categories become ours by the mapping of their tree."""

from __future__ import annotations

import dataclasses

import pytest

from entrepot import feeds
from entrepot.catalogue import ensure_paths, load_tree
from entrepot.catalogue.tree.mapping import Foreign, write_mappings

OURS = ("Kitchen", "Cups")
GOODS = """\
SKU,Name,Price,Category
M1,Mug,5,Home & Garden > Kitchen > Mugs
M2,Glass,3,home & garden > kitchen > MUGS
M3,Jug,9,2901
M4,Bowl,7,Home & Garden > Bowls
M5,Dish,7,Home & Garden > Bowls
M6,Plate,4,Kitchen > Cups
"""


@pytest.fixture
def cups(importer):
    """The id of our category that the tree `google` means by mugs and by 2901."""
    with importer.house.store.session() as session:
        id = ensure_paths(session, [OURS], by="ann")[OURS]
        foreign = [
            Foreign("2169", ("Home & Garden", "Kitchen", "Mugs")),
            Foreign("2901", ("Home & Garden", "Kitchen", "Jugs")),
        ]
        write_mappings(session, "google", [(one, id) for one in foreign])
        bowls = Foreign("3498", ("Home & Garden", "Bowls"))
        write_mappings(session, "google", [(bowls, None)])
    return id


def test_mapped_words_are_our_categories_and_others_are_told(importer, cups):
    """By path whatever its case, or by key; a path of our own needs no mapping."""
    plan = dataclasses.replace(importer.take(GOODS).plan, category_tree="google")

    seen = importer.bring(GOODS, plan=plan)

    found = {sku: row["category_id"] for sku, row in importer.products().items()}
    assert {sku for sku, id in found.items() if id == cups} == {"M1", "M2", "M3", "M6"}
    assert found["M4"] == found["M5"] not in (None, cups)
    told = feeds.list_errors(importer.house, seen.id, kind="warnings").rows
    assert [(w.line, w.column, w.value, w.code) for w in told] == [
        (5, "Category", "Home & Garden > Bowls", "unmapped-category")
    ]
    assert seen.counts.warnings == 1
    with importer.house.store.read_session() as session:
        sync = session.get_one(feeds.SyncHistory, seen.receipt.sync_id)
        roots = {branch.category.name for branch in load_tree(session)}
    assert [note["code"] for note in sync.warnings] == ["unmapped-category"]
    assert {"Kitchen", "Home & Garden"} <= roots


def test_without_a_tree_words_are_our_own(importer, cups):
    """What the mapping says is not asked for."""
    seen = importer.bring(GOODS)

    assert importer.products()["M1"]["category_id"] != cups
    assert seen.counts.warnings == 0
