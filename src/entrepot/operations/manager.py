"""Our own database behind one object, for programs that use it as a library.

What is seldom used is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from entrepot.base.house import House
from entrepot.operations.health import status as health

if TYPE_CHECKING:
    from entrepot.operations.backups.keeping import Backup
    from entrepot.operations.restores.whole import Restored
    from entrepot.operations.upkeep.space import Optimized


class Manager:
    """Sessions, health and upkeep of one database."""

    def __init__(self, house: House) -> None:
        self.house = house

    def initialize(self, create_tables: bool = True) -> None:
        """Open the database; an empty one gets its schema by migrations.

        Raises:
            Invalid: The address is wrong, or the file cannot be written.
            Unavailable: The database server cannot be reached now.
            Conflict: The database is older or newer than this program.
        """
        if create_tables:
            from entrepot.operations.migrations.start import ensure

            ensure(self.house)
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
        from entrepot.operations.upkeep.info import count_rows

        return count_rows(self.house.store)

    def backup_database(self, path: str | Path) -> Backup:
        """Write a checked copy to a file."""
        from entrepot.operations.backups.keeping import back_up

        return back_up(self.house, path=Path(path))

    def restore_database(self, path: str | Path) -> Restored:
        """Put a backup in the database's place; the one before is kept aside."""
        from entrepot.operations.restores.whole import restore

        return restore(self.house, Path(path))

    def optimize(self) -> Optimized:
        """Let the database tidy up."""
        from entrepot.operations.upkeep.space import optimize

        return optimize(self.house)

    def close(self) -> None:
        """Let every connection go."""
        self.house.close()


def _plain(value: object) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain
