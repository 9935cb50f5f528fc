from .errors import GivenBySetting, NameTaken, OutsideRoots
from .events import ConnectionAdded, ConnectionRemoved, ConnectionTested
from .filter_text import Filter, parse_filter
from .filters import OPERATORS, read_query
from .parts import DIALECTS, open_target, sql_dialect
from .query import (
    Condition,
    Order,
    StatementReader,
    StatementSource,
    TableQuery,
)
from .registry import Registered
from .select import count_rows, has_key, select_rows
from .service import (
    add_connection,
    get_connection,
    get_target,
    list_connections,
    open_database,
    remove_connection,
    test_connection,
    try_url,
)
from .sources import query_source, table_source
from .spec import (
    Column,
    Database,
    Dialect,
    ForeignKey,
    Greeting,
    Index,
    Reader,
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
    "ConnectionTested",
    "Database",
    "Dialect",
    "Filter",
    "ForeignKey",
    "GivenBySetting",
    "Greeting",
    "Index",
    "NameTaken",
    "Order",
    "OutsideRoots",
    "Reader",
    "Registered",
    "Schema",
    "Statement",
    "StatementReader",
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
    "parse_filter",
    "query_source",
    "read_query",
    "remove_connection",
    "select_rows",
    "sql_dialect",
    "table_source",
    "test_connection",
    "try_url",
]
