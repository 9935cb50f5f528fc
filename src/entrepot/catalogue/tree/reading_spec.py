"""What the readers of trees give."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """One category of another tree.

    Attributes:
        line: Where it stands, counted from 1; in JSON, its place in the list.
        key: What the other tree calls it by; empty where there is nothing.
        path: Names from the root down; not checked yet.
    """

    line: int
    key: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no category, and why."""

    line: int
    value: str
    reason: str


@dataclass(slots=True)
class Found:
    """What a reader made of a text."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Child:
    """A category that names the one above it by its key."""

    line: int
    key: str
    name: str
    parent: str


def join_parents(children: list[Child]) -> Found:
    """Return the paths of categories that name their parents.

    Who is above itself, or below somebody that is not there, is a fault.
    """
    found = Found()
    by_key: dict[str, Child] = {}
    for child in children:
        if child.key in by_key:
            first = by_key[child.key].line
            why = f"stands in line {first} already"
            found.faults.append(Fault(child.line, child.key, why))
        else:
            by_key[child.key] = child
    for child in by_key.values():
        path = _path_of(child, by_key)
        if isinstance(path, str):
            found.faults.append(Fault(child.line, child.key, path))
        else:
            found.entries.append(Entry(child.line, child.key, path))
    return found


def _path_of(child: Child, by_key: Mapping[str, Child]) -> tuple[str, ...] | str:
    """Return the names from the root down, or why there are none."""
    names, seen = [child.name], {child.key}
    while child.parent:
        above = by_key.get(child.parent)
        if above is None:
            return f"its parent {child.parent!r} is not there"
        if above.key in seen:
            return f"it is above itself, by {child.parent!r}"
        seen.add(above.key)
        names.append(above.name)
        child = above
    return tuple(reversed(names))


def text_of(value: Hashable | None) -> str:
    """Return a key or a name as text; empty for nothing."""
    return "" if value is None else str(value).strip()
