"""What the database says of its own schema: Alembic's heads, and the history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, insert, inspect, select, text, update

from entrepot.base.times import now
from entrepot.operations.migrations.files import Step
from entrepot.operations.migrations.models import MigrationHistory

HEADS = "alembic_version"
BOOKS = {HEADS, "migration_history"}
"""Tables that tell of the schema and hold nobody's data."""

HISTORY: Table = MigrationHistory.__table__  # type: ignore[assignment]  # it is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One application of a step.

    Attributes:
        duration_ms: None where it was found applied and not seen.
    """

    version: str
    description: str
    applied_at: datetime
    checksum: str
    applied_by: str | None = None
    duration_ms: int | None = None
    rollback_sql: str | None = None
    is_rolled_back: bool = False
    rolled_back_at: datetime | None = None
    rolled_back_by: str | None = None


def read_heads(connection: Connection) -> set[str]:
    """Return the newest steps applied, one of each branch; none in a new database."""
    if not inspect(connection).has_table(HEADS):
        return set()
    return set(connection.scalars(text(f"SELECT version_num FROM {HEADS}")))


def read_history(connection: Connection) -> list[Entry]:
    """Return every entry, oldest first; none where there is no history yet."""
    if not inspect(connection).has_table(HISTORY.name):
        return []
    columns = [HISTORY.c[name] for name in Entry.__dataclass_fields__]
    rows = connection.execute(select(*columns).order_by(HISTORY.c.id)).mappings()
    return [Entry(**row) for row in rows]


def is_empty(connection: Connection) -> bool:
    """Tell whether there is no table but our books."""
    return set(inspect(connection).get_table_names()) <= BOOKS


def note_applied(
    connection: Connection, applied: Iterable[Step], seen: dict[str, Entry]
) -> None:
    """Write an entry for each applied step that has none, if there is a history.

    Args:
        seen: Entries of steps that were taken before there was a history.
    """
    inspect(connection).clear_cache()
    if not inspect(connection).has_table(HISTORY.name):
        return
    told = {e.version for e in read_history(connection) if not e.is_rolled_back}
    for step in applied:
        if step.version not in told:
            entry = seen.get(step.version) or found(step)
            values = {n: getattr(entry, n) for n in Entry.__dataclass_fields__}
            connection.execute(insert(HISTORY).values(**values))


def found(step: Step) -> Entry:
    """Return the entry of a step that was applied while nobody kept a history."""
    return Entry(
        version=step.version,
        description=step.description,
        applied_at=now(),
        checksum=step.checksum,
    )


def note_rolled_back(connection: Connection, step: Step, *, by: str) -> None:
    """Mark the step's entry as taken back, if there is a history."""
    if inspect(connection).has_table(HISTORY.name):
        connection.execute(
            update(HISTORY)
            .where(HISTORY.c.version == step.version, ~HISTORY.c.is_rolled_back)
            .values(is_rolled_back=True, rolled_back_at=now(), rolled_back_by=by)
        )
