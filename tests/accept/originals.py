"""What a database itself says it holds, asked without Entrepôt."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from tests.services import connect

Rows = list[tuple[Any, ...]]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _statement(table: str, key: Sequence[str]) -> str:
    return f"SELECT * FROM {_quoted(table)} ORDER BY {', '.join(map(_quoted, key))}"


def sqlite_rows(path: Path) -> Callable[[str, Sequence[str]], Rows]:
    """Return a reader of whole tables, in the order of their keys."""

    def read(table: str, key: Sequence[str]) -> Rows:
        with closing(sqlite3.connect(path)) as db:
            return db.execute(_statement(table, key)).fetchall()

    return read


def duckdb_rows(path: Path) -> Callable[[str, Sequence[str]], Rows]:
    """Return a reader of whole tables, in the order of their keys."""

    def read(table: str, key: Sequence[str]) -> Rows:
        with duckdb.connect(str(path), read_only=True) as db:
            return db.execute(_statement(table, key)).fetchall()

    return read


def postgresql_rows(url: str) -> Callable[[str, Sequence[str]], Rows]:
    """Return a reader of whole tables, in the order of their keys."""

    def read(table: str, key: Sequence[str]) -> Rows:
        with connect(url) as db:
            return db.execute(_statement(table, key)).fetchall()

    return read
