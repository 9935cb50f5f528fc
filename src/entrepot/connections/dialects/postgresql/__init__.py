"""PostgreSQL, through psycopg 3: every read is one statement that can only read."""

from __future__ import annotations

from entrepot.base.dollar_sql import dollar_dialect
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


def open_database(target: Target) -> Database:
    """Open the pool; the first use connects."""
    from entrepot.connections.dialects.postgresql.database import PostgreSQL

    return PostgreSQL(target)


DIALECT = Dialect(
    name="postgresql",
    summary="PostgreSQL 12 or later.",
    example="postgresql://reader:password@db.example.org:5432/shop?sslmode=require",
    is_file=False,
    sql=dollar_dialect,
    open=open_database,
    schemes=("postgres",),
    url_options=URL_OPTIONS,
)
