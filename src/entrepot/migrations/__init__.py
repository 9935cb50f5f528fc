"""The history of our database's schema, and the way from one step to the next."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.base.errors import Conflict
from entrepot.base.store import Model, Store
from entrepot.migrations.trouble import explained
from entrepot.rooms import ROOMS

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

HERE = Path(__file__).parent
TURN = 0x656E7472
"""Key of the PostgreSQL lock that migrating processes take."""


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
    """Bring the schema up to a revision; nothing is done when it is there.

    Processes that start at once take turns: the first one does the work.

    Raises:
        Conflict: The database is newer than this program.
        Invalid: The address is wrong, or the file cannot be written.
        Unavailable: The database server cannot be reached now.
    """
    with explained(store), store.engine.connect() as connection:
        _take_turn(connection)
        if _is_behind(connection):
            from alembic import command

            alembic = config()
            alembic.attributes["connection"] = connection
            command.upgrade(alembic, revision)
        connection.commit()


def _take_turn(connection: Connection) -> None:
    """Wait until no other process migrates, and hold the others back until commit."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
    # On SQLite the transaction began with BEGIN IMMEDIATE, which is the same.


def steps() -> list[str]:
    """Return the revision of every step, the newest last: its file begins with it."""
    files = (HERE / "versions").glob("[0-9]*_*.py")
    return sorted(path.name.partition("_")[0] for path in files)


def _is_behind(connection: Connection) -> bool:
    # Asked at every start, so without Alembic, which takes longer to import than this.
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("alembic_version"):
        return True
    at: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if at is not None and at not in steps():
        raise Conflict(
            f"the database is at step {at}, which this program does not know",
            hint="start the newer version of Entrepôt that made it, or restore a "
            "backup of before",
        )
    return at != steps()[-1]
