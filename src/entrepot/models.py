"""The documents' nine entities: `from entrepot.models import User, Product`.

Each lives in its room, which is imported when an entity is asked for.
"""

from __future__ import annotations

from entrepot.base.store import Model as Base

ENTITIES = (
    "Category",
    "Configuration",
    "Icon",
    "Job",
    "Product",
    "ProductImage",
    "SyncHistory",
    "SystemLog",
    "User",
)


def __getattr__(name: str) -> object:
    if name in ENTITIES:
        from entrepot.migrations import import_models

        # Their relations name one another, so all are there before one is used.
        mappers = import_models().registry.mappers
        found = [m.class_ for m in mappers if m.class_.__name__ == name]
        if found:
            return found[0]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*ENTITIES, "Base"])


__all__ = ["Base", *ENTITIES]
