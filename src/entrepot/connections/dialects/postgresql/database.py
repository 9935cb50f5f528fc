"""A PostgreSQL database: what it says of itself, its catalogue, its rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.postgresql import catalogue
from entrepot.connections.dialects.postgresql.pool import Pool
from entrepot.connections.dialects.postgresql.read import open_rows
from entrepot.connections.spec import (
    Greeting,
    Schema,
    Statement,
    Structure,
    Table,
    Target,
)

LOOK_SECONDS = 20.0
"""Time limit of our own questions to the catalogue."""


class PostgreSQL:
    """A pool of connections to one database, each read behind the wall."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._pool = Pool(target)

    def greet(self) -> Greeting:
        """Connect anew, ask for the version, look at the role."""
        started = time.monotonic()
        server, warnings = self._pool.greet()
        return Greeting(
            server=server, seconds=time.monotonic() - started, warnings=warnings
        )

    def list_schemas(self) -> list[Schema]:
        """Return the schemas the role may use, without the system's."""
        with self._look() as connection:
            return catalogue.schemas(connection)

    def list_tables(self, schema: str) -> list[Table]:
        """Return what the role may select from; counts are the planner's."""
        with self._look() as connection:
            return catalogue.tables(connection, schema)

    def describe(self, schema: str, table: str) -> Structure:
        """Return a table's structure from `pg_catalog`."""
        with self._look() as connection:
            return catalogue.structure(connection, schema, table)

    @contextmanager
    def read(self, statement: Statement, options: ReadOptions) -> Iterator[RowStream]:
        """Run one statement in a READ ONLY transaction and give its rows.

        Numbers, dates and times of a batch in which one value has no Arrow form
        (NaN, infinity, years before 1 or after 9999) come as the server's text.
        """
        with (
            self._pool.transaction(options.seconds) as reading,
            open_rows(reading, statement, options) as stream,
        ):
            yield stream

    def close(self) -> None:
        """Close every idle connection now, and each other one when it comes back."""
        self._pool.close()

    @contextmanager
    def _look(self) -> Iterator[psycopg.Connection]:
        with self._pool.transaction(LOOK_SECONDS) as reading, reading.turned():
            yield reading.connection
