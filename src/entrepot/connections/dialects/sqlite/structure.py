"""What is in an SQLite file: its tables, their columns, keys and descriptions."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from entrepot.base.errors import NotThere
from entrepot.connections.dialects.sqlite.names import quoted
from entrepot.connections.dialects.sqlite.searching import find_searches
from entrepot.connections.dialects.sqlite.types import column_of
from entrepot.connections.spec import (
    Column,
    ForeignKey,
    Index,
    Schema,
    Structure,
    Table,
)

MAIN = "main"
DESCRIPTIONS = "_entrepot_descriptions"
"""A table (table_name, column_name, description) for what SQLite has no place for.

`column_name` is empty in a table's own line, `table_name` too in the whole file's.
"""

_TYPES = {"table": "table", "view": "view", "virtual": "virtual table"}
_ROW_NAMES = ("rowid", "_rowid_", "oid")


@dataclass(frozen=True, slots=True)
class _IndexLine:
    """An index with what decides whether it can name one row."""

    index: Index
    is_primary: bool
    is_partial: bool


def check_schema(schema: str) -> None:
    """Raise `NotThere` unless the schema is SQLite's only one."""
    if schema != MAIN:
        raise NotThere("schema", schema, [MAIN])


def describe_schema(connection: sqlite3.Connection) -> Schema:
    """Return the one schema of a file."""
    return Schema(
        name=MAIN,
        description=_all_descriptions(connection).get("", {}).get("", ""),
        table_count=len(_types(connection)),
    )


def list_tables(connection: sqlite3.Connection) -> list[Table]:
    """Return tables and views by name, without the shadow tables of virtual ones."""
    counts = _row_counts(connection)
    about = _all_descriptions(connection)
    return [
        Table(
            name=name,
            type=type,
            row_count=None if type == "view" else counts.get(name),
            description=about.get(name, {}).get("", ""),
        )
        for name, type in sorted(_types(connection).items())
    ]


def describe(connection: sqlite3.Connection, name: str) -> Structure:
    """Return the structure of a table or view."""
    tables = {table.name: table for table in list_tables(connection)}
    if name not in tables:
        raise NotThere("table", name, tables)
    about = _all_descriptions(connection).get(name, {})
    found = _structure(connection, tables[name], about)
    return replace(
        found,
        searches=find_searches(connection, name, found.columns),
        definition=_definition(connection, name),
    )


def outline(connection: sqlite3.Connection) -> list[Structure]:
    """Return every structure, sorted, without definitions.

    What cannot be looked into, as a view of a table that is gone, has no columns.
    """
    about = _all_descriptions(connection)
    return [
        _structure_if_sound(connection, table, about.get(table.name, {}))
        for table in list_tables(connection)
    ]


def _structure_if_sound(
    connection: sqlite3.Connection, table: Table, about: Mapping[str, str]
) -> Structure:
    try:
        return _structure(connection, table, about)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        return Structure(schema=MAIN, table=table, columns=())


def _structure(
    connection: sqlite3.Connection, table: Table, about: Mapping[str, str]
) -> Structure:
    name = table.name
    lines = _pragma(connection, "table_xinfo", name)
    indexes = _indexes(connection, name)
    # A primary key without an index is the row's own number, which is never null.
    primary = _primary(lines)
    number = () if any(line.is_primary for line in indexes) else primary
    columns = _columns(lines, number, about)
    key = _key(primary, columns, indexes)
    has_rowid = (
        not key and table.type != "view" and not _is_without_rowid(connection, name)
    )
    return Structure(
        schema=MAIN,
        table=table,
        columns=columns,
        key=key,
        row_key=_row_name(columns) if has_rowid else "",
        foreign_keys=_foreign_keys(connection, name),
        indexes=tuple(line.index for line in indexes),
    )


def _pragma(connection: sqlite3.Connection, pragma: str, name: str) -> list[Any]:
    return connection.execute(f"PRAGMA main.{pragma}({quoted(name)})").fetchall()


def _types(connection: sqlite3.Connection) -> dict[str, str]:
    lines = connection.execute("PRAGMA main.table_list").fetchall()
    return {
        name: _TYPES[type]
        for schema, name, type, *_ in lines
        if schema == MAIN
        and type in _TYPES
        and not name.startswith("sqlite_")
        and name != DESCRIPTIONS
    }


