"""The history of our database's schema, and the models it has to agree with."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from entrepot.base.store import Model, Store
from entrepot.operations.migrate_start import ensure
from entrepot.rooms import ROOMS


def import_models() -> type[Model]:
    """Import every room's models, so that the metadata is complete."""
    for room in ROOMS:
        if find_spec(f"entrepot.{room.name}.models"):
            import_module(f"entrepot.{room.name}.models")
    return Model


def upgrade(store: Store) -> None:
    """Take every step that comes with the program; for tools that have no house.

    Raises:
        SchemaNewer: The database is newer than this program.
        Invalid: The address is wrong, or the file cannot be written.
        Unavailable: The database server cannot be reached now.
    """
    from entrepot.operations.migrate_start import upgrade_store

    upgrade_store(store)


__all__ = ["ensure", "import_models", "upgrade"]
