"""What faces do with other trees: bring one in, map its categories, forget it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.catalogue.events import CategoriesMapped, TreeCameIn, TreeDropped
from entrepot.catalogue.tree import importing, mapping
from entrepot.catalogue.tree.importing import TreeImported, TreeWanted
from entrepot.catalogue.tree.mapping import MappingFilter, MappingSeen, TreeSeen
from entrepot.catalogue.tree.names import parse_path
from entrepot.catalogue.tree.outline import kept_outline
from entrepot.catalogue.tree.reading import read_tree
from entrepot.catalogue.tree.suggesting import Suggester, Suggestion

SUGGESTED = 50
"""Categories for which suggestions are made at once; each costs a millisecond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A category of another tree with the likeliest of ours, best first."""

    mapping: MappingSeen
    suggestions: list[Suggestion] = field(default_factory=list)


def preview(house: House, text: str, wanted: TreeWanted, format: str) -> TreeImported:
    """Tell what the import of a tree would do.

    Raises:
        Invalid, TooMuch: As `read_tree` and `import_tree`.
        NotThere: There is no such category to go below.
    """
    found = read_tree(text, format=format)
    with house.store.session() as session:
        return importing.preview_tree(session, found, wanted)


def bring_in(
    house: House, who: Identity, text: str, wanted: TreeWanted, format: str
) -> TreeImported:
    """Import a tree.

    Raises:
        Invalid, TooMuch: As `read_tree` and `import_tree`.
        NotThere: There is no such category to go below.
    """
    found = read_tree(text, format=format)
    with house.store.session() as session:
        done = importing.import_tree(session, found, wanted, by=who.name)
        if done.new or done.mapped:
            emit(
                TreeCameIn(
                    tree=wanted.tree,
                    categories=done.new,
                    mapped=done.mapped,
                    faults=done.fault_count,
                )
            )
    return done


def list_trees(house: House) -> list[TreeSeen]:
    """Return the trees of others by name."""
    with house.store.read_session() as session:
        return mapping.list_trees(session)


def list_mappings(
    house: House, wanted: MappingFilter, *, with_suggestions: bool = False
) -> list[Suggested]:
    """Return categories of a tree by key, with suggestions for the open ones."""
    with house.store.read_session() as session:
        found = mapping.list_mappings(session, wanted)
    if not with_suggestions or all(one.category_id is not None for one in found):
        return [Suggested(mapping=one) for one in found]
    suggester = Suggester(kept_outline(house))
    opened = [one for one in found if one.category_id is None][:SUGGESTED]
    likely = suggester.suggest([parse_path(one.path) for one in opened])
    by_key = {one.key: near for one, near in zip(opened, likely, strict=True)}
    return [Suggested(mapping=o, suggestions=by_key.get(o.key, [])) for o in found]


def get_mapping(house: House, tree: str, key: str) -> MappingSeen:
    """Return one category of another tree.

    Raises:
        NotThere: There is none.
    """
    with house.store.read_session() as session:
        return mapping.get_mapping(session, tree, key)


def map_keys(
    house: House, who: Identity, tree: str, wanted: Mapping[str, int | None]
) -> list[MappingSeen]:
    """Say which of our categories some of another tree mean; None takes it back.

    Raises:
        NotThere: There is no such category, there or here.
    """
    with house.store.session() as session:
        done = [
            mapping.map_category(session, tree, key, category_id, by=who.name)
            for key, category_id in wanted.items()
        ]
        if done:
            emit(CategoriesMapped(tree=tree, keys=len(done)))
    return done


def map_certain(house: House, who: Identity, tree: str) -> int:
    """Map every open category of a tree that can only mean one; return how many.

    Its path is one of ours, or its name is one that only one of ours has.
    """
    suggester = Suggester(kept_outline(house))
    with house.store.session() as session:
        rows = mapping.list_open(session, tree)
        found: dict[str, int] = {}
        for key, path in rows:
            certain = suggester.find_certain(parse_path(path))
            if certain is not None:
                found[key] = certain
        done = mapping.map_categories(session, tree, found, by=who.name)
        if done:
            emit(CategoriesMapped(tree=tree, keys=done))
    return done


def drop_tree(house: House, tree: str) -> int:
    """Forget a tree of others with its mappings; return how many it had.

    Raises:
        NotThere: There is no such tree.
    """
    with house.store.session() as session:
        count = mapping.drop_tree(session, tree)
        emit(TreeDropped(tree=tree, categories=count))
    return count
