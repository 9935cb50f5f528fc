"""How much each role may see and take at once: one table, for every room."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.identity import Role
from entrepot.base.settings import Settings
from entrepot.web import settings as knobs


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
        read_seconds=settings[knobs.ADMIN_READ_SECONDS],
        screen_rows=settings[knobs.ADMIN_SCREEN_ROWS],
        export_rows=settings[knobs.ADMIN_EXPORT_ROWS] or None,
    )
