"""The dialects there are, and databases opened by them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from entrepot.base.registry import Registry
from entrepot.connections.spec import Database, Dialect, Target
from entrepot.connections.watched import watched

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect as SqlDialect

DIALECTS: Registry[Dialect] = Registry(
    "dialect", "entrepot.connections.dialects", "DIALECT"
)


@cache
def sql_dialect(name: str) -> SqlDialect:
    """Return the SQLAlchemy dialect that compiles table reads for a dialect of ours."""
    return DIALECTS.get(name).sql()


def open_target(target: Target) -> Database:
    """Open a database's pool; the first use connects."""
    return watched(DIALECTS.get(target.dialect).open(target), target)
