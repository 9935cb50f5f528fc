"""Statements that change rows."""

from __future__ import annotations

from collections.abc import Sequence

from tests.hana_double.engine import Engine, Outcome
from tests.hana_double.errors import HanaError
from tests.hana_double.names import find_word, read_name
from tests.hana_double.privileges import check_object
from tests.hana_double.words import Token, tokens_of

CHANGES = ("INSERT", "UPDATE", "DELETE")


def find_change(words: list[Token]) -> int | None:
    """Return where a statement that begins with WITH changes something."""
    depth = 0
    for place, token in enumerate(words):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.word in CHANGES:
            return place
    return None


def insert(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run INSERT, UPSERT or MERGE."""
    place = find_word(words, "INTO") + 1 or 1
    _check(engine, words, place, "INSERT")
    if words[0].word in ("UPSERT", "REPLACE"):
        engine.refuse_read_only()
        raise HanaError(7, "feature not supported: the double has no UPSERT")
    return engine.write(engine.translated(tokens_of(sql)), values, sql)


def update(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run UPDATE."""
    _check(engine, words, 1, "UPDATE")
    return engine.write(engine.translated(tokens_of(sql)), values, sql)


def delete(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run DELETE, with FROM or without."""
    place = 2 if words[1:2] and words[1].word == "FROM" else 1
    _check(engine, words, place, "DELETE")
    return engine.write(engine.translated(tokens_of(sql)), values, sql)


def with_first(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run WITH before a change, which DuckDB has, and HANA may have one day."""
    place = find_change(words) or 0
    target = find_word(words, "FROM", place) if words[place].word == "DELETE" else place
    target = (
        find_word(words, "INTO", place) if words[place].word == "INSERT" else target
    )
    _check(engine, words, target + 1, words[place].word)
    return engine.write(engine.translated(tokens_of(sql)), values, sql)


def _check(engine: Engine, words: list[Token], at: int, privilege: str) -> None:
    place = find_word(words, "RETURNING")
    if place > 0:
        raise HanaError(257, 'sql syntax error: incorrect syntax near "RETURNING"')
    (schema, table), _ = read_name(words, at)
    name = (schema or engine.schema, table)
    check_object(engine.cursor, engine.user, privilege, name)
