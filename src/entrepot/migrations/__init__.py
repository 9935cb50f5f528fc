"""The history of our database's schema, and the models it has to agree with."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from entrepot.base.store import Model
from entrepot.operations.migrations.start import ensure
from entrepot.rooms import ROOMS


def import_models() -> type[Model]:
    """Import every room's models, so that the metadata is complete."""
    for room in ROOMS:
        if find_spec(f"entrepot.{room.name}.models"):
            import_module(f"entrepot.{room.name}.models")
    return Model


__all__ = ["ensure", "import_models"]
