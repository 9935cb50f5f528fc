"""A HANA database: what it says of itself, its catalogue, its rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.hana import catalogue
from entrepot.connections.dialects.hana.changes import change
from entrepot.connections.dialects.hana.csn import read_csn
from entrepot.connections.dialects.hana.plans import explain
from entrepot.connections.dialects.hana.pool import Pool
from entrepot.connections.dialects.hana.read import open_rows
from entrepot.connections.dialects.hana.watch import Reading
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


class Hana:
    """A pool of connections to one database, each read behind the wall."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._pool = Pool(target)

    def greet(self) -> Greeting:
        """Connect anew, ask for the version, look at the user."""
        started = time.monotonic()
        server, warnings = self._pool.greet(LOOK_SECONDS)
        return Greeting(
            server=server, seconds=time.monotonic() - started, warnings=warnings
        )

    def list_schemas(self) -> list[Schema]:
        """Return the schemas in which the user may see something."""
        with self._look() as reading:
            return catalogue.schemas(reading)

    def list_tables(self, schema: str) -> list[Table]:
        """Return tables, virtual tables and views; counts are the monitor's."""
        with self._look() as reading:
            return catalogue.tables(reading, schema)

    def describe(self, schema: str, table: str) -> Structure:
        """Return a table's structure from the views of `SYS`."""
        with self._look() as reading:
            return catalogue.structure(reading, schema, table)

    @contextmanager
    def read(self, statement: Statement, options: ReadOptions) -> Iterator[RowStream]:
        """Run one SELECT in a READ ONLY transaction and give its rows.

        A TIMESTAMP's last digit (100 ns) is lost: the driver gives microseconds.
        """
        with (
            self._pool.transaction(options.seconds, options.switch) as reading,
            open_rows(reading, statement, options) as stream,
        ):
            yield stream

    @contextmanager
    def snapshot(self, options: ReadOptions) -> Iterator[Reader]:
        """Give a door to one state: one transaction, whose statements take turns."""
        with self._pool.transaction(options.seconds, options.switch) as reading:
            yield _Snapshot(reading)

    def outline(self, schema: str) -> list[Structure]:
        """Return the structure of every table by nine questions in all."""
        with self._look() as reading:
            return catalogue.outline(reading, schema)

    def explain(
        self, statement: Statement, options: ReadOptions, *, run: bool = False
    ) -> Plan:
        """Return HANA's plan, which never runs the statement.

        HANA writes a plan down before it can be read, so this transaction may write;
        of the statement nothing runs.
        """
        with self._pool.apart(options.seconds, options.switch) as reading:
            return explain(reading, statement)

    def change(
        self, statement: Statement, options: ReadOptions, *, keep: bool
    ) -> Change:
        """Run a statement that writes; all but changes of rows commits by itself."""
        with self._pool.apart(options.seconds, options.switch) as reading:
            return change(reading, statement, keep=keep)

    def mark(self) -> str | None:
        """Return None: nothing in HANA tells, and virtual tables lie elsewhere."""
        return None

    def csn(self, schema: str) -> str | None:
        """Return the CSN text of a data product's schema; None where there is none."""
        with self._look() as reading:
            return read_csn(reading, schema)

    def close(self) -> None:
        """Close every idle connection now, and each other one when it comes back."""
        self._pool.close()

    @contextmanager
    def _look(self) -> Iterator[Reading]:
        with self._pool.transaction(LOOK_SECONDS) as reading:
            yield reading


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The state that one transaction sees from its first statement on."""

    reading: Reading

    @contextmanager
    def read(self, statement: Statement, options: ReadOptions) -> Iterator[RowStream]:
        with open_rows(self.reading, statement, options) as stream:
            yield stream
