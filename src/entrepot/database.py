"""Our own database as a library: `from entrepot.database import db_session_scope`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from entrepot import accounts, operations
from entrepot.base.errors import (
    DatabaseConnectionError,
    DatabaseError,
    DatabaseRetryExhausted,
    EntrepotError,
)
from entrepot.base.house import House
from entrepot.base.retry import with_db_retry
from entrepot.base.store import Model as Base
from entrepot.composition import build_house, hear
from entrepot.config import get_database_config
from entrepot.operations.manager import Manager

if TYPE_CHECKING:
    from entrepot.accounts import NewPerson
    from entrepot.operations import Backup, Optimized


class DatabaseManager(Manager):
    """Sessions, health and upkeep of the database at an address.

    Args:
        url: Instead of DATABASE_URL.
    """

    def __init__(self, url: str | None = None, *, house: House | None = None) -> None:
        super().__init__(house or _build(url))


class DatabaseUtils:
    """Small services that need no manager at hand."""

    @staticmethod
    def get_table_stats() -> dict[str, int]:
        """Return how many rows each table has."""
        return get_db_manager().get_table_stats()

    @staticmethod
    def check_health(force: bool = False) -> dict[str, Any]:
        """Return how the database is."""
        return check_database_health(force)

    @staticmethod
    def create_admin_user(
        email: str, password: str, first_name: str = "", last_name: str = ""
    ) -> NewPerson:
        """Add an admin.

        Raises:
            Conflict: Somebody has this address.
            Invalid: The address or the password is not accepted.
        """
        return accounts.add_user(
            get_db_manager().house,
            email=email,
            password=password,
            role="admin",
            first_name=first_name or None,
            last_name=last_name or None,
        )

    @staticmethod
    def backup(path: str) -> Backup:
        """Write a checked copy to a file."""
        return get_db_manager().backup_database(path)

    @staticmethod
    def optimize() -> Optimized:
        """Let the database tidy up."""
        return get_db_manager().optimize()

    @staticmethod
    def cleanup(days: int = 30, dry_run: bool = False) -> dict[str, int]:
        """Tidy up what is older than so many days; return how many went of each."""
        return operations.clean_up(get_db_manager().house, days=days, is_dry=dry_run)


_MANAGERS: list[DatabaseManager] = []
"""The one of this process, once it is there; a fork makes its connections anew."""


def get_db_manager() -> DatabaseManager:
    """Return the process's manager; inside our application, of its own database."""
    house = _house_of_application()
    if house is not None:
        return DatabaseManager(house=house)
    if not _MANAGERS:
        _begin(None)
    return _MANAGERS[0]


def init_database(url: str | None = None, create_tables: bool = True) -> None:
    """Open the database and bring its schema up to date; again does nothing more.

    Args:
        url: Instead of DATABASE_URL, from now on in this process.
        create_tables: Without, the schema is left as it is.

    Raises:
        Invalid: The address is wrong, or the file cannot be written.
        Unavailable: The database server cannot be reached now.
    """
    if url is not None:
        close_database()
        _begin(url)
    get_db_manager().initialize(create_tables)


def close_database() -> None:
    """Let the process's manager go; the next use makes a new one."""
    while _MANAGERS:
        _MANAGERS.pop().close()


@contextmanager
def db_session_scope() -> Iterator[Session]:
    """Give a session that commits when the block ends well and rolls back when not."""
    with get_db_manager().house.store.session() as session:
        yield session


def database_health_check() -> dict[str, Any]:
    """Return `status`, `connection_test` and `database_url`, with `error` if any.

    It looks now; the password in the address is `***`.
    """
    manager = get_db_manager()
    found = manager.health_check(force=True)
    is_well = found["status"] != "unhealthy"
    told = {
        "status": found["status"],
        "connection_test": is_well,
        "database_url": manager.house.store.shown_url,
    }
    return told if is_well else told | {"error": found["message"]}


def check_database_health(force: bool = False) -> dict[str, Any]:
    """Return what `GET /api/database/health` says as `data`."""
    return get_db_manager().health_check(force)


def get_database_info() -> dict[str, Any]:
    """Return what `GET /api/database/info` says as `data`."""
    return get_db_manager().info()


def _begin(url: str | None) -> None:
    # The process's own alone hears events: others would record them a second time.
    _MANAGERS.append(DatabaseManager(url))
    hear(_MANAGERS[0].house)


def _build(url: str | None) -> House:
    return build_house(os.environ | ({"DATABASE_URL": url} if url else {}))


def _house_of_application() -> House | None:
    from flask import current_app, has_app_context

    return current_app.extensions.get("house") if has_app_context() else None


__all__ = [
    "Base",
    "DatabaseConnectionError",
    "DatabaseError",
    "DatabaseManager",
    "DatabaseRetryExhausted",
    "DatabaseUtils",
    "EntrepotError",
    "check_database_health",
    "close_database",
    "database_health_check",
    "db_session_scope",
    "get_database_config",
    "get_database_info",
    "get_db_manager",
    "init_database",
    "with_db_retry",
]
