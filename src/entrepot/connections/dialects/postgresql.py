"""PostgreSQL, through psycopg 3: every read is one statement that can only read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.engine import Dialect as SqlDialect

from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects import _postgresql_catalogue as catalogue
from entrepot.connections.dialects._postgresql_pool import Pool
from entrepot.connections.spec import (
    Database,
    Dialect,
    Greeting,
    Schema,
    Statement,
    Structure,
    Table,
    Target,
)

if TYPE_CHECKING:
    import psycopg

URL_OPTIONS = (
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslcrl",
    "sslnegotiation",
    "channel_binding",
    "gssencmode",
    "target_session_attrs",
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
        from entrepot.connections.dialects._postgresql_read import open_rows

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


def sql_dialect() -> SqlDialect:
    """Return what compiles our statements: `$1` in place of values, no `%` doubled."""
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

    dialect: SqlDialect = PGDialect_psycopg(  # type: ignore[no-untyped-call]
        paramstyle="numeric_dollar"
    )
    # Learnt from a server at connecting, which this one never does: backslashes are
    # plain in PostgreSQL's strings, and `_postgresql_pool` keeps them so.
    dialect._backslash_escapes = False  # type: ignore[attr-defined]
    return dialect


def open_database(target: Target) -> Database:
    """Open the pool; the first use connects."""
    return PostgreSQL(target)


DIALECT = Dialect(
    name="postgresql",
    summary="PostgreSQL 12 or later.",
    example="postgresql://reader:password@db.example.org:5432/shop?sslmode=require",
    is_file=False,
    sql=sql_dialect,
    open=open_database,
    schemes=("postgres",),
    url_options=URL_OPTIONS,
)
