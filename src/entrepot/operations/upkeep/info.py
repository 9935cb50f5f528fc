"""What our own database is, and what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, inspect, select, table

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.base.store import Store
from entrepot.base.unmodelled import UNMODELLED
from entrepot.jobs import QUEUE_TABLES
from entrepot.operations.migrations.start import read_connection
from entrepot.operations.upkeep.trouble import explained


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseInfo:
    """What our database is.

    Attributes:
        database_url: Without its password.
        tables: Rows by table.
    """

    database_url: str
    status: str
    connection_test: bool
    error: str | None
    tables: dict[str, int]


def database_info(house: House) -> DatabaseInfo:
    """Return what our database is; one that cannot be reached is told as such."""
    url = house.store.shown_url
    try:
        with explained(house.store):
            tables = count_rows(house.store)
    except EntrepotError as error:
        return DatabaseInfo(
            database_url=url,
            status="unhealthy",
            connection_test=False,
            error=error.detail,
            tables={},
        )
    return DatabaseInfo(
        database_url=url,
        status="healthy",
        connection_test=True,
        error=None,
        tables=tables,
    )


def count_rows(store: Store) -> dict[str, int]:
    """Return the rows of every table of ours; none where there is no database yet."""
    file = store.url.database
    if store.url.get_backend_name() == "sqlite" and file and not Path(file).exists():
        return {}
    with read_connection(store) as connection:
        names = sorted(
            set(inspect(connection).get_table_names()) - QUEUE_TABLES - UNMODELLED
        )
        return {
            name: connection.scalar(select(func.count()).select_from(table(name))) or 0
            for name in names
        }
