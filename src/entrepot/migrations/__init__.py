"""The history of our database's schema, and the way from one step to the next."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.store import Model, Store
from entrepot.rooms import ROOMS

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent


def import_models() -> type[Model]:
    """Import every room's models, so that the metadata is complete."""
    for room in ROOMS:
        if find_spec(f"entrepot.{room.name}.models"):
            import_module(f"entrepot.{room.name}.models")
    return Model


def config() -> Config:
    """Return Alembic's configuration; there is no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return config


def upgrade(store: Store, revision: str = "head") -> None:
    """Bring the schema up to a revision; nothing is done when it is there."""
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    alembic = config()
    with store.engine.connect() as connection:
        # The write lock of BEGIN IMMEDIATE holds back other processes that start now.
        current = MigrationContext.configure(connection).get_current_heads()
        if set(current) == set(ScriptDirectory.from_config(alembic).get_heads()):
            return
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, revision)
        connection.commit()