def _is_without_rowid(connection: sqlite3.Connection, name: str) -> bool:
    return any(line[4] for line in _pragma(connection, "table_list", name))


def _columns(
    lines: Sequence[Any], never_null: tuple[str, ...], about: Mapping[str, str]
) -> tuple[Column, ...]:
    # 1 marks hidden columns of a virtual table, which `SELECT *` leaves out.
    shown = [line for line in lines if line[6] != 1]
    return tuple(
        column_of(
            column,
            position,
            declared,
            nullable=not not_null and column not in never_null,
            primary_key=bool(key),
            default=default,
            description=about.get(column, ""),
        )
        for position, (_, column, declared, not_null, default, key, _) in enumerate(
            shown, start=1
        )
    )


def _primary(lines: Sequence[Any]) -> tuple[str, ...]:
    """Return the primary key's columns in the key's order."""
    numbered = [line for line in lines if line[5]]
    return tuple(line[1] for line in sorted(numbered, key=lambda line: line[5]))


def _key(
    primary: tuple[str, ...], columns: Sequence[Column], indexes: Sequence[_IndexLine]
) -> tuple[str, ...]:
    """Return columns that are unique and never null; a primary key may hold nulls."""
    full = {column.name for column in columns if not column.nullable}
    unique = [
        line.index.columns
        for line in indexes
        if line.index.is_unique and not line.is_partial
    ]
    candidates = [primary, *sorted(unique, key=len)]
    return next((c for c in candidates if c and full.issuperset(c)), ())


def _row_name(columns: Sequence[Column]) -> str:
    taken = {column.name.lower() for column in columns}
    return next((name for name in _ROW_NAMES if name not in taken), "")


def _indexes(connection: sqlite3.Connection, name: str) -> list[_IndexLine]:
    return [
        _IndexLine(
            Index(
                name=index,
                columns=_index_columns(connection, index),
                is_unique=bool(is_unique),
            ),
            is_primary=origin == "pk",
            is_partial=bool(is_partial),
        )
        for _, index, is_unique, origin, is_partial in _pragma(
            connection, "index_list", name
        )
    ]


def _index_columns(connection: sqlite3.Connection, index: str) -> tuple[str, ...]:
    lines = _pragma(connection, "index_info", index)
    return tuple("(expression)" if line[2] is None else line[2] for line in lines)


def _foreign_keys(connection: sqlite3.Connection, name: str) -> tuple[ForeignKey, ...]:
    pairs: dict[int, list[Any]] = {}
    for line in _pragma(connection, "foreign_key_list", name):
        pairs.setdefault(line[0], []).append(line)
    return tuple(
        ForeignKey(
            columns=tuple(line[3] for line in lines),
            schema=MAIN,
            table=lines[0][2],
            target_columns=tuple(line[4] for line in lines if line[4] is not None)
            or _primary(_pragma(connection, "table_xinfo", lines[0][2])),
        )
        for _, lines in sorted(pairs.items())
    )


def _definition(connection: sqlite3.Connection, name: str) -> str:
    found = connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = ? AND type IN ('table', 'view')",
        (name,),
    ).fetchone()
    return found[0] if found else ""


def _row_counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return what the last ANALYZE counted; a partial index counts fewer."""
    if not _has_table(connection, "sqlite_stat1"):
        return {}
    counts: dict[str, int] = {}
    for table, stat in connection.execute("SELECT tbl, stat FROM sqlite_stat1"):
        first = str(stat).partition(" ")[0]
        if first.isdigit():
            counts[table] = max(counts.get(table, 0), int(first))
    return counts


def _has_table(connection: sqlite3.Connection, name: str) -> bool:
    found = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)
    )
    return found.fetchone() is not None


def _all_descriptions(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Return by table the descriptions of its columns; the table's own under ''."""
    if not _has_table(connection, DESCRIPTIONS):
        return {}
    found: dict[str, dict[str, str]] = {}
    for table, column, text in connection.execute(
        f"SELECT table_name, column_name, description FROM {DESCRIPTIONS}"
    ):
        found.setdefault(table, {})[column] = text
    return found
