"""Room: databases people register, and rows out of them."""

from entrepot.connections.query import (
    Condition,
    Order,
    StatementSource,
    TableQuery,
)
from entrepot.connections.service import DIALECTS, open_target
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
    "open_target",
]
