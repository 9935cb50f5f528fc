"""One statement that writes to a DuckDB file, in a connection of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import duckdb

from entrepot.base.deadline import Deadline
from entrepot.base.errors import Denied
from entrepot.base.named_table import named_table
from entrepot.connections.dialects.duckdb.errors import turn
from entrepot.connections.dialects.duckdb.read import kind_of, listed, only_statement
from entrepot.connections.spec import Change, Statement

CHANGING = (
    duckdb.StatementType.INSERT,
    duckdb.StatementType.UPDATE,
    duckdb.StatementType.DELETE,
    duckdb.StatementType.MERGE_INTO,
    duckdb.StatementType.CREATE,
    duckdb.StatementType.ALTER,
    duckdb.StatementType.DROP,
    duckdb.StatementType.SELECT,
)
"""What may run: no settings, no files, no other databases, no transactions."""

COUNTED = CHANGING[:4]
ROWS_AT_ONCE = 1_000

SCHEMA = "main"
"""Where DuckDB puts and finds what is named without a schema."""


def change(
    connection: duckdb.DuckDBPyConnection,
    deadline: Deadline,
    statement: Statement,
    *,
    keep: bool,
) -> Change:
    """Run a statement in a transaction, and commit or undo it.

    Raises:
        Invalid: It does not compile, or there are several.
        Denied: It does something else than change what is in this file.
    """
    with deadline.watched(), turn(statement.sql):
        found = only_statement(connection, statement.sql)
        if kind_of(found) not in CHANGING:
            raise Denied(
                "only statements that change this file may run here",
                hint="write INSERT, UPDATE, DELETE, MERGE, CREATE, ALTER or DROP",
            )
        table = named_table(statement.sql, "duckdb", SCHEMA)
        connection.begin()
        rows = _run(connection, found, statement)
    with deadline.watched(), turn():
        if keep:
            connection.commit()
        else:
            connection.rollback()
    return Change(table=table, rows=rows, is_kept=keep)


def _run(
    connection: duckdb.DuckDBPyConnection,
    found: duckdb.Statement,
    statement: Statement,
) -> int | None:
    connection.execute(statement.sql, listed(statement))
    blocks = _blocks(connection)
    if kind_of(found) not in COUNTED:
        for _ in blocks:
            pass
        return None
    if "returning" in _words(statement.sql):
        return sum(len(block) for block in blocks)
    [[(count,)]] = blocks
    return count if isinstance(count, int) else None


def _blocks(
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[list[tuple[object, ...]]]:
    while block := connection.fetchmany(ROWS_AT_ONCE):
        yield block


def _words(sql: str) -> list[str]:
    """Return the SQL's own words in lower case, without names, values, comments."""
    text = sql.encode()
    tokens = duckdb.tokenize(sql)
    ends = [start for start, _ in islice(tokens, 1, None)]
    return [
        text[start:end].decode().strip().lower()
        for (start, kind), end in zip(tokens, [*ends, len(text)], strict=True)
        if kind == duckdb.token_type.keyword
    ]
