"""PostgreSQL's SQL with `$1` in place of values, which DuckDB understands as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


def dollar_dialect() -> Dialect:
    """Return what compiles such statements: no `%` is doubled in them."""
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

    dialect: Dialect = PGDialect_psycopg(  # type: ignore[no-untyped-call]
        paramstyle="numeric_dollar"
    )
    # SQLAlchemy would ask a server at connecting, which this dialect never does:
    # backslashes are plain in strings, and PostgreSQL's pool keeps them so.
    dialect._backslash_escapes = False  # type: ignore[attr-defined]
    return dialect
