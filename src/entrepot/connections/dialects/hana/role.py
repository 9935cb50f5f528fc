"""What a user of HANA's could do that a reader should not be able to."""

from __future__ import annotations

from entrepot.base.errors import Denied
from entrepot.connections.dialects.hana.watch import Reading
from entrepot.connections.spec import Target

VERSION = "SELECT VERSION FROM SYS.M_DATABASE"

PRIVILEGES = """
SELECT DISTINCT OBJECT_TYPE, SCHEMA_NAME, OBJECT_NAME, PRIVILEGE
FROM SYS.EFFECTIVE_PRIVILEGES
WHERE USER_NAME = CURRENT_USER AND IS_VALID = 'TRUE'
  AND PRIVILEGE NOT IN ('SELECT', 'CATALOG READ', 'REFERENCES', 'SELECT METADATA',
                        'SELECT CDS METADATA', 'UNMASKED')
ORDER BY 1, 2, 3, 4
"""

DANGEROUS = frozenset(
    (
        *("USER ADMIN", "ROLE ADMIN", "DATA ADMIN", "INIFILE ADMIN", "BACKUP ADMIN"),
        *("DATABASE ADMIN", "SERVICE ADMIN", "CREATE REMOTE SOURCE", "EXPORT"),
        *("IMPORT", "DEVELOPMENT", "SYSTEM REPLICATION ADMIN", "TRUST ADMIN"),
        *("CREDENTIAL ADMIN", "ENCRYPTION ROOT KEY ADMIN", "CERTIFICATE ADMIN"),
    )
)
"""System privileges with which one can reach files, other systems or other users."""

MOST_WARNINGS = 50


def read_version(reading: Reading) -> str:
    """Return the server's version, without the build."""
    [(version,)] = reading.ask(VERSION)
    return str(version).split()[0]


def check_role(reading: Reading, target: Target) -> tuple[str, ...]:
    """Return what the user may do beside reading, each with its remedy.

    Raises:
        Denied: It could reach files or other users, and the target does not allow it.
    """
    user = str(reading.ask("SELECT CURRENT_USER FROM DUMMY")[0][0])
    found = [[str(v or "") for v in row] for row in reading.ask(PRIVILEGES)]
    unsafe = sorted({p for kind, *_, p in found if _is_dangerous(kind, p)})
    if unsafe and not target.allow_unsafe_role:
        raise Denied(
            f"the user of {target.name!r} may do harm: it has {', '.join(unsafe)}",
            hint="use a user that can only SELECT, or register it with "
            "allow_unsafe_role",
        )
    warnings = [_warning(user, *row) for row in found]
    more = len(warnings) - MOST_WARNINGS
    if more > 0:
        warnings[MOST_WARNINGS:] = [f"and {more} further privileges"]
    return tuple(warnings)


def _is_dangerous(kind: str, privilege: str) -> bool:
    return kind == "SYSTEMPRIVILEGE" and privilege in DANGEROUS


def _warning(user: str, kind: str, schema: str, name: str, privilege: str) -> str:
    if kind == "SYSTEMPRIVILEGE":
        return f"the user has {privilege}: REVOKE {privilege} FROM {_quote(user)}"
    if kind == "SCHEMA" and schema == user:
        return (
            f"the user owns the schema {schema} and may {privilege} in it: "
            f"CREATE RESTRICTED USER makes users without one"
        )
    place = f"SCHEMA {_quote(schema)}" if not name else _path(schema, name)
    return (
        f"the user may {privilege} on {place}: "
        f"REVOKE {privilege} ON {place} FROM {_quote(user)}"
    )


def _path(schema: str, name: str) -> str:
    return f"{_quote(schema)}.{_quote(name)}" if schema else _quote(name)


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
