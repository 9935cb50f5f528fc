"""Which tables a query reads, as far as its text tells."""

from __future__ import annotations

import logging

DIALECTS = {"postgresql": "postgres", "mariadb": "mysql", "hana": ""}
"""Names that sqlglot has for ours, where they differ."""


def tables_of(sql: str, dialect: str) -> list[str]:
    """Return `schema.table`, or `table`, of each, sorted; empty if nobody can tell."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        tree = sqlglot.parse_one(sql, read=DIALECTS.get(dialect, dialect) or None)
        found = {
            f"{table.db}.{table.name}" if table.db else table.name
            for scope in traverse_scope(tree)
            for table in scope.tables
            if table.db or table.name not in scope.cte_sources
        }
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError):
        return []
    return sorted(found) if isinstance(tree, exp.Query) else []
