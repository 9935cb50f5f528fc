"""Move the schema of our database forward and back, and tell where it stands."""

from __future__ import annotations

import time
from dataclasses import dataclass

from entrepot.base.acting import current
from entrepot.base.derived import DERIVED
from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.base.secrets import secret_key
from entrepot.base.store import Store
from entrepot.operations import settings as knobs
from entrepot.operations.errors import WouldLoseData
from entrepot.operations.events import (
    RollbackBegan,
    SchemaMigrated,
    SchemaRolledBack,
)
from entrepot.operations.migrations import book
from entrepot.operations.migrations.files import Step, find_number, folders
from entrepot.operations.migrations.losses import losses_of
from entrepot.operations.migrations.start import read_connection, refuse_newer
from entrepot.operations.migrations.steps import History
from entrepot.operations.migrations.turn import turn
from entrepot.operations.upkeep.telling import tell
from entrepot.operations.upkeep.trouble import explained


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a move would do.

    Attributes:
        losses: What it may lose, a sentence each; nothing is done before somebody
            agrees to it.
        is_first: There is nothing in the database yet.
    """

    steps: list[Step]
    losses: list[str]
    is_first: bool = False

    @property
    def versions(self) -> tuple[str, ...]:
        """Return the versions, in the order they are moved."""
        return tuple(step.version for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a move did; `backup` is the file it made before, if it made one."""

    versions: tuple[str, ...]
    current_version: str | None
    backup: str = ""


def plan_migration(house: House, target: str = "") -> Plan:
    """Return what `migrate` would apply, and what that may lose.

    Raises:
        UnknownName: There is no such target.
        SchemaNewer, BrokenMigration: As `migrate`.
    """
    history = History(folders(house.home))
    with explained(house.store):
        return _plan_up(house.store, history, target)


def migrate(
    house: House, *, target: str = "", by: str = "", accept_losses: bool = False
) -> Moved:
    """Apply what is pending, up to `target`, each step in a transaction of its own.

    Processes take turns. A verified backup comes first, unless there is nothing in
    the database or MIGRATION_BACKUP_BEFORE_UPGRADE is off.

    Raises:
        WouldLoseData: A step may lose data, and `accept_losses` is not said.
        MigrationFailed: A step failed: it left nothing, the ones before it stay.
        BrokenMigration: A file cannot be used.
        SchemaNewer: The database knows steps that are not there.
    """
    secret_key(house.settings)  # the record of it is signed: without a key, not begun
    by, began, backup = by or current().name, time.monotonic(), ""
    history = History(folders(house.home))
    with explained(house.store), turn(house.store):
        plan = _plan_up(house.store, history, target)
        _refuse_losses(plan, accept_losses, "entrepot db migrate --yes")
        if plan.steps and not plan.is_first:
            backup = _back_up_before(house, plan)
        for step in plan.steps:
            history.take(house.store.engine, step, by=by)
        if plan.steps:
            _derive(house, history)
    if plan.steps:
        seconds = time.monotonic() - began
        tell(house, SchemaMigrated(versions=plan.versions, by=by, seconds=seconds))
    return _moved(house.store, history, plan, backup)


def _derive(house: House, history: History) -> None:
    """Let the rooms make what only this program keeps beside older rows."""
    with read_connection(house.store) as connection:
        is_newest = not history.pending(book.read_heads(connection))
    if is_newest:
        with house.store.session() as session:
            for make in DERIVED.values():
                make(session)


def plan_rollback(house: House, target: str) -> Plan:
    """Return what `roll_back` would take back, and what that may lose."""
    history = History(folders(house.home))
    with explained(house.store):
        return _plan_down(house.store, history, target)


def roll_back(
    house: House, target: str, *, by: str = "", accept_losses: bool = False
) -> Moved:
    """Take back everything above `target`, newest first; the target itself stays.

    Raises:
        WouldLoseData, MigrationFailed, BrokenMigration, SchemaNewer: As `migrate`.
        UnknownName: There is no such target.
    """
    by = by or current().name
    history = History(folders(house.home))
    with explained(house.store), turn(house.store):
        plan = _plan_down(house.store, history, target)
        _refuse_losses(plan, accept_losses, f"entrepot db rollback {target} --yes")
        if plan.steps:
            tell(house, RollbackBegan(versions=plan.versions, by=by))
        for step in plan.steps:
            history.take_back(house.store.engine, step, by=by)
    if plan.steps:
        tell(house, SchemaRolledBack(versions=plan.versions, by=by))
    return _moved(house.store, history, plan, "")


def migration_sql(house: House, target: str = "") -> str:
    """Return the SQL of what is pending, for the database's own dialect.

    Raises:
        Invalid: A step can only be told by running it.
    """
    history = History(folders(house.home))
    with explained(house.store):
        plan = _plan_up(house.store, history, target)
        sql = history.offline_sql(
            plan.steps, house.store.engine.dialect.name, down=False
        )
    if sql is None:
        raise Invalid(
            "this cannot be written as SQL: a step copies a table or reads from it",
            hint="`entrepot db migrate --rehearse` shows on a copy what it does",
        )
    return sql


def _plan_up(store: Store, history: History, target: str) -> Plan:
    up_to = find_number(target, history.steps) if target else None
    with read_connection(store) as connection:
        heads = book.read_heads(connection)
        is_first = not heads and book.is_empty(connection)
    refuse_newer(heads, history.steps)
    steps = history.pending(heads, up_to)
    losses = [] if is_first else losses_of(history, steps, store.engine.dialect)
    return Plan(steps=steps, losses=losses, is_first=is_first)


def _plan_down(store: Store, history: History, target: str) -> Plan:
    stays = find_number(target, history.steps)
    with read_connection(store) as connection:
        heads = book.read_heads(connection)
    refuse_newer(heads, history.steps)
    steps = history.beyond(heads, stays)
    losses = losses_of(history, steps, store.engine.dialect, down=True)
    return Plan(steps=steps, losses=losses)


def _refuse_losses(plan: Plan, accept_losses: bool, command: str) -> None:
    if plan.losses and not accept_losses:
        raise WouldLoseData(
            "; ".join(plan.losses),
            hint=f"if that is meant: `{command}`",
            losses=plan.losses,
        )


def _back_up_before(house: House, plan: Plan) -> str:
    if not house.settings[knobs.BACKUP_BEFORE_UPGRADE]:
        return ""
    from entrepot.operations.backups.keeping import back_up

    return str(back_up(house, description=f"before migration {plan.versions[-1]}").path)


def _moved(store: Store, history: History, plan: Plan, backup: str) -> Moved:
    with read_connection(store) as connection:
        applied = history.applied(book.read_heads(connection))
    return Moved(
        versions=plan.versions,
        current_version=applied[-1].version if applied else None,
        backup=backup,
    )
