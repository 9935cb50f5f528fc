"""Trees as JSON: lists with paths, with parents, or with what is below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from entrepot.base.errors import Invalid
from entrepot.catalogue.tree.paths import DEEPEST
from entrepot.catalogue.tree.reading_spec import (
    Child,
    Entry,
    Fault,
    Found,
    join_parents,
    text_of,
)

BELOW = ("children", "subCategories", "subcategories", "categories", "branches")
PARENT = ("parent_id", "parentId", "parent")
KEY = ("id", "key", "code")


def read_json(text: str) -> Found | None:
    """Read a list of categories, or an object that holds one.

    Raises:
        Invalid: It begins as JSON, and is none.
    """
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        value = msgspec.json.decode(text.encode())
    except (msgspec.DecodeError, RecursionError) as error:
        raise Invalid(f"this is not JSON: {error}") from None
    found = _list_of(value)
    if found is None:
        return None
    items = [(at, item) for at, item in enumerate(found, 1) if isinstance(item, dict)]
    if not items:
        return None
    if any("path" in item for _, item in items):
        return _by_paths(items)
    if any(_first(item, PARENT) for _, item in items):
        return join_parents(
            [
                Child(
                    at,
                    text_of(_first(item, KEY)),
                    text_of(item.get("name")),
                    text_of(_key_of(_first(item, PARENT))),
                )
                for at, item in items
            ]
        )
    return _by_branches(items)


def _list_of(value: Any) -> list[Any] | None:
    if isinstance(value, dict):
        lists = [one for one in value.values() if isinstance(one, list)]
        return lists[0] if len(lists) == 1 else None
    return value if isinstance(value, list) else None


def _by_paths(items: list[tuple[int, dict[str, Any]]]) -> Found:
    found = Found()
    for at, item in items:
        path, key = item.get("path"), text_of(_first(item, KEY))
        if isinstance(path, str):
            names = tuple(name.strip() for name in path.split(">"))
        elif isinstance(path, list):
            names = tuple(_name_of(step) for step in path)
        else:
            found.faults.append(Fault(at, key, "has no path"))
            continue
        found.entries.append(Entry(at, key, names))
    return found


def _by_branches(items: list[tuple[int, dict[str, Any]]]) -> Found:
    found = Found()
    for at, item in items:
        for key, path in _walk(item, ()):
            found.entries.append(Entry(at, key, path))
    return found


def _walk(
    item: dict[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    path = (*above, _name_of(item))
    yield text_of(_first(item, KEY)), path
    if len(path) > DEEPEST:  # what is below is too deep as well
        return
    for child in _first(item, BELOW) or ():
        if isinstance(child, dict):
            yield from _walk(child, path)


def _first(item: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((item[name] for name in names if item.get(name)), None)


def _key_of(parent: Any) -> Any:
    return _first(parent, KEY) if isinstance(parent, dict) else parent


def _name_of(step: Any) -> str:
    return text_of(step.get("name")) if isinstance(step, dict) else text_of(step)
