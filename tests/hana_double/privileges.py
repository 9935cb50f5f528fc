"""Who may do what: owners everything, others what they were granted."""

from __future__ import annotations

import duckdb

from tests.hana_double.errors import HanaError
from tests.hana_double.names import Name

ADMIN = "SYSTEM"
SYSTEM_SCHEMAS = ("SYS", "main", "temp")


def denied(what: str) -> HanaError:
    """Return what HANA says to somebody who may not."""
    guid = "00000000000000000000000000000000"
    text = f"insufficient privilege: Detailed info for this error: {what} ({guid})"
    return HanaError(258, text)


def check_object(
    database: duckdb.DuckDBPyConnection, user: str, privilege: str, name: Name
) -> None:
    """Let somebody do something to a table or view.

    Raises:
        HanaError: He may not, or it is none of his business.
    """
    schema, table = name
    if schema == "_DOUBLE":
        raise HanaError(259, f"invalid table name: Could not find table/view {table}")
    if user == ADMIN or schema in (user, *SYSTEM_SCHEMAS):
        return
    found = database.execute(
        """SELECT 1 FROM "_DOUBLE".SCHEMAS WHERE NAME = $1 AND OWNER = $2
           UNION ALL SELECT 1 FROM "_DOUBLE".GRANTS WHERE GRANTEE = $2
           AND SCHEMA_NAME = $1 AND PRIVILEGE = $3
           AND (OBJECT_NAME IS NULL OR OBJECT_NAME = $4)""",
        [schema, user, privilege, table],
    ).fetchone()
    if found is None:
        raise denied(f"{privilege} on {schema}.{table}")


def check_system(
    database: duckdb.DuckDBPyConnection, user: str, privilege: str
) -> None:
    """Let somebody do something to the whole database.

    Raises:
        HanaError: He may not.
    """
    if user == ADMIN:
        return
    found = database.execute(
        'SELECT 1 FROM "_DOUBLE".GRANTS WHERE GRANTEE = ? AND PRIVILEGE = ?'
        " AND TYPE = 'SYSTEMPRIVILEGE'",
        [user, privilege],
    ).fetchone()
    if found is None:
        raise denied(privilege)
