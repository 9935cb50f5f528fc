"""Databases of the double: each is a DuckDB in memory, with users of its own."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import duckdb

from tests.hana_double.errors import HanaError
from tests.hana_double.system import script

FIRST_CONNECTION = 200_001


@dataclass(slots=True)
class User:
    """Somebody who may log in.

    Attributes:
        must_change: His password is the first one, or has expired.
        is_locked: He has given wrong ones too often.
    """

    name: str
    password: str
    must_change: bool = False
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """What others may do to a connection."""

    user: str
    cancel: Callable[[], None]
    disconnect: Callable[[], None]


@dataclass(slots=True)
class Tenant:
    """One database.

    Attributes:
        active: What runs, by the number of its connection.
    """

    name: str
    users: dict[str, User]
    database: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    clients: dict[int, Client] = field(default_factory=dict)
    active: dict[int, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.database.execute("SET enable_external_access = false")
        self.database.execute("SET threads = 2")
        self.database.execute(script())
        self.add_user(*self.users.values())

    def cursor(self, user: str) -> duckdb.DuckDBPyConnection:
        """Return a door of a client's own."""
        with self.lock:
            cursor = self.database.cursor()
        cursor.execute(
            f"SET VARIABLE \"USER\" = '{user.replace(chr(39), chr(39) * 2)}'"
        )
        return cursor

    def add_user(self, *users: User) -> None:
        """Let somebody in."""
        for user in users:
            self.users[user.name] = user
            self.database.cursor().execute(
                'INSERT INTO "_DOUBLE".USERS VALUES (?)', [user.name]
            )

    def note_active(self) -> None:
        """Have SYS.M_ACTIVE_STATEMENTS show what runs now."""
        cursor = self.database.cursor()
        cursor.execute('DELETE FROM "_DOUBLE".ACTIVE')
        for pair in list(self.active.items()):
            cursor.execute('INSERT INTO "_DOUBLE".ACTIVE VALUES (?, ?)', pair)

    def find_client(self, number: int) -> Client:
        """Return one who is connected.

        Raises:
            HanaError: There is none of that number.
        """
        if number not in self.clients:
            raise HanaError(2, f"general error: no connection {number}")
        return self.clients[number]


class Tenants:
    """All databases of a server, and the numbers of its connections."""

    def __init__(self, password: str) -> None:
        self.numbers = itertools.count(FIRST_CONNECTION)
        self._lock = threading.Lock()
        self._tenants: dict[str, Tenant] = {}
        self.create("SYSTEMDB", password)

    def find(self, name: str) -> Tenant | None:
        """Return a database; without a name it is the system's."""
        return self._tenants.get(name.upper() or "SYSTEMDB")

    def create(self, name: str, password: str) -> None:
        """Add one whose user is SYSTEM."""
        tenant = Tenant(name, {"SYSTEM": User("SYSTEM", password)})
        with self._lock:
            self._tenants[name] = tenant

    def drop(self, name: str) -> None:
        """Forget one, and whoever is connected to it.

        Raises:
            HanaError: There is none of that name.
        """
        with self._lock:
            tenant = self._tenants.pop(name, None)
        if tenant is None:
            raise HanaError(2, f"general error: database {name} does not exist")
        for client in list(tenant.clients.values()):
            client.disconnect()
