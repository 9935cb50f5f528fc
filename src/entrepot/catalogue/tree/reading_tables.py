"""Trees as tables: a column with paths, or columns with names and parents."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from entrepot.catalogue.tree.reading_spec import (
    Child,
    Entry,
    Fault,
    Found,
    join_parents,
)

PATH = ("path", "category_path", "full_path", "categories", "category", "full name")
NAME = ("name", "title", "category_name")
KEY = ("id", "key", "code", "category_id", "number")
PARENT = ("parent_id", "parent", "parent id", "parent_key")
DELIMITERS = (";", "\t", ",", "|")


def read_table(text: str) -> Found | None:
    """Read rows below a header that names a path, or a name and a parent."""
    header = text.lstrip("\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        names = [name.strip().casefold() for name in next(rows, [])]
        path, key = _place(names, PATH), _place(names, KEY)
        name, parent = _place(names, NAME), _place(names, PARENT)
        if path is None and (name is None or parent is None or key is None):
            return None
        lines = [(rows.line_num, row) for row in rows if any(row)]
    except csv.Error as error:
        return Found(faults=[Fault(rows.line_num, "", f"is no table: {error}")])
    if path is None:
        return join_parents(
            [
                Child(line, _cell(row, key), _cell(row, name), _cell(row, parent))
                for line, row in lines
            ]
        )
    found = Found()
    for line, row in lines:
        levels = tuple(part.strip() for part in _cell(row, path).split(">"))
        found.entries.append(Entry(line, _cell(row, key), levels))
    return found


def _place(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""
