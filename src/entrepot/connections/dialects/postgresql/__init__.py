"""PostgreSQL, through psycopg 3: every read is one statement that can only read."""

from __future__ import annotations

from sqlalchemy.engine import Dialect as SqlDialect

from entrepot.connections.spec import Database, Dialect, Target

URL_OPTIONS = (
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslcrl",
    "sslnegotiation",
    "channel_binding",
    "gssencmode",
    "target_session_attrs",
)


def sql_dialect() -> SqlDialect:
    """Return what compiles our statements: `$1` in place of values, no `%` doubled."""
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

    dialect: SqlDialect = PGDialect_psycopg(  # type: ignore[no-untyped-call]
        paramstyle="numeric_dollar"
    )
    # Learnt from a server at connecting, which this one never does: backslashes are
    # plain in PostgreSQL's strings, and `pool` keeps them so.
    dialect._backslash_escapes = False  # type: ignore[attr-defined]
    return dialect


def open_database(target: Target) -> Database:
    """Open the pool; the first use connects."""
    from entrepot.connections.dialects.postgresql.database import PostgreSQL

    return PostgreSQL(target)


DIALECT = Dialect(
    name="postgresql",
    summary="PostgreSQL 12 or later.",
    example="postgresql://reader:password@db.example.org:5432/shop?sslmode=require",
    is_file=False,
    sql=sql_dialect,
    open=open_database,
    schemes=("postgres",),
    url_options=URL_OPTIONS,
)
