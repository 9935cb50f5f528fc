"""Our own database behind one object, for programs that use it as a library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, func, inspect, select, table
from sqlalchemy.orm import Session

from entrepot.base.house import House
from entrepot.base.settings import masked_url
from entrepot.base.store import Store
from entrepot.operations import health


class Manager:
    """Sessions, health and upkeep of one database.

    Args:
        upgrade: Brings a database's schema up to date.
    """

    def __init__(self, house: House, upgrade: Callable[[Store], None]) -> None:
        self.house = house
        self._upgrade = upgrade

    def initialize(self, create_tables: bool = True) -> None:
        """Open the database; its schema is brought up to date by migrations.

        Raises:
            Invalid: The address is wrong, or the file cannot be written.
            Unavailable: The database server cannot be reached now.
            Conflict: The database is newer than this program.
        """
        if create_tables:
            self._upgrade(self.house.store)
        else:
            self.engine.connect().close()

    @property
    def engine(self) -> Engine:
        """Return the process's one engine."""
        return self.house.store.engine

    @contextmanager
    def get_session(self) -> Iterator[Session]:
        """Give a session; the caller commits, and what is not committed is undone."""
        with self.house.store.open_session() as session:
            yield session

    def health_check(self, force: bool = False) -> dict[str, Any]:
        """Return what `GET /api/database/health` says as `data`."""
        return _plain(health.check_health(self.house, force=force))

    def info(self) -> dict[str, Any]:
        """Return what `GET /api/database/info` says as `data`."""
        return _plain(health.get_address(self.house))

    def reconnect(self) -> dict[str, Any]:
        """Make the connections anew.

        Raises:
            DatabaseUnhealthy: The database does not answer.
        """
        return _plain(health.reconnect(self.house))

    def get_table_stats(self) -> dict[str, int]:
        """Return how many rows each table has, sorted by name."""
        with self.house.store.read_session() as session:
            names = sorted(inspect(session.connection()).get_table_names())
            counted = (select(func.count()).select_from(table(name)) for name in names)
            counts = [session.scalar(query) or 0 for query in counted]
        return dict(zip(names, counts, strict=True))

    def shown_url(self) -> str:
        """Return the address without its password."""
        url = self.house.store.url
        return masked_url(url.render_as_string(hide_password=False))

    def backup_database(self, path: str | Path) -> Any:
        """Write a checked copy to a file."""
        return _upkeep("back_up")(self.house, path=Path(path))

    def restore_database(self, path: str | Path) -> Any:
        """Put a backup in the database's place; the one before is kept aside."""
        return _upkeep("restore")(self.house, Path(path))

    def optimize(self) -> Any:
        """Let the database tidy up."""
        return _upkeep("optimize")(self.house)

    def close(self) -> None:
        """Let every connection go."""
        self.house.close()


def _plain(value: object) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain


def _upkeep(name: str) -> Callable[..., Any]:
    # Asked for when it is used: who only wants sessions does not load it.
    verb: Callable[..., Any] = getattr(import_module("entrepot.operations"), name)
    return verb
