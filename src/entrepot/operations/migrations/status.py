"""Where the schema of our database stands, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from entrepot.base.house import House
from entrepot.operations.migrations import book
from entrepot.operations.migrations.files import Step, folders, list_steps, number_of
from entrepot.operations.migrations.start import read_connection
from entrepot.operations.upkeep.trouble import explained


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One step, as people look at it.

    Attributes:
        state: `unknown` is applied, but its file is not there.
        is_changed: The file is another than the one that was applied.
    """

    version: str
    description: str
    state: Literal["applied", "pending", "unknown"]
    applied_at: datetime | None = None
    applied_by: str | None = None
    duration_ms: int | None = None
    is_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationStatus:
    """Where the schema stands.

    Attributes:
        current_version: The highest step applied; null in a new database.
        rolled_back: Versions that were taken back, and are not applied now.
        missing_files: Applied, but the file is not there.
        changed_files: The file is another than the one that was applied.
        steps: Newest first.
    """

    total_migrations: int
    applied_migrations: int
    pending_migrations: int
    current_version: str | None
    applied_versions: list[str]
    pending_versions: list[str]
    rolled_back: list[str]
    missing_files: list[str]
    changed_files: list[str]
    steps: list[StepLine]


def migration_status(house: House) -> MigrationStatus:
    """Return where the schema stands, also of a database that is not ours yet.

    Raises:
        BrokenMigration: A file cannot be used.
        Invalid, Unavailable: The database cannot be opened.
    """
    steps = list_steps(folders(house.home))
    with explained(house.store), read_connection(house.store) as connection:
        heads, entries = book.read_heads(connection), book.read_history(connection)
    live = {entry.version: entry for entry in entries if not entry.is_rolled_back}
    applied = _applied(house, steps, heads, set(live))
    lines = [_line(step, applied, live.get(step.version)) for step in steps]
    missing = sorted((heads | set(live)) - {s.version for s in steps}, key=number_of)
    lines += [_lost(version, live.get(version)) for version in missing]
    lines.sort(key=lambda line: number_of(line.version), reverse=True)
    return _summary(lines, entries, len(steps))


def _applied(
    house: House, steps: list[Step], heads: set[str], told: set[str]
) -> set[str]:
    """Return what is applied: the history says it, unless the heads say otherwise."""
    known = {step.version for step in steps}
    if heads and told == known and heads <= known:
        return told
    from entrepot.operations.migrations.steps import History

    history = History(folders(house.home))
    return {step.version for step in history.applied(heads)}


def _line(step: Step, applied: set[str], entry: book.Entry | None) -> StepLine:
    if step.version not in applied:
        return StepLine(
            version=step.version, description=step.description, state="pending"
        )
    return StepLine(
        version=step.version,
        description=step.description,
        state="applied",
        applied_at=entry.applied_at if entry else None,
        applied_by=entry.applied_by if entry else None,
        duration_ms=entry.duration_ms if entry else None,
        is_changed=entry is not None and entry.checksum != step.checksum,
    )


def _lost(version: str, entry: book.Entry | None) -> StepLine:
    return StepLine(
        version=version,
        description=entry.description if entry else "its file is not here",
        state="unknown",
        applied_at=entry.applied_at if entry else None,
        applied_by=entry.applied_by if entry else None,
        duration_ms=entry.duration_ms if entry else None,
    )


def _summary(
    lines: list[StepLine], entries: list[book.Entry], total: int
) -> MigrationStatus:
    upwards = lines[::-1]
    applied = [line.version for line in upwards if line.state != "pending"]
    pending = [line.version for line in upwards if line.state == "pending"]
    taken_back = {entry.version for entry in entries if entry.is_rolled_back}
    return MigrationStatus(
        total_migrations=total,
        applied_migrations=len(applied),
        pending_migrations=len(pending),
        current_version=applied[-1] if applied else None,
        applied_versions=applied,
        pending_versions=pending,
        rolled_back=sorted(taken_back - set(applied), key=number_of),
        missing_files=[line.version for line in upwards if line.state == "unknown"],
        changed_files=[line.version for line in upwards if line.is_changed],
        steps=lines,
    )
