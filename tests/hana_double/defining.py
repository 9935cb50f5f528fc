"""Statements that change the catalogue; what HANA declares is kept beside DuckDB's."""

from __future__ import annotations

from collections.abc import Sequence

from tests.hana_double.engine import Engine, Outcome
from tests.hana_double.names import (
    Name,
    find_word,
    literal,
    quoted,
    read_name,
    split_list,
)
from tests.hana_double.privileges import check_object, check_system
from tests.hana_double.types import CODES, Type, declared_type
from tests.hana_double.words import Token, tokens_of

SIZED_TOO = ("VARBINARY", "BINARY", "TIMESTAMP", "ALPHANUM")
"""Types that HANA gives a size and DuckDB none."""


def create_table(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run CREATE [COLUMN | ROW] TABLE."""
    tokens = _without(tokens_of(sql), ("COLUMN", "ROW", "GLOBAL", "LOCAL", "TEMPORARY"))
    words = [t for t in tokens if t.kind not in ("space", "comment")]
    start = find_word(words, "TABLE") + 1
    while words[start].word in ("IF", "NOT", "EXISTS"):
        start += 1
    name, after = _target(engine, words, start)
    texts = [engine.translated(_without_sizes(tokens))]
    if after < len(words) and words[after].text == "(":
        for item in split_list(words, after):
            texts += _keep_column(name, item)
    return engine.define([_forget(name), *texts], sql)


def create_view(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run CREATE VIEW; its columns have the types of what it selects."""
    name, _ = _target(engine, words, find_word(words, "VIEW") + 1)
    tokens = tokens_of(sql)
    start = next(n for n, t in enumerate(tokens) if t.word == "AS") + 1
    columns = engine.describe("".join(t.text for t in tokens[start:]))
    kept = [_kept(name, column.name, column.type) for column in columns]
    return engine.define([_forget(name), engine.translated(tokens), *kept], sql)


def create_virtual(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run CREATE VIRTUAL TABLE … AT "source"."database"."schema"."table".

    What is far away is a table of this database here.
    """
    check_system(engine.cursor, engine.user, "CREATE VIRTUAL TABLE")
    name, at = _target(engine, words, 3)
    path = [t.name for t in words[at + 1 :] if t.text != "."]
    schema, table = path[-2:]
    far = f"{quoted(schema)}.{quoted(table)}"
    near = f"{quoted(name[0])}.{quoted(name[1])}"
    columns = engine.describe(f"SELECT * FROM {far}")
    virtual = f"({literal(name[0])}, {literal(name[1])}, {literal(path[0])})"
    return engine.define(
        [
            f"CREATE VIEW {near} AS SELECT * FROM {far}",
            f'INSERT INTO "_DOUBLE".VIRTUAL VALUES {virtual}',
            _forget(name),
            *(_kept(name, column.name, column.type) for column in columns),
        ],
        sql,
    )


def create_index(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run CREATE [UNIQUE] INDEX."""
    (_, index), after = read_name(words, find_word(words, "INDEX") + 1)
    (schema, table), at = _target(engine, words, after + 1)
    columns = ", ".join(literal(i[0].name) for i in split_list(words, at))
    values_text = f"{literal(schema)}, {literal(table)}, {literal(index)}, [{columns}]"
    kept = f'INSERT INTO "_DOUBLE".INDEXES VALUES ({values_text})'
    return engine.define([engine.translated(tokens_of(sql)), kept], sql)


def create_schema(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run CREATE SCHEMA … [OWNED BY …]."""
    check_system(engine.cursor, engine.user, "CREATE SCHEMA")
    (_, name), after = read_name(words, 2)
    owner = words[after + 2].name if after + 2 < len(words) else engine.user
    return engine.define(schema_texts(name, owner), sql)


def schema_texts(name: str, owner: str) -> list[str]:
    """Return what makes a schema."""
    kept = f"{literal(name)}, {literal(owner)}, now()::TIMESTAMP"
    return [
        f"CREATE SCHEMA {quoted(name)}",
        f'INSERT INTO "_DOUBLE".SCHEMAS VALUES ({kept})',
    ]


def drop_schema(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run DROP SCHEMA … [CASCADE]."""
    (_, name), _ = read_name(words, 2)
    check_object(engine.cursor, engine.user, "DROP", (name, ""))
    forget = f'DELETE FROM "_DOUBLE".SCHEMAS WHERE NAME = {literal(name)}'
    return engine.define([engine.translated(tokens_of(sql)), forget], sql)


def any_other(
    engine: Engine, sql: str, words: list[Token], values: Sequence[object]
) -> Outcome:
    """Run CREATE SEQUENCE, DROP, ALTER TABLE, TRUNCATE, COMMENT ON as DuckDB does."""
    named = next(
        (n for n, t in enumerate(words) if n and t.word in OBJECTS), len(words) - 2
    )
    _target(engine, words, named + 1)
    return engine.define([engine.translated(tokens_of(sql))], sql)


OBJECTS = ("TABLE", "VIEW", "INDEX", "SEQUENCE", "COLUMN", "SYNONYM", "PROCEDURE")


def _target(engine: Engine, words: list[Token], at: int) -> tuple[Name, int]:
    (schema, table), after = read_name(words, at)
    name = (schema or engine.schema, table)
    check_object(engine.cursor, engine.user, "CREATE ANY", name)
    return name, after


def _keep_column(name: Name, item: list[Token]) -> list[str]:
    if len(item) < 2 or item[1].word not in (*CODES, "INT", "DEC", "TEXT"):
        return []
    arguments = []
    if len(item) > 2 and item[2].text == "(":
        arguments = [int(i[0].text) for i in split_list(item, 2)]
    return [_kept(name, item[0].name, declared_type(item[1].word, arguments))]


def _kept(name: Name, column: str, type_: Type) -> str:
    scale = "NULL" if type_.scale is None else str(type_.scale)
    where = f"{literal(name[0])}, {literal(name[1])}, {literal(column)}"
    values = f"{where}, {literal(type_.name)}, {type_.length}, {scale}"
    return f'INSERT INTO "_DOUBLE".COLUMNS VALUES ({values})'


def _forget(name: Name) -> str:
    """Return what forgets the columns of a table of that name that is gone."""
    where = f"SCHEMA_NAME = {literal(name[0])} AND TABLE_NAME = {literal(name[1])}"
    return f'DELETE FROM "_DOUBLE".COLUMNS WHERE {where}'


def _without(tokens: list[Token], words: tuple[str, ...]) -> list[Token]:
    """Leave words out that stand before TABLE."""
    end = find_word(tokens, "TABLE")
    return [t for n, t in enumerate(tokens) if n > end or t.word not in words]


def _without_sizes(tokens: list[Token]) -> list[Token]:
    found: list[Token] = []
    skipping = False
    for place, token in enumerate(tokens):
        before = tokens[place - 1].word if place else ""
        skipping = skipping or (token.text == "(" and before in SIZED_TOO)
        if not skipping:
            found.append(token)
        skipping = skipping and token.text != ")"
    return found
