"""Find rows by words: what conditions with `search` mean to each database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import quoted_name
from sqlalchemy.types import NullType

from entrepot.base.errors import Invalid
from entrepot.connections.spec import Search, Structure

SEARCH = "search"
"""The operator; without a column all are looked through."""

MOST_CHARACTERS = 1_000
READY_CHARACTERS = 250_000
"""Of a text that is made ready in passing: PostgreSQL takes a megabyte of words."""

SIMPLE = "simple"
"""PostgreSQL's configuration that knows no language."""


def ways(structure: Structure, column: str) -> tuple[Search, ...]:
    """Return how words are found in a column, or in any when it is empty.

    Raises:
        Invalid: The database finds none there; the hint names where it does.
    """
    found = [s for s in structure.searches if not column or column in s.columns]
    if not found:
        known = sorted({name for s in structure.searches for name in s.columns})
        where = f"column {column!r}" if column else "this table"
        raise Invalid(
            f"the database has no search by words for {where}",
            hint=f"there is one for {', '.join(known)}" if known else "use contains",
            known=known,
        )
    # A slow way finds what the quick ones do, and takes long.
    quick = tuple(search for search in found if not search.is_slow)
    return quick or tuple(found[:1])


def check_words(text: str) -> str:
    """Return words that can be looked for.

    Raises:
        Invalid: There are none, or too many.
    """
    if not text.strip():
        raise Invalid("search wants at least one word")
    if len(text) > MOST_CHARACTERS:
        raise Invalid(f"search takes at most {MOST_CHARACTERS} characters")
    return text


def search_clause(structure: Structure, column: str, words: str) -> ColumnElement[bool]:
    """Return the condition that a row has all the words."""
    found = ways(structure, column)
    return sa.or_(*(CLAUSES[s.kind](structure, s, column, words) for s in found))


def _in_table(
    structure: Structure, search: Search, column: str, words: str
) -> ColumnElement[bool]:
    table = sa.table(
        quoted_name(search.source, quote=True),
        schema=quoted_name(structure.schema, quote=True),
    )
    looked = _name(column or search.source)
    match = looked.op("MATCH", is_comparison=True)(_value(_phrases(search, words)))
    rows = sa.select(_name("rowid")).select_from(table).where(match)
    return _name(search.key).in_(rows)


def _phrases(search: Search, words: str) -> str:
    """Return the words so that none of their signs means anything, but a last `*`."""
    return " ".join(_phrase(search.kind, word) for word in words.split())


def _phrase(kind: str, word: str) -> str:
    bare = word.rstrip("*")
    star = "*" if bare != word else ""
    if kind == "fts4":  # knows no quoted quotation mark
        bare = bare.replace('"', " ")
        return f'"{bare}{star}"'
    escaped = bare.replace('"', '""')
    return f'"{escaped}"{star}'


def _in_ready(
    structure: Structure, search: Search, column: str, words: str
) -> ColumnElement[bool]:
    ready: ColumnElement[Any] = sa.literal_column(f"({search.source})")
    return _matches(ready, search.configuration, words)


def _in_passing(
    structure: Structure, search: Search, column: str, words: str
) -> ColumnElement[bool]:
    names = (column,) if column else search.columns
    text = sa.func.concat_ws(" ", *(sa.cast(_name(n), sa.Text()) for n in names))
    part = sa.func.left(text, READY_CHARACTERS)
    ready = sa.func.to_tsvector(_configuration(SIMPLE), part)
    return _matches(ready, SIMPLE, words)


def _matches(
    ready: ColumnElement[Any], configuration: str, words: str
) -> ColumnElement[bool]:
    said: Sequence[ColumnElement[Any]] = (sa.cast(_value(words), sa.Text()),)
    if configuration:
        said = (_configuration(configuration), *said)
    query = sa.func.websearch_to_tsquery(*said)
    return ready.op("@@", is_comparison=True)(query)


def _configuration(name: str) -> ColumnElement[Any]:
    return sa.cast(sa.cast(_value(name), sa.Text()), _Configuration())


class _Configuration(sa.types.UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "regconfig"


def _name(name: str) -> sa.ColumnClause[Any]:
    return sa.column(quoted_name(name, quote=True))


def _value(text: str) -> sa.BindParameter[Any]:
    return sa.bindparam(None, text, type_=NullType(), unique=True)


Clause = Callable[[Structure, Search, str, str], ColumnElement[bool]]

CLAUSES: dict[str, Clause] = {
    "fts4": _in_table,
    "fts5": _in_table,
    "tsvector": _in_ready,
    "words": _in_passing,
}
"""By `Search.kind`."""
