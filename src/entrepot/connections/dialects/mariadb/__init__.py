"""MariaDB, through PyMySQL: every read is one prepared statement that can only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.connections.spec import Database, Dialect, Target

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect as SqlDialect

URL_OPTIONS = ("ssl_mode", "ssl_ca", "ssl_cert", "ssl_key")


def open_database(target: Target) -> Database:
    """Open the pool; the first use connects."""
    from entrepot.connections.dialects.mariadb.database import MariaDB

    return MariaDB(target)


def sql_dialect() -> SqlDialect:
    """Return what compiles our table reads, with `?` in place of values."""
    from entrepot.connections.dialects.mariadb.compiler import MariaDBSql

    return MariaDBSql()


DIALECT = Dialect(
    name="mariadb",
    summary="MariaDB 10.5 or later; MySQL 8 speaks the same, and is not tested.",
    example="mariadb://reader:password@db.example.org:3306/shop?ssl_mode=required",
    is_file=False,
    sql=sql_dialect,
    open=open_database,
    schemes=("mysql",),
    url_options=URL_OPTIONS,
)
