"""Connections to one MariaDB, each lent for one READ ONLY transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pymysql
from pymysql.connections import Connection

from entrepot.base.deadline import Switch
from entrepot.base.lending import Lender
from entrepot.connections.dialects.mariadb.connect import close, connect, kill, limit
from entrepot.connections.dialects.mariadb.errors import turn
from entrepot.connections.dialects.mariadb.role import check_role
from entrepot.connections.dialects.mariadb.session import (
    BEGIN,
    BEGIN_SHARED,
    name_server,
    settings,
)
from entrepot.connections.dialects.mariadb.watch import Reading, watch
from entrepot.connections.dialects.mariadb.wire import reset
from entrepot.connections.spec import Target

HOUSEKEEPING_SECONDS = 5.0
"""How long a server may take to begin and to undo a transaction."""


class Pool:
    """At most `pool_count` connections; more readers wait for one to come back."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._lender = Lender[Connection](target.name, target.pool_count, close)
        self._is_checked = False

    def greet(self) -> tuple[str, tuple[str, ...]]:
        """Connect anew; return product and version, and what to warn of.

        Raises:
            Denied: The role could do harm, and the target does not allow that.
        """
        connection = connect(self._target)
        try:
            warnings = self._check(connection)
            return name_server(connection), warnings
        finally:
            close(connection)

    @contextmanager
    def transaction(
        self, seconds: float, switch: Switch | None = None, *, is_shared: bool = False
    ) -> Iterator[Reading]:
        """Lend a connection in a READ ONLY transaction, which is always undone.

        Args:
            switch: Ends its use from outside.
            is_shared: The state is that of now, for all statements to come.

        Raises:
            Unavailable: No connection came free in time, or none can be made.
        """
        with self._lender.place(seconds) as generation:
            connection = self._begun(seconds, BEGIN_SHARED if is_shared else BEGIN)
            is_streaming = True
            try:
                with watch(connection, self._target, seconds, switch) as reading:
                    try:
                        yield reading
                    finally:
                        is_streaming = reading.is_streaming
            finally:
                self._take_back(connection, generation, is_streaming)

    def close(self) -> None:
        """Close what is idle; what is lent is closed when it comes back."""
        self._lender.close()

    def _begun(self, seconds: float, how: str) -> Connection:
        def begin(connection: Connection) -> None:
            _begin(connection, seconds, how)

        if (idle := self._lender.take(begin, pymysql.Error)) is not None:
            return idle
        connection = connect(self._target)
        try:
            if not self._is_checked:
                self._check(connection)
            with turn(self._target):
                begin(connection)
        except BaseException:
            close(connection)
            raise
        return connection

    def _check(self, connection: Connection) -> tuple[str, ...]:
        with turn(self._target):
            warnings = check_role(connection, self._target)
        self._is_checked = True
        return warnings

    def _take_back(
        self, connection: Connection, generation: int, is_streaming: bool
    ) -> None:
        if is_streaming and connection.open:
            # Nobody will take the rest of the rows, and the server may not even have
            # found the first of them: it does not notice a closed connection then.
            kill(self._target, connection)
            close(connection)
            return
        try:
            limit(connection, HOUSEKEEPING_SECONDS)
            connection.rollback()
            reset(connection)
        except pymysql.Error:
            close(connection)
        else:
            self._lender.give_back(connection, generation)


def _begin(connection: Connection, seconds: float, begin: str) -> None:
    limit(connection, HOUSEKEEPING_SECONDS)
    connection.query(settings(connection, seconds))
    connection.query(begin)
    limit(connection, None)
