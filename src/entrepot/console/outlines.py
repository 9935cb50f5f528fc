"""What a connection has, for completion and the nearest names; kept a minute."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from entrepot.base.house import House
from entrepot.connections import Structure, get_connection, open_database

KEPT_SECONDS = 60.0
USUAL = ("main", "public")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaOutline:
    """A schema and the structure of its tables, by name."""

    name: str
    tables: tuple[Structure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Everything that can be named in a statement on a connection."""

    connection: str
    dialect: str
    schemas: tuple[SchemaOutline, ...]

    def tables(self, schema: str = "") -> list[Structure]:
        """Return the tables of a schema; all, the usual schema's first, if empty."""
        if schema:
            return [t for s in self.schemas if s.name == schema for t in s.tables]
        ordered = sorted(self.schemas, key=lambda s: s.name not in USUAL)
        return [t for s in ordered for t in s.tables]


def outline_of(house: House, connection: str, *, fresh: bool = False) -> Outline:
    """Return what a connection has; asked of the database at most once a minute.

    Raises:
        NotThere: There is no such connection.
        Unavailable, Refused, TimedOut: The database cannot be asked now.
    """
    registered = get_connection(house, connection)
    kept = house.shelf.get(_Kept, _Kept)
    found = None if fresh else kept.find(connection, registered.shown_url)
    if found is None:
        found = _ask(house, connection, registered.dialect)
        kept.keep(connection, registered.shown_url, found)
    return found


def _ask(house: House, connection: str, dialect: str) -> Outline:
    database = open_database(house, connection)
    schemas = tuple(
        SchemaOutline(name=schema.name, tables=tuple(database.outline(schema.name)))
        for schema in database.list_schemas()
    )
    return Outline(connection=connection, dialect=dialect, schemas=schemas)


@dataclass(slots=True)
class _Kept:
    """The outlines that this process has, with the time until which they serve."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _found: dict[str, tuple[float, str, Outline]] = field(default_factory=dict)

    def find(self, connection: str, url: str) -> Outline | None:
        with self._lock:
            until, known, outline = self._found.get(connection, (0.0, "", None))
        return outline if known == url and time.monotonic() < until else None

    def keep(self, connection: str, url: str, outline: Outline) -> None:
        with self._lock:
            self._found[connection] = (time.monotonic() + KEPT_SECONDS, url, outline)

    def close(self) -> None:
        """Forget them."""
        self._found.clear()
