"""Whole trees out of texts: lines of paths, nested sets, JSON, tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from entrepot.base.errors import Invalid, InvalidValue, TooMuch, UnknownName
from entrepot.catalogue.tree.mapping import MOST_KEY_CHARACTERS
from entrepot.catalogue.tree.names import checked_path
from entrepot.catalogue.tree.reading_json import read_json
from entrepot.catalogue.tree.reading_lines import read_nested, read_paths
from entrepot.catalogue.tree.reading_spec import Entry, Fault, Found
from entrepot.catalogue.tree.reading_tables import read_table

MOST_CHARACTERS = 20_000_000
MOST_CATEGORIES = 50_000

READERS: dict[str, Callable[[str], Found | None]] = {
    "json": read_json,
    "nested": read_nested,
    "csv": read_table,
    "paths": read_paths,
}
"""By format, the surest first; each returns None for a text that is not of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeText:
    """What a text says of a tree.

    Attributes:
        format: One of `READERS`.
        entries: Each a category of its own; what is above it may have none.
        faults: Lines that are no category.
    """

    format: str
    entries: list[Entry]
    faults: list[Fault]


def read_tree(text: str, *, format: str = "") -> TreeText:
    """Read a tree; without a format, the first that the text may be of is taken.

    Raises:
        UnknownName: There is no such format.
        Invalid: It is of no format, or not of this one.
        TooMuch: The text or the tree is too large.
    """
    if len(text) > MOST_CHARACTERS:
        raise TooMuch(f"a tree's file has at most {MOST_CHARACTERS:,} characters")
    if format and format not in READERS:
        raise UnknownName("format of trees", format, list(READERS))
    text = text.removeprefix("﻿")
    for name in [format] if format else READERS:
        found = READERS[name](text)
        if found is not None:
            return _checked(name, found)
    raise Invalid(
        "this is no tree of categories",
        hint="lines such as 12 - A > B > C, JSON, or a table with a path column",
    )


def _checked(format: str, found: Found) -> TreeText:
    if len(found.entries) > MOST_CATEGORIES:
        raise TooMuch(
            f"{len(found.entries):,} categories, more than {MOST_CATEGORIES:,}"
        )
    entries, faults = [], list(found.faults)
    for entry in found.entries:
        try:
            path = checked_path(entry.path)
            if len(entry.key) > MOST_KEY_CHARACTERS:
                raise InvalidValue(
                    f"a key has at most {MOST_KEY_CHARACTERS} characters"
                )
        except InvalidValue as error:
            faults.append(Fault(entry.line, entry.key or str(entry.path), error.detail))
        else:
            entries.append(Entry(entry.line, entry.key, path))
    faults.sort(key=lambda fault: fault.line)
    return TreeText(format=format, entries=entries, faults=faults)
