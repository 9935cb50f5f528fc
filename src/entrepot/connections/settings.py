"""Settings of this room, and what must hold of them together."""

from __future__ import annotations

from entrepot.base.errors import Invalid
from entrepot.base.settings import AnySetting, Setting, Settings

GIVEN = Setting(
    "connections_given",
    "",
    "Connections as name=url, separated by blanks or lines, or one JSON object.",
    variable="ENTREPOT_CONNECTIONS",
    secret=True,
)
ROOTS = Setting(
    "connections_roots",
    "",
    "Folders whose files people may register, separated by colons; empty is the "
    "working directory and the home.",
    guards=True,
)
POOL = Setting(
    "connections_pool_count",
    8,
    "Connections that a process keeps open to one registered database at the most.",
)
CONNECT_SECONDS = Setting(
    "connections_connect_seconds",
    5.0,
    "Time limit of one attempt to connect, at most 5.",
)

SETTINGS: tuple[AnySetting, ...] = (GIVEN, ROOTS, POOL, CONNECT_SECONDS)


def check(settings: Settings) -> None:
    """Refuse values that no start should go on with.

    Raises:
        Invalid: A number is out of range, or an entry of ENTREPOT_CONNECTIONS is wrong.
    """
    if settings[POOL] < 1:
        raise Invalid(f"{POOL.variable} must be 1 or more, not {settings[POOL]}")
    if not 0 < settings[CONNECT_SECONDS] <= 5:
        raise Invalid(
            f"{CONNECT_SECONDS.variable} must be above 0 and at most 5, "
            f"not {settings[CONNECT_SECONDS]:g}"
        )
    if settings[GIVEN]:
        # Dialects take time to import: only where there is something to check.
        from entrepot.connections.given import read_given

        read_given(settings)
