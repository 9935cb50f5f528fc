"""A feed's words for categories, found in the mapping of the tree that they are of."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from entrepot.base.errors import InvalidValue
from entrepot.base.house import House
from entrepot.catalogue import (
    NamePath,
    find_paths,
    parse_path,
    render_path,
    resolve_paths,
)
from entrepot.feeds.applying.loading import names_of_categories, path_of
from entrepot.feeds.reading import Categories


def mapped_categories(house: House, tree: str) -> Categories:
    """Return what gives our categories' paths for those of another tree.

    A path that nobody mapped is ours where we have one of that name; else it is not
    in the answer.
    """

    def find(paths: Collection[str]) -> Mapping[str, str]:
        with house.store.read_session() as session:
            ids = resolve_paths(session, tree, paths)
            ours = _paths_of(session, set(ids.values()))
            own = _own_paths(session, [p for p in paths if p not in ids])
        return own | {path: ours[id] for path, id in ids.items()}

    return find


def _paths_of(session: Session, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    named = names_of_categories(session)
    return {id: render_path(path_of(named, id)) for id in ids}


def _own_paths(session: Session, paths: Collection[str]) -> dict[str, str]:
    named: dict[str, NamePath] = {}
    for path in paths:
        try:
            named[path] = parse_path(path)
        except InvalidValue:
            named[path] = ()  # the row is rejected later, with the reason
    there = find_paths(session, [names for names in named.values() if names])
    return {path: path for path, names in named.items() if names in there}
