"""SQLite files for the tests of the dialect."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from entrepot.base.rows import ReadOptions
from entrepot.connections import Database, Statement, Target, open_target


def make(path: Path, script: str, rows: Iterable[tuple[str, list[object]]] = ()) -> str:
    """Make a database by a script and statements with rows; return its URL."""
    connection = sqlite3.connect(path)
    connection.executescript(script)
    for sql, values in rows:
        connection.executemany(sql, values)
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def opened(path: Path, **target: object) -> Database:
    """Open a file behind the wall."""
    return open_target(
        Target(name="shop", dialect="sqlite", url=f"sqlite:///{path}", **target)
    )


def whole(database: Database, table: str) -> Statement:
    """Return the statement that reads a whole table."""
    columns = database.describe("main", table).columns
    name = table.replace('"', '""')
    return Statement(
        sql=f'SELECT * FROM "{name}"', columns=columns, table=("main", table)
    )


def batches(database: Database, statement: Statement | str, **options: object):
    """Read everything; return the stream and its batches."""
    if isinstance(statement, str):
        statement = Statement(sql=statement)
    with database.read(statement, ReadOptions(**options)) as stream:
        return stream, list(stream.batches)


def rows(database: Database, statement: Statement | str, **options: object):
    """Read everything as tuples of Python values."""
    _, found = batches(database, statement, **options)
    return [
        row
        for batch in found
        for row in zip(*(c.to_pylist() for c in batch.columns), strict=True)
    ]


def state(folder: Path) -> dict[str, str]:
    """Return the hash of each file in a folder."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }
