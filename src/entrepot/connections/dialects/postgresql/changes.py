"""One statement that writes to PostgreSQL, in a connection of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, cast

import psycopg
from psycopg import sql

from entrepot.base.errors import Denied, EntrepotError, Refused, Unavailable
from entrepot.base.rows import ReadOptions
from entrepot.connections.dialects.postgresql import targets
from entrepot.connections.dialects.postgresql.errors import turn
from entrepot.connections.dialects.postgresql.pool import Pool
from entrepot.connections.dialects.postgresql.read import columns_of, listed
from entrepot.connections.dialects.postgresql.watch import Reading, watch
from entrepot.connections.dialects.postgresql.words import first_word
from entrepot.connections.spec import Change, Statement, Target

# As for reads, but for the right to write; a role's own default may still forbid it.
BEGIN = sql.SQL("""
BEGIN;
SET LOCAL statement_timeout = {limit_ms};
SET LOCAL idle_in_transaction_session_timeout = {idle_ms};
SET LOCAL standard_conforming_strings = on;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD'""")

TRANSACTIONS = "abort begin commit end prepare release rollback savepoint start"
FORBIDDEN = {
    **dict.fromkeys(TRANSACTIONS.split(), "words that begin or end a transaction"),
    "copy": "COPY",
}
"""By first word; PREPARE TRANSACTION would leave one behind that holds its locks."""

COUNTED = re.compile(r"(INSERT|UPDATE|DELETE|MERGE)\b.* (\d+)")
"""What the server says of statements that write rows, e.g. `INSERT 0 3`."""

ROWS_AT_ONCE = 1_000
COMMIT_SECONDS = 10.0
BY_ITSELF = "25001"
"""The SQLSTATE of what cannot be done within a transaction, e.g. VACUUM."""


def change(
    pool: Pool,
    target: Target,
    statement: Statement,
    options: ReadOptions,
    *,
    keep: bool,
) -> Change:
    """Run a statement in a transaction, and commit or undo it.

    Raises:
        Invalid: It does not compile, breaks a constraint, or is none or several.
        Denied: The role may not, or it would begin or end a transaction.
        Refused: It cannot be done within a transaction.
        Unavailable: The connection broke; the hint tells whether it may be kept.
    """
    if forbidden := FORBIDDEN.get(first_word(statement.sql)):
        raise Denied(
            f"{forbidden} cannot be used here",
            hint="write one statement that changes rows or tables",
        )
    with closing(pool.enter()) as connection:
        limit = max(1, round(options.seconds * 1000))
        with turn(target):
            connection.execute(BEGIN.format(limit_ms=limit, idle_ms=limit + 10_000))
        with (
            watch(connection, target, options.seconds, options.switch) as writing,
            _refused_by_itself(),
        ):
            change = _changed(writing, statement, keep=keep)
        if keep:
            _commit(connection, target)
        return change


def _changed(writing: Reading, statement: Statement, *, keep: bool) -> Change:
    """Do it, up to the end of the transaction, which is the connection's otherwise."""
    connection = writing.connection
    with writing.turned():
        has_rows = bool(columns_of(connection, statement))
        written = targets.find(connection, statement)
        table = written.name if written else targets.name(connection, statement)
    with writing.turned():
        if has_rows:
            returned = _drain(connection, statement)
            rows = returned if written and written.is_whole else None
        else:
            rows = _run(connection, statement)
        # What is checked at the end is checked now: the end is not always reached.
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        is_counted = rows is not None
        warnings = targets.warn(connection, written, is_counted=is_counted, keep=keep)
    return Change(table=table, rows=rows, is_kept=keep, warnings=warnings)


def _run(connection: psycopg.Connection, statement: Statement) -> int | None:
    """Run a statement that returns no rows; return how many it wrote."""
    cursor = psycopg.RawCursor(connection)
    # A binary result is had by the extended protocol only, which runs one statement.
    cursor.execute(statement.sql.encode(), listed(statement), binary=True)
    found = COUNTED.fullmatch(cursor.statusmessage or "")
    return int(found[2]) if found else None


def _drain(connection: psycopg.Connection, statement: Statement) -> int:
    """Run a statement that returns rows to its end; return how many there were."""
    cursor = psycopg.RawCursor(connection)
    rows = cursor.stream(statement.sql.encode(), listed(statement), size=ROWS_AT_ONCE)
    with closing(cast("Any", rows)):
        return sum(1 for _ in rows)


def _commit(connection: psycopg.Connection, target: Target) -> None:
    """Commit under a clock of its own: whoever would stop it now comes too late."""
    try:
        with (
            watch(connection, target, COMMIT_SECONDS) as committing,
            committing.turned(),
        ):
            connection.execute("COMMIT")
    except EntrepotError as error:
        if "sqlstate" in error.facts:
            raise
        raise Unavailable(
            f"{target.name!r} did not say whether the change was kept",
            hint="look whether it is there before doing it again",
        ) from error


@contextmanager
def _refused_by_itself() -> Iterator[None]:
    try:
        yield
    except Denied as error:
        if error.facts.get("sqlstate") != BY_ITSELF:
            raise
        raise Refused(
            error.detail, hint="nothing would undo it: run it by other means"
        ) from error
