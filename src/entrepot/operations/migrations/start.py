"""What a start asks of the schema: is it ours, is it up to date, may we change it."""

from __future__ import annotations

import time

from sqlalchemy import Connection

from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.secrets import secret_key
from entrepot.base.store import Store
from entrepot.operations import settings as knobs
from entrepot.operations.errors import MigrationsPending, SchemaNewer
from entrepot.operations.events import SchemaMigrated
from entrepot.operations.migrations import book
from entrepot.operations.migrations.files import (
    Step,
    folders,
    list_steps,
)
from entrepot.operations.migrations.turn import turn
from entrepot.operations.upkeep.presence import be_present
from entrepot.operations.upkeep.trouble import explained


def ensure(house: House) -> None:
    """Let a start go on only with the schema this program knows.

    An empty database gets it at once. Processes that start at once take turns: the
    first one does the work.

    Raises:
        MigrationsPending: It is older, and MIGRATION_AUTO_UPGRADE is off.
        SchemaNewer: It is newer than this program.
        Invalid: The address is wrong, or the file cannot be written.
        Unavailable: The database server cannot be reached now.
    """
    steps = list_steps(folders(house.home))
    with explained(house.store):
        be_present(house)
        if is_current(house.store, steps):
            return
        with turn(house.store):
            is_empty, pending = _what_is_left(house, steps)
            if is_empty:
                _fill(house, pending)
                return
    if pending and house.settings[knobs.AUTO_UPGRADE]:
        from entrepot.operations.migrations.moves import migrate

        migrate(house, by="start")
    elif pending:
        listed = ", ".join(pending)
        raise MigrationsPending(
            f"the database lacks {len(pending)} of this program's migrations: {listed}",
            hint="run `entrepot db migrate`, which makes a backup first; "
            "MIGRATION_AUTO_UPGRADE=true does so at the start",
            pending=pending,
        )


def is_current(store: Store, steps: list[Step]) -> bool:
    """Tell whether every step is applied; asked at every start, so without Alembic.

    Raises:
        SchemaNewer: The database knows steps that are not there.
    """
    with read_connection(store) as connection:
        heads = book.read_heads(connection)
        refuse_newer(heads, steps)
        history = book.read_history(connection)
    told = {entry.version for entry in history if not entry.is_rolled_back}
    return bool(heads) and told == {step.version for step in steps}


def refuse_newer(heads: set[str], steps: list[Step]) -> None:
    """Leave a schema alone that another program made.

    Raises:
        SchemaNewer: There is a step that we do not know.
    """
    for version in sorted(heads - {step.version for step in steps}):
        raise SchemaNewer(
            f"the database is at step {version}, which this program does not know",
            hint="start the newer version of Entrepôt that made it, or restore a "
            "backup of before",
        )


def read_connection(store: Store) -> Connection:
    """Return a connection that waits for no writer; close it."""
    return store.engine.execution_options(is_read=True).connect()


def _what_is_left(house: House, steps: list[Step]) -> tuple[bool, list[str]]:
    """Tell whether there is nothing at all, and which steps are pending."""
    from entrepot.operations.migrations.steps import History

    history = History(folders(house.home))
    with house.store.engine.connect() as connection:
        heads = book.read_heads(connection)
        refuse_newer(heads, steps)
        book.note_applied(connection, history.applied(heads), {})
        connection.commit()
        pending = [step.version for step in history.pending(heads)]
        return not heads and book.is_empty(connection), pending


def _fill(house: House, pending: list[str]) -> None:
    from entrepot.operations.migrations.steps import History

    secret_key(house.settings)  # the record of it is signed: without a key, not begun
    began = time.monotonic()
    history = History(folders(house.home))
    for version in pending:
        history.take(house.store.engine, history.by_version[version], by="start")
    seconds = time.monotonic() - began
    with house.store.session():
        emit(SchemaMigrated(versions=tuple(pending), by="start", seconds=seconds))
