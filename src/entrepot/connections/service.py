"""Open databases."""

from __future__ import annotations

from entrepot.base.registry import Registry
from entrepot.connections.spec import Database, Dialect, Target

DIALECTS: Registry[Dialect] = Registry(
    "dialect", "entrepot.connections.dialects", "DIALECT"
)


def open_target(target: Target) -> Database:
    """Open a database's pool; the first use connects."""
    return DIALECTS.get(target.dialect).open(target)
