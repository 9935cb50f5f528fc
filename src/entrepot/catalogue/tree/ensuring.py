"""Categories for what feeds say: each path of names, made where it is missing."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from entrepot.catalogue.tree.growing import Growth, load_growth, write_growth
from entrepot.catalogue.tree.names import NamePath, checked_path
from entrepot.catalogue.tree.turns import take_turn


def ensure_paths(
    session: Session, wanted: Collection[NamePath], *, by: str
) -> dict[NamePath, int]:
    """Return each path's category, made with all above it where it is missing.

    Names are found whatever their case. What is there costs one read of the tree and
    writes nothing, however many paths there are.

    Raises:
        InvalidValue: A path has an empty level, or cannot be one: `parse_path` tells
            for each beforehand.
    """
    checked = {path: checked_path(path) for path in wanted}
    growth = _grow(session, checked.values())
    if growth.new:
        take_turn(session)
        growth = _grow(session, checked.values())  # somebody may have been quicker
    made = write_growth(session, growth, by=by)
    found = {path: growth.find_path(names) for path, names in checked.items()}
    return {path: made.get(id, id) for path, id in found.items() if id is not None}


def find_paths(session: Session, wanted: Collection[NamePath]) -> dict[NamePath, int]:
    """Return the category of each path that is there."""
    growth = load_growth(session)
    found = {path: growth.find_path(path) for path in wanted}
    return {path: id for path, id in found.items() if id is not None}


def _grow(session: Session, wanted: Collection[NamePath]) -> Growth:
    growth = load_growth(session)
    for path in wanted:
        growth.reach(path)
    return growth
