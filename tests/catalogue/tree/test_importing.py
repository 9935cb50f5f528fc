"""Whole trees come in, once and again; other trees are mapped to ours."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from entrepot.base.errors import InvalidValue, NotThere
from entrepot.catalogue import Category, find_paths, resolve_paths
from entrepot.catalogue.documents import read_generation
from entrepot.catalogue.models import Mapping
from entrepot.catalogue.tree.categories import rebuild_paths
from entrepot.catalogue.tree.importing import TreeWanted, import_tree, preview_tree
from entrepot.catalogue.tree.mapping import (
    MappingFilter,
    TreeSeen,
    drop_tree,
    list_mappings,
    list_trees,
    map_category,
)
from entrepot.catalogue.tree.reading import read_tree

TEXT = read_tree("1 - Pets\n2 - Pets > Cats\n3 - Office supplies > Paper\n4 - A > > B")
OURS = TreeWanted(tree="google")
BESIDE = TreeWanted(into="mapping", tree="google")


def all_of(session):
    """Return everything that an import may write."""
    columns = (Category.id, Category.path, Category.name, Category.slug)
    categories = session.execute(select(*columns).order_by(Category.id)).all()
    mappings = select(Mapping.key, Mapping.category_id).order_by(Mapping.key)
    return categories, session.execute(mappings).all(), read_generation(session)


def test_a_preview_tells_what_the_import_does(both):
    """And leaves no trace."""
    with both.store.session() as session:
        before = all_of(session)
        preview = preview_tree(session, TEXT, OURS)
        assert all_of(session) == before
        done = import_tree(session, TEXT, OURS, by="me")

        assert preview == done
        assert (done.entries, done.new, done.there, done.mapped) == (3, 3, 0, 3)
        assert done.new_paths == ["Pets", "Pets > Cats", "Office Supplies > Paper"]
        assert [(f.line, f.reason) for f in done.faults] == [
            (4, "level 2 of 'A >  > B' has no name")
        ]
        assert rebuild_paths(session) == 0


def test_the_same_tree_again_writes_nothing(both):
    """Not even the generation."""
    with both.store.session() as session:
        import_tree(session, TEXT, OURS, by="me")
    with both.store.session() as session:
        before = all_of(session)
        again = import_tree(session, TEXT, OURS, by="me")

        assert (again.new, again.there, again.mapped) == (0, 3, 0)
        assert all_of(session) == before


def test_a_tree_comes_below_a_category(both):
    """Its roots are branches then; an unknown one is missing."""
    with both.store.session() as session:
        import_tree(session, TEXT, TreeWanted(below=2), by="me")

        path = ("Technology", "Office supplies", "Paper")
        assert path in find_paths(session, [path])
        with pytest.raises(NotThere):
            import_tree(session, TEXT, TreeWanted(below=99), by="me")


def test_a_tree_is_kept_beside_ours(both):
    """What has the same path is mapped; the rest is open until somebody says."""
    with both.store.session() as session:
        import_tree(session, read_tree("path\nPets\n"), TreeWanted(), by="me")
        done = import_tree(session, TEXT, BESIDE, by="me")

        pets = find_paths(session, [("Pets",)])[("Pets",)]
        assert (done.new, done.mapped) == (0, 3)
        assert list_trees(session) == [TreeSeen(tree="google", categories=3, mapped=1)]
        map_category(session, "google", "2", pets, by="me")
        open_ones = list_mappings(session, MappingFilter(tree="google", state="open"))
        assert [one.key for one in open_ones] == ["3"]


def test_a_feed_finds_ours_by_their_key_or_path(both):
    """Whatever the case; what is open is left out."""
    with both.store.session() as session:
        import_tree(session, TEXT, BESIDE, by="me")
        map_category(session, "google", "2", 3, by="me")
        asked = ["2", "pets >  CATS", "Pets", "nothing"]

        assert resolve_paths(session, "google", asked) == {"2": 3, "pets >  CATS": 3}
        assert resolve_paths(session, "other", asked) == {}


def test_what_people_mapped_stays(both):
    """However often the tree comes in."""
    with both.store.session() as session:
        import_tree(session, TEXT, BESIDE, by="me")
        map_category(session, "google", "2", 3, by="me")
        import_tree(session, TEXT, OURS, by="me")

        assert session.get(Mapping, ("google", "2")).category_id == 3
        assert drop_tree(session, "google") == 3
        with pytest.raises(NotThere, match="'google'"):
            drop_tree(session, "google")


@pytest.mark.parametrize(
    "wanted",
    [
        TreeWanted(into="mapping"),
        TreeWanted(into="mapping", tree="x" * 101),
        TreeWanted(into="mapping", tree="x", below=1),
    ],
)
def test_a_tree_to_be_mapped_has_a_name_and_no_place(both, wanted):
    """Nothing is written otherwise."""
    with both.store.session() as session:
        with pytest.raises(InvalidValue):
            import_tree(session, TEXT, wanted, by="me")
        assert list_trees(session) == []


def test_a_category_that_goes_takes_no_mapping_with_it(both):
    """Their category is open again."""
    from entrepot.catalogue import delete_category

    with both.store.session() as session:
        import_tree(session, TEXT, OURS, by="me")
        cats = find_paths(session, [("Pets", "Cats")])[("Pets", "Cats")]
        delete_category(session, cats)
        session.expire_all()

        assert session.get(Mapping, ("google", "2")).category_id is None
