"""A feed's words for categories, found in the mapping of the tree that they are of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from entrepot.base.errors import InvalidValue
from entrepot.base.house import House
from entrepot.catalogue import (
    NamePath,
    find_paths,
    note_unmapped,
    parse_path,
    render_path,
    resolve_paths,
)
from entrepot.feeds.applying.loading import names_of_categories, path_of

MOST_OPEN = 10_000
"""Of the paths of one file that nobody mapped, so many are kept to be mapped."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Gives our categories' paths for those of another tree, as `Categories`.

    A path that nobody mapped is ours where we have one of that name; else it is not
    in the answer, and is remembered.
    """

    house: House
    tree: str
    _unmapped: dict[NamePath, None] = field(default_factory=dict)

    def __call__(self, paths: Collection[str]) -> Mapping[str, str]:
        """Return what is known of some paths."""
        with self.house.store.read_session() as session:
            ids = resolve_paths(session, self.tree, paths)
            ours = _paths_of(session, set(ids.values()))
            named = _named([path for path in paths if path not in ids])
            there = find_paths(session, list(named.values()))
        own = {path: path for path, names in named.items() if names in there}
        for names in named.values():
            if names not in there and len(self._unmapped) < MOST_OPEN:
                self._unmapped[names] = None
        return own | {path: ours[id] for path, id in ids.items()}

    def keep_open(self) -> int:
        """Keep what nobody mapped in the tree, for a person; return how many are new.

        They are mapped on the page of mappings, and the next import finds them.
        """
        if not self._unmapped:
            return 0
        with self.house.store.session() as session:
            return note_unmapped(session, self.tree, self._unmapped)


def _paths_of(session: Session, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    named = names_of_categories(session)
    return {id: render_path(path_of(named, id)) for id in ids}


def _named(paths: Collection[str]) -> dict[str, NamePath]:
    """Return the names in each path; a row with a wrong one is rejected later."""
    named: dict[str, NamePath] = {}
    for path in paths:
        with suppress(InvalidValue):
            named[path] = parse_path(path)
    return named
