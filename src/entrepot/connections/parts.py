"""The dialects there are."""

from __future__ import annotations

from functools import cache

from sqlalchemy.engine import Dialect as SqlDialect

from entrepot.base.registry import Registry
from entrepot.connections.spec import Dialect

DIALECTS: Registry[Dialect] = Registry(
    "dialect", "entrepot.connections.dialects", "DIALECT"
)


@cache
def sql_dialect(name: str) -> SqlDialect:
    """Return the SQLAlchemy dialect that compiles table reads for a dialect of ours."""
    return DIALECTS.get(name).sql()
