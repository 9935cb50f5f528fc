"""DuckDB's own files, and files of Parquet, CSV or JSON, alone or as a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.connections.spec import Database, Dialect, Target

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect as SqlDialect


def sql_dialect() -> SqlDialect:
    """Return what compiles our statements: DuckDB's SQL is close to PostgreSQL's."""
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

    dialect: SqlDialect = PGDialect_psycopg(  # type: ignore[no-untyped-call]
        paramstyle="numeric_dollar"
    )
    # Backslashes are plain in DuckDB's strings; SQLAlchemy would ask a server.
    dialect._backslash_escapes = False  # type: ignore[attr-defined]
    return dialect


def open_database(target: Target) -> Database:
    """Open lazily: the file is looked at when it is first used."""
    from entrepot.connections.dialects.duckdb.database import DuckDB

    return DuckDB(target)


DIALECT = Dialect(
    name="duckdb",
    summary="DuckDB files, and files of Parquet, CSV or JSON as tables.",
    example="duckdb:////srv/files/shop.duckdb",
    is_file=True,
    sql=sql_dialect,
    open=open_database,
    schemes=("parquet", "csv", "json"),
    suffixes=(".duckdb", ".ddb", ".parquet", ".csv", ".tsv", ".json", ".ndjson"),
)
