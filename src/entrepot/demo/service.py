"""Make the demo database and register it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from entrepot.base.house import House
from entrepot.connections import add_connection, list_connections
from entrepot.demo.database import write_database
from entrepot.demo.history import all_rows

NAME = "demo"
DESCRIPTION = "Procure to pay (demo)"
FILE = Path("demo", "procure_to_pay.db")
ITEMS, SEED = 52_000, 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo database that was just made.

    Attributes:
        rows: In all tables together.
        is_new: It was registered now; else the name was in use and stays as it was.
    """

    path: Path
    connection: str
    rows: int
    seconds: float
    is_new: bool


def has_data(house: House) -> bool:
    """Say whether any database is registered."""
    return bool(list_connections(house))


def make_demo(
    house: House, *, path: Path | None = None, items: int = ITEMS, seed: int = SEED
) -> Demo:
    """Make the database, over one that is there, and register it unless it is.

    Args:
        path: The file; in the home when None.
        items: Purchase order items; the rest follows from them.
        seed: The same seed and items make the same content.

    Raises:
        TooMuch: The disk is full.
        Refused: The file cannot be written.
        OutsideRoots: The file may not be registered where it is.
    """
    began = time.monotonic()
    file = (path or house.home / FILE).resolve()
    rows = write_database(file, all_rows(items, seed))
    return Demo(
        path=file,
        connection=NAME,
        rows=rows,
        is_new=_register(house, file),
        seconds=time.monotonic() - began,
    )


def _register(house: House, file: Path) -> bool:
    if any(registered.name == NAME for registered in list_connections(house)):
        return False
    url = URL.create("sqlite", database=str(file)).render_as_string()
    add_connection(house, name=NAME, url=url, description=DESCRIPTION, by=NAME)
    return True
