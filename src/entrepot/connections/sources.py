"""Row sources on registered databases: a table with its filters, or a SELECT."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.connections.filters import read_query
from entrepot.connections.parts import sql_dialect
from entrepot.connections.query import StatementSource, TableQuery
from entrepot.connections.select import count_rows, select_rows
from entrepot.connections.service import get_target, open_database
from entrepot.connections.spec import Database, Statement, Structure

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect as SqlDialect


def table_source(
    house: House,
    connection: str,
    schema: str,
    table: str,
    *,
    columns: str = "",
    where: Sequence[str] = (),
    order_by: str = "",
    limit: int | None = None,
) -> StatementSource:
    """Return a table's rows; the texts are as they stand in addresses.

    Args:
        schema: Empty for the only one, or the one people mean by default.

    Raises:
        NotThere: No such connection, schema or table.
        Invalid: A column, operator or value is wrong.
    """
    target, database = get_target(house, connection), open_database(house, connection)
    structure = database.describe(schema or default_schema(database), table)
    query = read_query(
        structure, columns=columns, where=where, order_by=order_by, limit=limit
    )
    sql = sql_dialect(target.dialect)
    statement = select_rows(sql, structure, query, is_page=False)
    return StatementSource(
        target=target,
        statement=statement,
        title=table,
        database=database,
        estimated_rows=None if where else _least(structure.table.row_count, limit),
        table_type=structure.table.type,
        count=_count(structure, query, sql),
    )


def _count(
    structure: Structure, query: TableQuery, sql: SqlDialect
) -> Statement | None:
    """Return what counts the rows of a table of which no statistics are kept."""
    table = structure.table
    is_known = table.row_count is not None or query.limit is not None
    return (
        None if is_known or table.type != "table" else count_rows(sql, structure, query)
    )


def _least(*known: int | None) -> int | None:
    return min((n for n in known if n is not None), default=None)


def query_source(
    house: House, connection: str, sql: str, params: Sequence[object] = ()
) -> StatementSource:
    """Return the rows of a person's SELECT, to be read behind the wall."""
    return StatementSource(
        target=get_target(house, connection),
        statement=Statement(sql=sql, params=params),
        title="query",
        database=open_database(house, connection),
    )


def default_schema(database: Database) -> str:
    """Return the schema meant when none is named: the only one, `main` or `public`.

    Raises:
        Invalid: There are several, none of them the usual one.
    """
    names = [schema.name for schema in database.list_schemas()]
    usual = [name for name in names if name in ("main", "public")]
    if len(names) != 1 and len(usual) != 1:
        raise Invalid("name a schema", hint=f"one of {', '.join(names)}", known=names)
    return (usual or names)[0]
