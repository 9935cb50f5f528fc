"""The table that a statement which writes names, where the database does not say."""

from __future__ import annotations

import logging

LONGEST = 100_000
"""Letters of the longest statement that is looked at: parsing takes its time."""


def named_table(sql: str, dialect: str, schema: str) -> str:
    """Return `schema.table` that is written, made, altered or dropped; else empty.

    A guess from the words alone, for people to read: never for deciding anything.

    Args:
        dialect: The name by which sqlglot knows it.
        schema: Where a table lies that is named without one.
    """
    import sqlglot
    from sqlglot import exp

    if len(sql) > LONGEST:
        return ""
    # It would write the statement into the log, with whatever is secret in it.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        found = sqlglot.parse_one(sql, dialect=dialect)
    except (sqlglot.errors.SqlglotError, RecursionError):
        return ""
    writing = (exp.DML, exp.DDL, exp.Drop, exp.Alter, exp.TruncateTable, exp.Comment)
    if not isinstance(found, writing) or isinstance(found, exp.Query):
        return ""
    target = found.this if isinstance(found.this, exp.Expr) else found
    table = target if isinstance(target, exp.Table) else target.find(exp.Table)
    return f"{table.db or schema}.{table.name}" if table else ""
