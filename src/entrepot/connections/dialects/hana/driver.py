"""SAP's driver, where it is installed, and how a URL becomes its arguments."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

from sqlalchemy.engine import URL, make_url

from entrepot.base.errors import Invalid, Refused
from entrepot.connections.spec import Target

if TYPE_CHECKING:
    from types import ModuleType

PORT = 443
"""HANA Cloud's; a HANA of one's own has 30015 or 3<instance>13 and the like."""

SILENCE_MS = 900_000
"""How long the driver waits for one answer, when cancelling does not help either."""


class Cursor(Protocol):
    """What we use of the driver's cursors."""

    description: Sequence[Sequence[Any]] | None
    rowcount: int

    def execute(self, sql: str, params: Sequence[object] = ..., /) -> bool:
        """Run one statement."""

    def fetchmany(self, size: int, /) -> list[tuple[object, ...]]:
        """Return the next rows, none at the end."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows that are left."""

    def setfetchsize(self, size: int, /) -> None:
        """Say how many rows travel together."""

    def close(self) -> None:
        """Forget the result."""


class Connection(Protocol):
    """What we use of the driver's connections."""

    def cursor(self) -> Cursor:
        """Return a new cursor."""

    def commit(self) -> None:
        """Keep what was changed."""

    def rollback(self) -> None:
        """Undo what was changed."""

    def cancel(self) -> bool:
        """End what runs on it, from another thread, by a connection of its own."""

    def isconnected(self) -> bool:
        """Tell whether the driver believes that it is connected; asks nobody."""

    def close(self) -> None:
        """End the connection."""


def load_driver() -> ModuleType:
    """Return the module `hdbcli.dbapi`.

    Raises:
        Refused: It is not installed; the hint says how.
    """
    try:
        from hdbcli import dbapi
    except ImportError as error:
        raise Refused(
            "SAP's driver for HANA is not installed here",
            hint="pip install 'entrepot[hana]' installs hdbcli and sqlalchemy-hana, "
            "which have SAP's own licence",
        ) from error
    return cast("ModuleType", dbapi)


def connect(target: Target) -> Connection:
    """Connect, without autocommit; raises what the driver raises."""
    connection = load_driver().connect(**arguments(target))
    connection.setautocommit(False)
    return cast(Connection, connection)


def arguments(target: Target) -> Mapping[str, str | int]:
    """Return the driver's arguments: encrypted and validated unless the URL says else.

    Raises:
        Invalid: The URL asks for no encryption on the way to another machine.
    """
    url = make_url(target.url)
    given = {name: str(value) for name, value in url.query.items()}
    _refuse_open_network(url, given)
    timeout_ms = min(
        int(given.pop("connectTimeout", 60_000)), round(target.connect_seconds * 1000)
    )
    parts: dict[str, str | int] = {
        "address": url.host or "",
        "port": url.port or PORT,
        "user": url.username or "",
        "password": url.password or "",
        "encrypt": "true",
        "sslValidateCertificate": "true",
        "connectTimeout": timeout_ms,
        "communicationTimeout": SILENCE_MS,
        "reconnect": "false",
        "sessionVariable:APPLICATION": "entrepot",
    }
    if url.database:
        parts["databaseName"] = url.database
    return parts | given


def _refuse_open_network(url: URL, given: Mapping[str, str]) -> None:
    if _is_off(given.get("encrypt", "true")) and not _is_loopback(url.host or ""):
        raise Invalid(
            "encrypt=false would send everything in the clear over a network",
            hint="leave it out; it is allowed for 127.0.0.1 and localhost only",
        )


def _is_off(text: str) -> bool:
    return text.strip().lower() not in ("true", "1", "yes", "on")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
