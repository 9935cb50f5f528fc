"""The rooms of the house, lowest floor first, and which rooms each may use.

`tests/house/test_rooms.py` reads this table and fails on any import that the
table does not allow.  To let one room use another, change the table first.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """One capability: a folder in `entrepot/` with its own API, pages and commands."""

    name: str
    summary: str
    uses: tuple[str, ...] = ()


ROOMS = (
    Room("connections", "Databases people register, and rows out of them."),
    Room("exports", "Rows to files.", uses=("connections",)),
    Room(
        "dataproducts",
        "Schemas as products: tables, structure, rows.",
        uses=("connections", "exports"),
    ),
    Room("demo", "A believable procure-to-pay database.", uses=("connections",)),
)

PARTS = ("dialects", "formats", "channels")
"""Folders inside a room where one file, or one package, is one part.

A part knows only its room's `spec`, and the modules of its own package.
"""

GROUND = ("base", "web")
"""Folders that are not rooms: every room may use `base`; faces may use `web`."""

COMPOSITION = ("migrations", "serving")
"""Folders that put the rooms together, as `app.py` and `cli.py` do."""

FACES = ("api", "pages", "cli")
"""Modules of a room that speak to the outside; no other knows Flask or Click."""
