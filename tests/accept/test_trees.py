"""Real trees of categories come in, twice, and keep their keys."""

from __future__ import annotations

import pytest

from entrepot.catalogue.tree.categories import rebuild_paths
from entrepot.catalogue.tree.importing import TreeWanted, import_tree
from entrepot.catalogue.tree.reading import read_tree

TREES = {
    "google": ("google_taxonomy/taxonomy-with-ids.en-US.txt", 5595, 0),
    "bestbuy": ("bestbuy/categories.json", 4583, 1),
}
"""The file of each, its categories, and what is none: one of them has no name."""


@pytest.mark.parametrize("name", TREES)
def test_a_real_tree_comes_in_once(both, shared, name):
    """The second time nothing is written; every path is right."""
    file, entries, faults = TREES[name]
    text = read_tree((shared / "data" / file).read_text(encoding="utf-8"))
    wanted = TreeWanted(tree=name)
    with both.store.session() as session:
        first = import_tree(session, text, wanted, by="x")
        again = import_tree(session, text, wanted, by="x")

        assert (first.entries, first.fault_count, first.mapped) == (
            entries,
            faults,
            entries,
        )
        assert (again.new, again.mapped) == (0, 0)
        assert rebuild_paths(session) == 0
