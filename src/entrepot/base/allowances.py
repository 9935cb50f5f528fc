"""How much each role may see and take at once: one table, for every room."""

from __future__ import annotations

from dataclasses import dataclass, replace

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

ROLES: tuple[Role, ...] = ("viewer", "analyst", "admin")


def _by_role(
    name: str, most: tuple[int, int, int], says: str, *, at_least: int
) -> dict[Role, Setting[int]]:
    """Declare a setting for each role, e.g. `web_viewer_memory_bytes`."""
    return {
        role: Setting(
            f"web_{role}_{name}", count, says.format(role=role), at_least=at_least
        )
        for role, count in zip(ROLES, most, strict=True)
    }


RESULT_BYTES = _by_role(
    "result_bytes",
    (50_000_000, 200_000_000, 200_000_000),
    "The most that the kept rows of one statement of the role {role} take; then they "
    "are cut. ENTREPOT_CONSOLE_RESULT_BYTES holds for everybody.",
    at_least=100_000,
)
MEMORY_BYTES = _by_role(
    "memory_bytes",
    (256_000_000, 1_000_000_000, 2_000_000_000),
    "Memory that a database may take for one statement of the role {role}, as far as "
    "the database can be told.",
    at_least=64_000_000,
)
RUNS_COUNT = _by_role(
    "runs_count",
    (2, 4, 8),
    "Statements that one person of the role {role} may have running.",
    at_least=1,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The most that one request may take.

    Attributes:
        read_seconds: Of the database, for rows on the screen.
        screen_rows: On one page, or of one answer.
        export_rows: In one file; None for no limit.
        export_seconds: For one file; None for the house's own limit.
        result_bytes: Of the kept rows of one statement.
        memory_bytes: Of the database's, for one statement of their own.
        runs_count: Statements of one person that run at the same time.
    """

    read_seconds: float
    screen_rows: int
    export_rows: int | None
    export_seconds: int | None = None
    result_bytes: int = 200_000_000
    memory_bytes: int = 1_000_000_000
    runs_count: int = 4


ALLOWANCES: dict[Role, Allowance] = {
    "viewer": Allowance(
        read_seconds=10, screen_rows=1_000, export_rows=100_000, export_seconds=900
    ),
    "analyst": Allowance(
        read_seconds=30, screen_rows=10_000, export_rows=5_000_000, export_seconds=900
    ),
}
"""Rows and seconds; an admin's stand in the settings, as everybody's bytes do."""


def allowance(role: Role, settings: Settings) -> Allowance:
    """Return what somebody of this role may take."""
    may = ALLOWANCES.get(role) or Allowance(
        read_seconds=settings[ADMIN_READ_SECONDS],
        screen_rows=settings[ADMIN_SCREEN_ROWS],
        export_rows=settings[ADMIN_EXPORT_ROWS] or None,
    )
    return replace(
        may,
        result_bytes=settings[RESULT_BYTES[role]],
        memory_bytes=settings[MEMORY_BYTES[role]],
        runs_count=settings[RUNS_COUNT[role]],
    )
