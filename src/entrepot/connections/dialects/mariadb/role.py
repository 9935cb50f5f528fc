"""What a MariaDB user could do that a reader should not be able to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pymysql.connections import Connection

from entrepot.base.errors import Denied
from entrepot.connections.dialects.mariadb.wire import ask
from entrepot.connections.spec import Target

GRANT = re.compile(
    r"GRANT (?P<what>.+?) ON (?P<where>(?:FUNCTION |PROCEDURE |PACKAGE |PACKAGE BODY )?"
    r"(?:`(?:[^`]|``)*`|\*)\.(?:`(?:[^`]|``)*`|\*)) TO (?P<to>.+)",
    re.DOTALL,
)
WHO = re.compile(r"`(?:[^`]|``)*`(?:@`(?:[^`]|``)*`)?|'[^']*'(?:@'[^']*')?|PUBLIC")
COLUMNS = re.compile(r"\s*\([^)]*\)")

HARMLESS = frozenset(("SELECT", "SHOW VIEW", "USAGE", "SHOW DATABASES"))
CALLS = ", and no transaction keeps functions from setting what their makers may set"
ALL = "ALL PRIVILEGES"
UNSAFE = frozenset((ALL, "FILE", "SUPER"))
"""With these on everything a SELECT reads files of the server, or is under no limit."""


def check_role(connection: Connection, target: Target) -> tuple[str, ...]:
    """Return what the user may do beside reading, each with its remedy.

    Raises:
        Denied: It could read files or is an administrator, and the target does not
            allow it.
    """
    grants = [str(row[0]) for row in ask(connection, "SHOW GRANTS")]
    unsafe = [
        what
        for where, _, privileges in _granted(grants)
        for what in privileges
        if where == "*.*" and what in UNSAFE
    ]
    if unsafe and not target.allow_unsafe_role:
        raise Denied(
            f"the user of {target.name!r} may do harm: it has {', '.join(unsafe)} "
            "on everything",
            hint="use a user that can only SELECT, or register it with "
            "allow_unsafe_role",
        )
    return tuple(_warnings(grants))


def _warnings(grants: list[str]) -> Iterator[str]:
    for where, who, privileges in _granted(grants):
        for what in privileges:
            if what not in HARMLESS:
                remedy = f"REVOKE {what} ON {where} FROM {who}"
                if what == ALL:
                    remedy += f", then GRANT SELECT ON {where} TO {who}"
                beside = CALLS if what in (ALL, "EXECUTE") else ""
                yield f"the user has {what} on {where}{beside}: {remedy}"


def _granted(grants: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield where, to whom and what; who is granted a role stands in no such line."""
    for grant in grants:
        found = GRANT.fullmatch(grant)
        who = found and WHO.match(found["to"])
        if found is None or not who:
            continue
        privileges = [p.strip() for p in COLUMNS.sub("", found["what"]).split(",")]
        if found["to"].endswith("WITH GRANT OPTION"):
            privileges.append("GRANT OPTION")
        yield found["where"], who[0], privileges
