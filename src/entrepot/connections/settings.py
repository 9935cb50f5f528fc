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

HANA_HOST = Setting(
    "connections_hana_host",
    "",
    "Host of the SAP HANA that is the connection `hana`; empty for none.",
    variable="HANA_HOST",
)
HANA_PORT = Setting(
    "connections_hana_port",
    443,
    "Port of that HANA.",
    variable="HANA_PORT",
    at_least=1,
    at_most=65535,
)
HANA_USER = Setting(
    "connections_hana_user", "", "User at that HANA.", variable="HANA_USER"
)
HANA_PASSWORD = Setting(
    "connections_hana_password",
    "",
    "Password of that user.",
    variable="HANA_PASSWORD",
    secret=True,
)
HANA_SCHEMA = Setting(
    "connections_hana_schema",
    "",
    "Schema at that HANA which statements mean that name none.",
    variable="HANA_SCHEMA",
)
HANA_SSL_VALIDATE = Setting(
    "connections_hana_ssl_validate",
    True,
    "Check that HANA's certificate.",
    variable="HANA_SSL_VALIDATE",
    guards=True,
)
HANA_QUERY_SECONDS = Setting(
    "connections_hana_query_seconds",
    30.0,
    "Time limit of a statement at that HANA whose rows go to the screen.",
    variable="HANA_QUERY_TIMEOUT",
    at_least=0.1,
)
HANA_POOL = Setting(
    "connections_hana_pool_count",
    5,
    "Connections that a process keeps open to that HANA at the most.",
    variable="HANA_POOL_SIZE",
    at_least=1,
)

SETTINGS: tuple[AnySetting, ...] = (
    GIVEN,
    ROOTS,
    POOL,
    CONNECT_SECONDS,
    HANA_HOST,
    HANA_PORT,
    HANA_USER,
    HANA_PASSWORD,
    HANA_SCHEMA,
    HANA_SSL_VALIDATE,
    HANA_QUERY_SECONDS,
    HANA_POOL,
)


def check(settings: Settings) -> None:
    """Refuse values that no start should go on with.

    Raises:
        Invalid: A number is out of range, an entry of ENTREPOT_CONNECTIONS is wrong, or
            HANA_HOST stands without a user.
    """
    if settings[POOL] < 1:
        raise Invalid(f"{POOL.variable} must be 1 or more, not {settings[POOL]}")
    if not 0 < settings[CONNECT_SECONDS] <= 5:
        raise Invalid(
            f"{CONNECT_SECONDS.variable} must be above 0 and at most 5, "
            f"not {settings[CONNECT_SECONDS]:g}"
        )
    if settings[GIVEN] or settings[HANA_HOST]:
        # Dialects take time to import: only where there is something to check.
        from entrepot.connections.given import read_given

        read_given(settings)
