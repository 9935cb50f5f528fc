"""Room: databases people register, and rows out of them."""

from entrepot.connections.filters import OPERATORS, read_query
from entrepot.connections.query import (
    Condition,
    Order,
    StatementSource,
    TableQuery,
)
from entrepot.connections.select import count_rows, has_key, select_rows
from entrepot.connections.service import DIALECTS, open_target, sql_dialect
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
    "Database",
    "Dialect",
    "ForeignKey",
    "Greeting",
    "Index",
    "Order",
    "Schema",
    "Statement",
    "StatementSource",
    "Structure",
    "Table",
    "TableQuery",
    "Target",
    "count_rows",
    "has_key",
    "open_target",
    "read_query",
    "select_rows",
    "sql_dialect",
]
