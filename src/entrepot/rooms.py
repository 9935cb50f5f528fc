"""The rooms of the house, lowest floor first, and which rooms each may use.

`tests/house/test_rooms.py` reads this table and fails on any import that the
table does not allow.  To let one room use another, change the table first.  The table
itself is open to every room.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """One capability: a folder in `entrepot/` with its own API, pages and commands."""

    name: str
    summary: str
    uses: tuple[str, ...] = ()
    commands: tuple[tuple[str, str], ...] = ()

    @property
    def command_summaries(self) -> tuple[tuple[str, str], ...]:
        """Return (name, summary) of its commands, should it have a `cli`.

        A room is one command of its own name unless it says otherwise.
        """
        return self.commands or ((self.name, self.summary),)


ROOMS = (
    Room(
        "accounts",
        "People, their roles and keys, and the record of what they did.",
        commands=(
            ("users", "People and their roles."),
            ("keys", "API keys."),
            ("audit", "The record of who did what."),
        ),
    ),
    Room(
        "jobs",
        "Background work: submit, progress, cancel, retry, schedules.",
        uses=("accounts",),
    ),
    Room(
        "delivery",
        "Sending out: messages and files.",
        uses=("accounts", "jobs"),
    ),
    Room(
        "operations",
        "Our own database: health, migrations, backup, settings kept in it.",
        uses=("accounts", "jobs"),
        commands=(("db", "Our own database: migrate, back up, restore, look."),),
    ),
    Room(
        "connections",
        "Databases people register, and rows out of them.",
        uses=("accounts",),
    ),
    Room(
        "exports",
        "Rows to files.",
        uses=("accounts", "jobs", "delivery", "connections"),
    ),
    Room(
        "dataproducts",
        "Schemas as products: tables, structure, rows.",
        uses=("accounts", "connections", "exports"),
    ),
    Room(
        "console",
        "SQL: run, stop, history, saved queries, plans.",
        uses=("accounts", "jobs", "delivery", "connections", "exports"),
        commands=(("query", "Run SQL behind the read-only wall; saved queries."),),
    ),
    Room("demo", "A believable procure-to-pay database.", uses=("connections",)),
    Room(
        "catalogue",
        "Products, categories, images, icons.",
        uses=("accounts", "jobs", "connections", "exports"),
    ),
    Room(
        "feeds",
        "Imports into the catalogue, and their history.",
        uses=("accounts", "jobs", "connections", "exports", "catalogue"),
    ),
    Room(
        "watch",
        "Logs and what they tell.",
        uses=(
            *("accounts", "jobs", "delivery", "connections", "exports"),
            *("catalogue", "feeds"),
        ),
        commands=(
            ("logs", "The log: look, search, follow, empty."),
            ("errors", "Errors by their causes: look, resolve, ignore, mute."),
            ("traces", "Requests, jobs, commands: which took how long, and with what."),
            ("metrics", "Numbers over time, who used what, slow statements."),
            ("alerts", "Alert rules: look, test, silence, write for Prometheus."),
        ),
    ),
)

PARTS = ("dialects", "formats", "channels", "sources")
"""Folders inside a room where one file, or one package, is one part.

A part knows only its room's `spec`, its room's `engines`, and the modules of its own
package.
"""

ENGINES = "engines"
"""The folder inside a room for what several of its parts are made with."""

GROUND = ("base", "web")
"""Folders that are not rooms: every room may use `base`; faces may use `web`."""

COMPOSITION = ("migrations", "serving")
"""Folders that put the rooms together, as `app.py` and `cli.py` do."""

FACES = ("api", "pages", "cli")
"""Modules of a room that speak to the outside; no other knows Flask or Click."""
