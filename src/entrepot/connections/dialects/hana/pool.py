"""Connections to one HANA, each lent for one transaction that can only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from entrepot.base.deadline import Switch
from entrepot.base.lending import Lender
from entrepot.connections.dialects.hana.driver import Connection, connect, load_driver
from entrepot.connections.dialects.hana.errors import turn
from entrepot.connections.dialects.hana.role import check_role, read_version
from entrepot.connections.dialects.hana.watch import Reading, watch
from entrepot.connections.spec import Target

BEGIN = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET TRANSACTION READ ONLY",
)
"""The first doubles as the ping: the driver's own `ping` holds the GIL."""


class Pool:
    """At most `pool_count` connections; more readers wait for one to come back."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._driver = load_driver()
        self._lender = Lender[Connection](target.name, target.pool_count, self._drop)
        self._is_checked = False

    def greet(self, seconds: float) -> tuple[str, tuple[str, ...]]:
        """Connect anew; return product and version, and what to warn of.

        Raises:
            Denied: The user could do harm, and the target does not allow that.
        """
        connection = self._connect()
        try:
            with watch(connection, self._target, seconds) as reading:
                version = read_version(reading)
                return f"SAP HANA {version}", self._check(reading)
        finally:
            self._drop(connection)

    @contextmanager
    def transaction(
        self, seconds: float, switch: Switch | None = None
    ) -> Iterator[Reading]:
        """Lend a connection in a READ ONLY transaction, which is always undone.

        Raises:
            Unavailable: No connection came free in time, or none can be made.
        """
        with self._lender.place(seconds) as generation:
            connection = self._begun(seconds)
            is_good = False
            try:
                with watch(connection, self._target, seconds, switch) as reading:
                    try:
                        yield reading
                    finally:
                        is_good = not reading.is_spoiled
            finally:
                self._take_back(connection, generation, is_good=is_good)

    @contextmanager
    def apart(self, seconds: float, switch: Switch | None = None) -> Iterator[Reading]:
        """Give a connection that is nobody else's, past the wall; it is undone."""
        connection = self._connect()
        try:
            with watch(connection, self._target, seconds, switch) as reading:
                yield reading
        finally:
            with suppress(self._driver.Error):
                connection.rollback()
            self._drop(connection)

    def close(self) -> None:
        """Close what is idle; what is lent is closed when it comes back."""
        self._lender.close()

    def _begun(self, seconds: float) -> Connection:
        if (idle := self._lender.take(self._begin, self._driver.Error)) is not None:
            return idle
        connection = self._connect()
        try:
            if not self._is_checked:
                with watch(connection, self._target, seconds) as reading:
                    self._check(reading)
                connection.rollback()
            with turn(self._target):
                self._begin(connection)
        except BaseException:
            self._drop(connection)
            raise
        return connection

    def _begin(self, connection: Connection) -> None:
        cursor = connection.cursor()
        try:
            for statement in BEGIN:
                cursor.execute(statement)
        finally:
            cursor.close()

    def _connect(self) -> Connection:
        with turn(self._target):
            return connect(self._target)

    def _check(self, reading: Reading) -> tuple[str, ...]:
        warnings = check_role(reading, self._target)
        self._is_checked = True
        return warnings

    def _take_back(
        self, connection: Connection, generation: int, *, is_good: bool
    ) -> None:
        if not is_good:
            self._drop(connection)
            return
        try:
            connection.rollback()
        except self._driver.Error:
            self._drop(connection)
        else:
            self._lender.give_back(connection, generation)

    def _drop(self, connection: Connection) -> None:
        with suppress(self._driver.Error):
            connection.close()
