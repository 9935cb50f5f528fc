"""Connections to one PostgreSQL, each lent for one READ ONLY transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL, make_url

from entrepot.base.deadline import Switch
from entrepot.base.lending import Lender
from entrepot.connections.dialects.postgresql.errors import turn, turn_connecting
from entrepot.connections.dialects.postgresql.role import check_role
from entrepot.connections.dialects.postgresql.watch import Reading, watch
from entrepot.connections.spec import Target

# One round trip: the text is ours alone, so that the simple protocol is safe here.
# The server's own limits come first; `Reading` stands behind them on our side.
BEGIN = sql.SQL("""
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;{snapshot}
SET LOCAL statement_timeout = {limit_ms};
SET LOCAL idle_in_transaction_session_timeout = {idle_ms};
SET LOCAL standard_conforming_strings = on;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'iso_8601';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex'""")
SNAPSHOT = sql.SQL("\nSET TRANSACTION SNAPSHOT {name};")
NOTICE_GONE = sql.SQL("; SET LOCAL client_connection_check_interval = 1000")
NOTICE_GONE_VERSION = 140_000


class Pool:
    """At most `pool_count` connections; more readers wait for one to come back."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._lender = Lender[psycopg.Connection](
            target.name, target.pool_count, psycopg.Connection.close
        )
        self._is_checked = False

    def greet(self) -> tuple[str, tuple[str, ...]]:
        """Connect anew; return product and version, and what to warn of.

        Raises:
            Denied: The role could do harm, and the target does not allow that.
        """
        connection = self._connect()
        try:
            warnings = self._check(connection)
            version = connection.info.parameter_status("server_version") or ""
            return f"PostgreSQL {version.split()[0]}", warnings
        finally:
            connection.close()

    @contextmanager
    def transaction(
        self, seconds: float, snapshot: str = "", switch: Switch | None = None
    ) -> Iterator[Reading]:
        """Lend a connection in a READ ONLY transaction, which is always undone.

        Args:
            snapshot: Name of the state to see, as another transaction shares it.
            switch: Ends its use from outside.

        Raises:
            Unavailable: No connection came free in time, or none can be made.
        """
        with self._lender.place(seconds) as generation:
            connection = self._begun(seconds, snapshot)
            try:
                with watch(connection, self._target, seconds, switch) as reading:
                    yield reading
            finally:
                self._take_back(connection, generation)

    def close(self) -> None:
        """Close what is idle; what is lent is closed when it comes back."""
        self._lender.close()

    def _begun(self, seconds: float, snapshot: str) -> psycopg.Connection:
        def begin(connection: psycopg.Connection) -> None:
            self._begin(connection, seconds, snapshot)

        if (idle := self._lender.take(begin, psycopg.Error)) is not None:
            return idle
        connection = self._connect()
        try:
            if not self._is_checked:
                self._check(connection)
            with turn(self._target):
                begin(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin(
        self, connection: psycopg.Connection, seconds: float, snapshot: str
    ) -> None:
        limit = max(1, round(seconds * 1000))
        begin = BEGIN.format(
            limit_ms=limit,
            idle_ms=limit + 10_000,
            snapshot=SNAPSHOT.format(name=snapshot) if snapshot else sql.SQL(""),
        )
        if connection.info.server_version >= NOTICE_GONE_VERSION:
            begin += NOTICE_GONE
        connection.execute(begin)

    def enter(self) -> psycopg.Connection:
        """Connect beside the pool; the caller closes it.

        Raises:
            Denied: The role could do harm, and the target does not allow that.
        """
        connection = self._connect()
        try:
            self._check(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self) -> psycopg.Connection:
        parts = _parts(make_url(self._target.url))
        # A host with two addresses gets two attempts; libpq knows no less than 2 s.
        seconds = max(2, int(self._target.connect_seconds) - 1)
        parts |= {
            "connect_timeout": seconds,
            "application_name": "entrepot",
            "client_encoding": "UTF8",
        }
        with turn_connecting(self._target):
            return psycopg.connect(**parts, autocommit=True, prepare_threshold=None)

    def _check(self, connection: psycopg.Connection) -> tuple[str, ...]:
        with turn(self._target):
            warnings = check_role(connection, self._target)
        self._is_checked = True
        return warnings

    def _take_back(self, connection: psycopg.Connection, generation: int) -> None:
        try:
            connection.execute("ROLLBACK")
            connection.execute("DISCARD ALL")
        except psycopg.Error:
            connection.close()
        else:
            self._lender.give_back(connection, generation)


def _parts(url: URL) -> dict[str, Any]:
    # SQLAlchemy knows how several hosts, sockets and TLS options stand in a URL.
    dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]
    _, parts = dialect.create_connect_args(url)  # type: ignore[no-untyped-call]
    return dict(parts)
