"""What PostgreSQL itself counted of statements, where pg_stat_statements is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text as sql_text

from entrepot.base.house import House
from entrepot.base.rows import ReadOptions
from entrepot.connections import Statement, get_connection, open_database
from entrepot.watch.history.statements.shapes import shape_of
from entrepot.watch.history.statements.spec import Sort, StatementUse
from entrepot.watch.history.statements.store import OWN

READ_SECONDS = 5.0
HIDDEN = "<insufficient privilege>"
POSTGRESQL = "postgresql"

# https://www.postgresql.org/docs/15/pgstatstatements.html
_WHERE = """
SELECT n.nspname FROM pg_catalog.pg_extension AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_stat_statements'
"""
_ORDERS: Mapping[Sort, str] = {
    "total": "total_exec_time",
    "mean": "mean_exec_time",
    "max": "max_exec_time",
    "times": "calls",
}
_WANTED = """
SELECT query, calls, rows, total_exec_time, mean_exec_time, max_exec_time
FROM {schema}.pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
ORDER BY {order} DESC LIMIT {limit}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatements:
    """What a database tells of its statements, or why it does not.

    Attributes:
        problem: Empty where it does.
    """

    statements: list[StatementUse]
    problem: str = ""


def list_server_statements(
    house: House, connection: str, *, sort: Sort, limit: int
) -> ServerStatements:
    """Return what a server counted since its numbers were reset, by anybody.

    Raises:
        NotThere: There is no such connection.
        Unavailable, Refused: It does not answer, or not so.
    """
    dialect = _dialect_of(house, connection)
    if dialect != POSTGRESQL:
        return ServerStatements(
            statements=[], problem="only PostgreSQL counts its statements so"
        )
    schemas = _ask(house, connection, _WHERE)
    if not schemas:
        return ServerStatements(
            statements=[],
            problem="the extension pg_stat_statements is not in this database",
        )
    schema = str(schemas[0]["nspname"]).replace('"', '""')
    order = _ORDERS[sort]
    wanted = _WANTED.format(schema=f'"{schema}"', order=order, limit=int(limit))
    rows = _ask(house, connection, wanted)
    seen = [row for row in rows if row["query"] not in (None, HIDDEN)]
    return ServerStatements(statements=[_use(connection, row) for row in seen])


def can_tell(house: House, connection: str) -> bool:
    """Tell whether a connection is of a kind that counts its statements."""
    return _dialect_of(house, connection) == POSTGRESQL


def _dialect_of(house: House, connection: str) -> str:
    if connection == OWN:
        return house.store.url.get_backend_name()
    return get_connection(house, connection).dialect


def _ask(house: House, connection: str, sql: str) -> list[dict[str, object]]:
    if connection == OWN:
        with house.store.read_session() as session:
            limit = f"SET LOCAL statement_timeout = {int(READ_SECONDS * 1000)}"
            session.execute(sql_text(limit))
            return [dict(row) for row in session.execute(sql_text(sql)).mappings()]
    database = open_database(house, connection)
    options = ReadOptions(seconds=READ_SECONDS)
    with database.read(Statement(sql=sql), options) as stream:
        return [row for batch in stream.batches for row in batch.to_pylist()]


def _use(connection: str, row: Mapping[str, object]) -> StatementUse:
    times = int(str(row["calls"]))
    total = float(str(row["total_exec_time"]))
    return StatementUse(
        connection=connection,
        id="",
        sql=shape_of(str(row["query"]), POSTGRESQL)[1],
        times=times,
        failed=0,
        rows=int(str(row["rows"])),
        total_ms=total,
        mean_ms=float(str(row["mean_exec_time"])),
        max_ms=float(str(row["max_exec_time"])),
    )
