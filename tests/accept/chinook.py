"""Chinook from SQLite to PostgreSQL, type by type."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg import sql
from tests.services import connect

TYPES = {"INTEGER": "integer", "DATETIME": "timestamp"}
"""The others mean the same in both."""


def load_into_postgresql(source: Path, url: str) -> None:
    """Make every table of the file in the database at `url`, with its keys and rows."""
    with closing(sqlite3.connect(source)) as db, connect(url) as target:
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            _copy(db, target, table)
        target.execute("ANALYZE")


def _copy(db: sqlite3.Connection, target: psycopg.Connection, table: str) -> None:
    columns = db.execute("SELECT * FROM pragma_table_info(?)", (table,)).fetchall()
    names = [sql.Identifier(column[1]) for column in columns]
    target.execute(_create(table, columns))
    rows = db.execute(f'SELECT * FROM "{table}"')
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(names)
    )
    with target.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


def _create(table: str, columns: list[tuple]) -> sql.Composed:
    parts = [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(_type(kind)))
        for _, name, kind, *_ in columns
    ]
    key = [sql.Identifier(name) for _, name, *_, place in columns if place]
    parts.append(sql.SQL("PRIMARY KEY ({})").format(sql.SQL(", ").join(key)))
    return sql.SQL("CREATE TABLE {} ({})").format(
        sql.Identifier(table), sql.SQL(", ").join(parts)
    )


def _type(kind: str) -> str:
    return TYPES.get(kind, kind.lower().replace("nvarchar", "varchar"))
