"""A feed's words for categories become ours by the mapping of their tree."""

from __future__ import annotations

import dataclasses

import pytest

from entrepot import feeds
from entrepot.catalogue import ensure_paths, load_tree
from entrepot.catalogue.tree.mapping import (
    Foreign,
    list_open,
    map_categories,
    write_mappings,
)

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


def _open(house, tree: str) -> list[str]:
    with house.store.read_session() as session:
        return [path for _, path in list_open(session, tree)]


def test_what_nobody_mapped_is_open_and_mapped_for_the_next_import(importer, cups):
    """Once, however it is written; a preview is enough."""
    plan = dataclasses.replace(importer.take(GOODS).plan, category_tree="supplier")
    seen = importer.preview(GOODS, plan=plan)
    open_ones = _open(importer.house, "supplier")

    assert (seen.counts.warnings, len(open_ones)) == (4, 3)
    assert set(open_ones) == {
        "Home & Garden > Kitchen > Mugs",
        "2901",
        "Home & Garden > Bowls",
    }
    assert _open(importer.house, "google") == ["Home & Garden > Bowls"]

    with importer.house.store.session() as session:
        wanted = dict.fromkeys((key for key, _ in list_open(session, "supplier")), cups)
        map_categories(session, "supplier", wanted, by="ann")
    importer.bring(GOODS, plan=plan)

    assert {row["category_id"] for row in importer.products().values()} == {cups}
    assert _open(importer.house, "supplier") == []


def test_a_feeds_file_is_read_again_once_its_categories_were_mapped(importer, cups):
    """Though it is the same file; the third time nothing is new."""
    folder = importer.house.home / "feeds"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "goods.csv"
    file.write_text(GOODS)
    plan = dataclasses.replace(importer.take(GOODS).plan, category_tree="supplier")
    wanted = feeds.FeedWanted(name="own", source="path", address=str(file), plan=plan)
    feeds.add_feed(importer.house, wanted, by="ann")

    def run():
        started = feeds.run_feed(importer.house, "own", by="ann", is_unattended=True)
        return importer.done(started.id).state

    assert run() == "applied"
    with importer.house.store.session() as session:
        keys = [key for key, _ in list_open(session, "supplier")]
        map_categories(session, "supplier", dict.fromkeys(keys, cups), by="ann")

    assert (run(), run()) == ("applied", "unchanged")
    assert {row["category_id"] for row in importer.products().values()} == {cups}
