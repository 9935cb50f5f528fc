"""Connections to one PostgreSQL, each lent for one READ ONLY transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL, make_url

from entrepot.base.errors import Unavailable
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
        self._free = threading.BoundedSemaphore(target.pool_count)
        self._lock = threading.Lock()
        self._idle: list[psycopg.Connection] = []
        self._generation = 0
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
    def transaction(self, seconds: float, snapshot: str = "") -> Iterator[Reading]:
        """Lend a connection in a READ ONLY transaction, which is always undone.

        Args:
            snapshot: Name of the state to see, as another transaction shares it.

        Raises:
            Unavailable: No connection came free in time, or none can be made.
        """
        if not self._free.acquire(timeout=seconds):
            raise Unavailable(
                f"all {self._target.pool_count} connections to "
                f"{self._target.name!r} are busy",
                hint="try again when other readers are done",
            )
        try:
            generation = self._generation
            connection = self._begun(seconds, snapshot)
            try:
                with watch(connection, self._target, seconds) as reading:
                    yield reading
            finally:
                self._take_back(connection, generation)
        finally:
            self._free.release()

    def close(self) -> None:
        """Close what is idle; what is lent is closed when it comes back."""
        with self._lock:
            self._generation += 1
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _begun(self, seconds: float, snapshot: str) -> psycopg.Connection:
        # BEGIN doubles as the ping: a connection that a restart has killed fails here.
        while (connection := self._pop()) is not None:
            try:
                self._begin(connection, seconds, snapshot)
            except psycopg.Error:
                connection.close()
            else:
                return connection
        connection = self._connect()
        try:
            if not self._is_checked:
                self._check(connection)
            with turn(self._target):
                self._begin(connection, seconds, snapshot)
        except BaseException:
            connection.close()
            raise
        return connection

    def _pop(self) -> psycopg.Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

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
        with suppress(psycopg.Error):
            connection.execute("ROLLBACK")
            connection.execute("DISCARD ALL")
            with self._lock:
                if generation == self._generation:
                    self._idle.append(connection)
                    return
        connection.close()


def _parts(url: URL) -> dict[str, Any]:
    # SQLAlchemy knows how several hosts, sockets and TLS options stand in a URL.
    dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]
    _, parts = dialect.create_connect_args(url)  # type: ignore[no-untyped-call]
    return dict(parts)
