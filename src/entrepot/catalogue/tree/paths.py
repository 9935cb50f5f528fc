"""Paths of categories: the ids from the root to the category, as `/1/3/4/`."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_

from entrepot.base.errors import Conflict, TooMuch
from entrepot.catalogue.category_models import PATH_CHARACTERS, Category

DEEPEST = 20
"""Categories from a root down to the lowest, both counted."""


def child_path(parent_path: str | None, category_id: int) -> str:
    """Return the path of a category below another, or of a root."""
    return f"{parent_path or '/'}{category_id}/"


def ids_of(path: str) -> list[int]:
    """Return the ids in a path, the root's first."""
    return [int(part) for part in path.split("/") if part]


def level_of(path: str) -> int:
    """Return how many categories stand above: 0 for a root."""
    return path.count("/") - 2


def below(path: str) -> ColumnElement[bool]:
    """Return the condition for the category of a path and all its descendants.

    One range of the index: a path ends with `/`, and `0` is the next character.
    """
    return and_(Category.path >= path, Category.path < path[:-1] + "0")


def check_size(path_characters: int, level: int) -> None:
    """Refuse what would be too deep.

    Raises:
        TooMuch: The level is below the deepest, or the path does not fit.
    """
    if level >= DEEPEST:
        raise TooMuch(f"categories are at most {DEEPEST} deep, roots included")
    if path_characters > PATH_CHARACTERS:
        raise TooMuch(f"the path would be longer than {PATH_CHARACTERS} characters")


def paths_of(parents: Mapping[int, int | None]) -> dict[int, str]:
    """Return every category's path, from each one's parent alone.

    Raises:
        Conflict: Some categories are above themselves.
    """
    found: dict[int, str] = {}
    for start in parents:
        chain: list[int] = []
        at: int | None = start
        while at is not None and at not in found:
            if at in chain:
                ring = ", ".join(map(str, sorted(chain[chain.index(at) :])))
                raise Conflict(f"the categories {ring} are above themselves")
            chain.append(at)
            at = parents[at]
        for category_id in reversed(chain):
            above = parents[category_id]
            path = found[above] if above is not None else None
            found[category_id] = child_path(path, category_id)
    return found
