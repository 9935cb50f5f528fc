"""Write the demo's rows to a SQLite file that appears whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from entrepot.base.errors import Refused, TooMuch
from entrepot.demo.rows import TABLE_OF, Row
from entrepot.demo.schema import METADATA
from entrepot.demo.tables import VIEWS

BATCH_ROWS = 10_000
PLAIN: dict[type, Callable[..., str]] = {
    Decimal: str,
    date: date.isoformat,
    datetime: lambda value: value.isoformat(sep=" "),
}
"""How SQLite keeps what it has no type for."""


def write_database(path: Path, rows: Iterable[Row]) -> int:
    """Make the file with all tables, views and statistics; return how many rows.

    Raises:
        TooMuch: The disk is full.
        Refused: The folder cannot be written to.
    """
    with _whole(path) as connection:
        _create(connection)
        written = sum(_insert(connection, batch) for batch in _batches(rows))
        _index(connection)
        connection.commit()
        connection.execute("ANALYZE")
    return written


@contextmanager
def _whole(path: Path) -> Iterator[sqlite3.Connection]:
    with _refusals(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".demo-", dir=path.parent) as folder:
            file = Path(folder, path.name)
            with closing(sqlite3.connect(file)) as connection:
                # Nobody sees the file before it is complete: no journal, one sync.
                connection.execute("PRAGMA journal_mode=OFF")
                connection.execute("PRAGMA synchronous=OFF")
                yield connection
            with file.open("rb+") as written:
                os.fsync(written.fileno())
            os.replace(file, path)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        if "full" in str(error) or "No space" in str(error):
            raise TooMuch(f"the disk that holds {path.parent} is full") from error
        raise Refused(f"cannot write {path}: {error}") from error


def _create(connection: sqlite3.Connection) -> None:
    for table in METADATA.sorted_tables:
        connection.execute(_sql(CreateTable(table)))
    for _, statement in VIEWS.values():
        connection.execute(statement)


def _index(connection: sqlite3.Connection) -> None:
    # After the rows: half the time of keeping them up to date with each.
    for table in METADATA.sorted_tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(_sql(CreateIndex(index)))


def _sql(statement: CreateTable | CreateIndex) -> str:
    return str(statement.compile(dialect=sqlite.dialect()))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Gather rows of one kind, as many as a batch holds."""
    waiting: dict[type[Row], list[Row]] = {}
    for row in rows:
        batch = waiting.setdefault(type(row), [])
        batch.append(row)
        if len(batch) == BATCH_ROWS:
            yield waiting.pop(type(row))
    yield from waiting.values()


def _insert(connection: sqlite3.Connection, rows: list[Row]) -> int:
    table = METADATA.tables[TABLE_OF[type(rows[0])]]
    statement = table.insert().compile(dialect=sqlite.dialect(paramstyle="qmark"))
    connection.executemany(str(statement), map(_plain, rows))
    return len(rows)


def _plain(row: Row) -> list[object]:
    values: list[object] = list(row)
    for place, value in enumerate(row):
        if (render := PLAIN.get(type(value))) is not None:
            values[place] = render(value)
    return values
