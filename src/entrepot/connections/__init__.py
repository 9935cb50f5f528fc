"""Room: databases people register, and rows out of them."""

from entrepot.connections.errors import GivenBySetting, NameTaken, OutsideRoots
from entrepot.connections.events import ConnectionAdded, ConnectionRemoved
from entrepot.connections.filters import OPERATORS, read_query
from entrepot.connections.parts import DIALECTS, sql_dialect
from entrepot.connections.query import (
    Condition,
    Order,
    StatementSource,
    TableQuery,
)
from entrepot.connections.registry import Registered
from entrepot.connections.select import count_rows, has_key, select_rows
from entrepot.connections.service import (
    add_connection,
    get_connection,
    get_target,
    list_connections,
    open_database,
    open_target,
    remove_connection,
    test_connection,
    try_url,
)
from entrepot.connections.sources import query_source, table_source
from entrepot.connections.spec import (
    Column,
    Database,
    Dialect,
    ForeignKey,
    Greeting,
    Index,
    Schema,
    Statement,
    Structure,
    Table,
    Target,
)

__all__ = [
    "DIALECTS",
    "OPERATORS",
    "Column",
    "Condition",
    "ConnectionAdded",
    "ConnectionRemoved",
    "Database",
    "Dialect",
    "ForeignKey",
    "GivenBySetting",
    "Greeting",
    "Index",
    "NameTaken",
    "Order",
    "OutsideRoots",
    "Registered",
    "Schema",
    "Statement",
    "StatementSource",
    "Structure",
    "Table",
    "TableQuery",
    "Target",
    "add_connection",
    "count_rows",
    "get_connection",
    "get_target",
    "has_key",
    "list_connections",
    "open_database",
    "open_target",
    "query_source",
    "read_query",
    "remove_connection",
    "select_rows",
    "sql_dialect",
    "table_source",
    "test_connection",
    "try_url",
]
