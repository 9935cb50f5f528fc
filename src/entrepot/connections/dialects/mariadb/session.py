"""How a session of ours begins on MariaDB, and on MySQL as far as that is the same."""

from __future__ import annotations

import re

from pymysql.connections import Connection

BEGIN = "START TRANSACTION READ ONLY"
BEGIN_SHARED = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
ISOLATION = "REPEATABLE-READ"
RENAMED_VERSION = (11, 1)
"""From which on MariaDB's `tx_isolation` has the name that it has in MySQL."""
IDLE_SECONDS = 10
"""How much longer the server waits for us than a statement may take."""

# A reset leaves a session as the server makes it, so that each of them begins so.
# Backslashes escape in strings, as our table reads take it.
COMMON = (
    "SET NAMES utf8mb4, SESSION time_zone = '+00:00',"
    " sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', ''),"
    " net_write_timeout = {idle}, sql_select_limit = DEFAULT,"
)
# Recursion ends by the clock: its limit would cut results without a word.
MARIADB = (
    " max_recursive_iterations = 4294967295, max_statement_time = {seconds},"
    " idle_transaction_timeout = {idle}, {isolation} = '" + ISOLATION + "'"
)
MYSQL = (
    " cte_max_recursion_depth = 4294967295, max_execution_time = {milliseconds},"
    " transaction_isolation = '" + ISOLATION + "'"
)


def settings(connection: Connection, seconds: float) -> str:
    """Return what sets a session up, whose statements end after so many seconds."""
    is_mariadb, version = _version(connection)
    return (COMMON + (MARIADB if is_mariadb else MYSQL)).format(
        idle=round(seconds) + IDLE_SECONDS,
        seconds=max(0.001, round(seconds, 3)),
        milliseconds=max(1, round(seconds * 1000)),
        isolation="transaction_isolation"
        if version >= RENAMED_VERSION
        else "tx_isolation",
    )


def is_mariadb(connection: Connection) -> bool:
    """Tell MariaDB from MySQL."""
    return _version(connection)[0]


def name_server(connection: Connection) -> str:
    """Return product and version."""
    is_mariadb, version = _version(connection)
    return f"{'MariaDB' if is_mariadb else 'MySQL'} {'.'.join(map(str, version))}"


def _version(connection: Connection) -> tuple[bool, tuple[int, ...]]:
    # MariaDB before 11 hides behind a version that old replicas of MySQL's take.
    said = str(connection.get_server_info()).removeprefix("5.5.5-")
    found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    numbers = tuple(int(n) for n in found.groups() if n) if found else ()
    return "mariadb" in said.lower(), numbers
