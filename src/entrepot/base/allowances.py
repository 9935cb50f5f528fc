"""How much each role may see and take at once: one table, for every room."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.identity import Role
from entrepot.base.settings import Setting, Settings

ADMIN_READ_SECONDS = Setting(
    "web_admin_read_seconds",
    30.0,
    "Time that a database has for rows on an admin's screen.",
    at_least=1.0,
)
ADMIN_SCREEN_ROWS = Setting(
    "web_admin_screen_rows",
    10_000,
    "Rows that one answer to an admin holds.",
    at_least=1,
)
ADMIN_EXPORT_ROWS = Setting(
    "web_admin_export_rows",
    0,
    "Rows that one export of an admin holds; 0 is no limit.",
    at_least=0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The most that one request may take.

    Attributes:
        read_seconds: Of the database, for rows on the screen.
        screen_rows: On one page, or of one answer.
        export_rows: In one file; None for no limit.
        export_seconds: For one file; None for the house's own limit.
    """

    read_seconds: float
    screen_rows: int
    export_rows: int | None
    export_seconds: int | None = None


ALLOWANCES: dict[Role, Allowance] = {
    "viewer": Allowance(
        read_seconds=10, screen_rows=1_000, export_rows=100_000, export_seconds=900
    ),
    "analyst": Allowance(
        read_seconds=30, screen_rows=10_000, export_rows=5_000_000, export_seconds=900
    ),
}
"""What an admin may take stands in the settings."""


def allowance(role: Role, settings: Settings) -> Allowance:
    """Return what somebody of this role may take."""
    return ALLOWANCES.get(role) or Allowance(
        read_seconds=settings[ADMIN_READ_SECONDS],
        screen_rows=settings[ADMIN_SCREEN_ROWS],
        export_rows=settings[ADMIN_EXPORT_ROWS] or None,
    )
