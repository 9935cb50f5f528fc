"""Texts made ready for search by words: columns, indexes, or on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from entrepot.connections.spec import Column, Index, Search

_READY = re.compile(r"to_tsvector\('([\w.\"]+)'::regconfig, ", re.ASCII)


def find_searches(
    columns: Iterable[Column], indexes: Iterable[Index]
) -> tuple[Search, ...]:
    """Return the ways to find rows by words, those with an index first."""
    columns, indexes = list(columns), list(indexes)
    found = [*_by_index(columns, indexes), *_by_column(columns, indexes)]
    texts = tuple(column.name for column in columns if column.kind == "text")
    if texts:
        found.append(Search(columns=texts, kind="words", is_slow=True))
    return tuple(sorted(found, key=lambda search: search.is_slow))


def _by_index(columns: list[Column], indexes: list[Index]) -> Iterator[Search]:
    for index in indexes:
        for expression in index.columns:
            ready = _READY.match(expression)
            if ready is not None:
                yield Search(
                    columns=tuple(c.name for c in columns if _names(c, expression)),
                    kind="tsvector",
                    source=expression,
                    configuration=ready[1],
                )


def _by_column(columns: list[Column], indexes: list[Index]) -> Iterator[Search]:
    indexed = {name for index in indexes for name in index.columns}
    for column in columns:
        if column.type == "tsvector":
            yield Search(
                columns=(column.name,),
                kind="tsvector",
                source=_quoted(column.name),
                configuration=_made_with(column),
                is_slow=column.name not in indexed,
            )


def _made_with(column: Column) -> str:
    """Return the configuration of a column that the database makes itself."""
    made = re.search(_READY.pattern, column.default or "", re.ASCII)
    return made[1] if made else ""


def _names(column: Column, expression: str) -> bool:
    if _quoted(column.name) in expression:
        return True
    # Unquoted in the catalogue's own words, where that is enough.
    bare = re.fullmatch(r"[a-z_][a-z0-9_$]*", column.name, re.ASCII)
    return bare is not None and (
        re.search(rf"(?<![\w$'\"]){re.escape(column.name)}(?![\w$'\"])", expression)
        is not None
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
