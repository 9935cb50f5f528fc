"""A PostgreSQL database: what it says of itself, its catalogue, its rows."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.postgresql import catalogue, changes, plans
from entrepot.connections.dialects.postgresql.memory import limit_memory
from entrepot.connections.dialects.postgresql.pool import Pool
from entrepot.connections.dialects.postgresql.read import open_rows
from entrepot.connections.dialects.postgresql.watch import Reading
from entrepot.connections.spec import (
    Change,
    Greeting,
    Plan,
    Reader,
    Schema,
    Statement,
    Structure,
    Table,
    Target,
)

LOOK_SECONDS = 20.0
"""Time limit of our own questions to the catalogue."""

SHARE = "SELECT pg_export_snapshot()"
SNAPSHOT_VERSION = 130_000
MARK = (
    "SELECT pg_current_snapshot()::text, pg_postmaster_start_time()::text,"
    " current_database()"
)
OLD_MARK = MARK.replace("pg_current_snapshot", "txid_current_snapshot")


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

    def outline(self, schema: str) -> list[Structure]:
        """Return the structure of every table and view, by a few questions in all."""
        with self._look() as connection:
            return catalogue.outline(connection, schema)

    def explain(
        self, statement: Statement, options: ReadOptions, *, run: bool = False
    ) -> Plan:
        """Return the planner's plan, or with `run` how it went; no write runs."""
        with self._pool.transaction(options.seconds, switch=options.switch) as reading:
            return plans.explain(reading, statement, run=run)

    def change(
        self, statement: Statement, options: ReadOptions, *, keep: bool
    ) -> Change:
        """Run a statement that writes, in a transaction and connection of its own."""
        return changes.change(self._pool, self._target, statement, options, keep=keep)

    @contextmanager
    def read(self, statement: Statement, options: ReadOptions) -> Iterator[RowStream]:
        """Run one statement in a READ ONLY transaction and give its rows.

        Numbers, dates and times of a batch in which one value has no Arrow form
        (NaN, infinity, years before 1 or after 9999) come as the server's text.
        """
        with _Snapshot(self._pool).read(statement, options) as stream:
            yield stream

    @contextmanager
    def snapshot(self, options: ReadOptions) -> Iterator[Reader]:
        """Give a door to one state, which a transaction of its own holds."""
        with self._pool.transaction(options.seconds) as reading:
            with reading.turned():
                row = reading.connection.execute(SHARE).fetchone()
            assert row is not None
            yield _Snapshot(self._pool, str(row[0]))

    def mark(self) -> str | None:
        """Return what changes with each transaction that writes, and each start."""
        with self._look() as connection:
            is_old = connection.info.server_version < SNAPSHOT_VERSION
            row = connection.execute(OLD_MARK if is_old else MARK).fetchone()
        assert row is not None
        return "postgresql:" + hashlib.sha256(repr(row).encode()).hexdigest()

    def close(self) -> None:
        """Close every idle connection now, and each other one when it comes back."""
        self._pool.close()

    @contextmanager
    def _look(self) -> Iterator[psycopg.Connection]:
        with self._pool.transaction(LOOK_SECONDS) as reading, reading.turned():
            yield reading.connection


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A state, by the name that PostgreSQL gave it; that of each read when empty."""

    pool: Pool
    name: str = ""

    @contextmanager
    def read(self, statement: Statement, options: ReadOptions) -> Iterator[RowStream]:
        with (
            self.pool.transaction(
                options.seconds, self.name, options.switch
            ) as reading,
            _limited(reading, options),
            open_rows(reading, statement, options) as stream,
        ):
            yield stream


@contextmanager
def _limited(reading: Reading, options: ReadOptions) -> Iterator[None]:
    if options.memory_bytes:
        with reading.turned():
            limit_memory(reading.connection, options.memory_bytes)
    yield
