"""A MariaDB database: what it says of itself, its catalogue, its rows."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.engine import make_url

from entrepot.base.errors import NotThere
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.mariadb import catalogue, questions, wire
from entrepot.connections.dialects.mariadb.change import change
from entrepot.connections.dialects.mariadb.memory import limit_memory
from entrepot.connections.dialects.mariadb.plan import explain
from entrepot.connections.dialects.mariadb.pool import Pool
from entrepot.connections.dialects.mariadb.read import open_rows
from entrepot.connections.dialects.mariadb.session import is_mariadb
from entrepot.connections.dialects.mariadb.watch import Reading
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


class MariaDB:
    """A pool of connections to one server, each read behind the wall.

    A database that the URL names is the only schema that is listed.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._pool = Pool(target)
        self._only = make_url(target.url).database or ""

    def greet(self) -> Greeting:
        """Connect anew, ask for the version, look at the user's grants."""
        started = time.monotonic()
        server, warnings = self._pool.greet()
        return Greeting(
            server=server, seconds=time.monotonic() - started, warnings=warnings
        )

    def list_schemas(self) -> list[Schema]:
        """Return the schemas the user may use, without the system's."""
        with self._look() as look:
            return look.schemas(self._only)

    def list_tables(self, schema: str) -> list[Table]:
        """Return what the user has a part in; counts are InnoDB's estimates."""
        with self._look() as look:
            return look.tables(schema, self._only)

    def describe(self, schema: str, table: str) -> Structure:
        """Return a table's structure from `information_schema`."""
        with self._look() as look:
            tables = {t.name: t for t in look.tables(schema, self._only)}
            if table not in tables:
                raise NotThere("table", table, list(tables))
            [found] = catalogue.structures(look.ask, schema, [tables[table]], only=True)
            return found

    def outline(self, schema: str) -> list[Structure]:
        """Return the structure of every table, in seven questions."""
        with self._look() as look:
            tables = look.tables(schema, self._only)
            return catalogue.structures(look.ask, schema, tables)

    @contextmanager
    def read(self, statement: Statement, options: ReadOptions) -> Iterator[RowStream]:
        """Run one statement in a READ ONLY transaction and give its rows.

        Dates and times of a batch in which one value has no Arrow form (zero dates,
        times beyond a day) come as the server's text.
        """
        with (
            self._pool.transaction(options.seconds, options.switch) as reading,
            _limited(reading, options),
            open_rows(reading, statement, options) as stream,
        ):
            yield stream

    @contextmanager
    def snapshot(self, options: ReadOptions) -> Iterator[Reader]:
        """Give a door to one state, which a transaction of its own holds.

        The server keeps the rows of each statement until they are taken.
        """
        with self._pool.transaction(
            options.seconds, options.switch, is_shared=True
        ) as reading:
            yield _Snapshot(reading)

    def explain(
        self, statement: Statement, options: ReadOptions, *, run: bool = False
    ) -> Plan:
        """Return the plan of EXPLAIN, or with `run` of MariaDB's ANALYZE."""
        with self._pool.transaction(options.seconds, options.switch) as reading:
            return explain(reading, statement, run=run)

    def change(
        self, statement: Statement, options: ReadOptions, *, keep: bool
    ) -> Change:
        """Run a statement that writes, in an XA transaction where it is not kept."""
        return change(self._target, statement, options, keep=keep)

    def mark(self) -> str | None:
        """Return what changes with each transaction of the server that writes.

        None on MySQL, and where an engine's changes cannot be told.
        """
        with self._look() as look:
            engines = {str(row[0]) for row in look.ask(questions.ENGINES)}
            counters = {str(name): value for name, value in look.ask(questions.MARK)}
        if questions.NUMBERED not in counters or engines - questions.COUNTED:
            return None
        said = repr(sorted(counters.items()))
        return "mariadb:" + hashlib.sha256(said.encode()).hexdigest()

    def close(self) -> None:
        """Close every idle connection now, and each other one when it comes back."""
        self._pool.close()

    @contextmanager
    def _look(self) -> Iterator[_Look]:
        with self._pool.transaction(LOOK_SECONDS) as reading:
            yield _Look(reading)


@contextmanager
def _limited(reading: Reading, options: ReadOptions) -> Iterator[None]:
    if options.memory_bytes:
        with reading.turned():
            limit_memory(reading.connection, options.memory_bytes)
    yield


@dataclass(frozen=True, slots=True)
class _Look:
    """Asks the catalogue."""

    reading: Reading

    def ask(
        self, question: str, values: Sequence[object] = ()
    ) -> list[tuple[object, ...]]:
        with self.reading.turned():
            return wire.ask(self.reading.connection, question, values)

    def schemas(self, only: str) -> list[Schema]:
        has_comments = is_mariadb(self.reading.connection)
        return catalogue.schemas(self.ask, only, has_comments=has_comments)

    def tables(self, schema: str, only: str) -> list[Table]:
        return catalogue.tables(self.ask, schema, only)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The state that a transaction sees."""

    reading: Reading

    @contextmanager
    def read(self, statement: Statement, options: ReadOptions) -> Iterator[RowStream]:
        with open_rows(self.reading, statement, options, with_cursor=True) as stream:
            yield stream
