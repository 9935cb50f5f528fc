"""DuckDB's own files, and files of Parquet, CSV or JSON, alone or as a folder."""

from __future__ import annotations

from entrepot.base.dollar_sql import dollar_dialect
from entrepot.connections.spec import Database, Dialect, Target


def open_database(target: Target) -> Database:
    """Open lazily: the file is looked at when it is first used."""
    from entrepot.connections.dialects.duckdb.database import DuckDB

    return DuckDB(target)


DIALECT = Dialect(
    name="duckdb",
    summary="DuckDB files, and files of Parquet, CSV or JSON as tables.",
    example="duckdb:////srv/files/shop.duckdb",
    is_file=True,
    sql=dollar_dialect,
    open=open_database,
    schemes=("parquet", "csv", "json"),
    suffixes=(".duckdb", ".ddb", ".parquet", ".csv", ".tsv", ".json", ".ndjson"),
)
