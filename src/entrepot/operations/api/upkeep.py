"""`/api/database/migrations` and `/api/database/backups`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from entrepot.base.errors import Conflict, Missing, TooMuch, Unavailable
from entrepot.operations.api.blueprint import bp
from entrepot.operations.backups import keeping
from entrepot.operations.backups.keeping import Backup
from entrepot.operations.backups.now import back_up_now
from entrepot.operations.migrations.status import MigrationStatus, migration_status
from entrepot.web.routes import Doc, current_house, route

EXAMPLE = {"name": "backup_20260131_060000.db"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBackup:
    """A backup to make."""

    description: Annotated[
        str,
        Meta(
            max_length=keeping.LONGEST_DESCRIPTION,
            description="What people should know of it: one line.",
        ),
    ] = ""


@route(
    bp,
    "GET",
    "/api/database/migrations",
    Doc(role="admin", via=("token",), data=MigrationStatus, errors=(Unavailable,)),
)
def list_migrations() -> MigrationStatus:
    """Show which migrations are applied and which are pending.

    They are applied by `entrepot db migrate`.
    """
    return migration_status(current_house())


@route(
    bp,
    "GET",
    "/api/database/backups",
    Doc(role="admin", via=("token",), data=list[Backup]),
)
def list_backups() -> list[Backup]:
    """List the backups in ENTREPOT_HOME/backups, newest first."""
    return keeping.list_backups(current_house())


@route(
    bp,
    "POST",
    "/api/database/backups",
    Doc(
        role="admin",
        via=("token",),
        body=NewBackup,
        data=Backup,
        status=201,
        errors=(Missing, Conflict, TooMuch, Unavailable),
    ),
)
def add_backup(body: NewBackup) -> Backup:
    """Back the database up, and answer when the backup passed its drill.

    Above a size (ENTREPOT_OPERATIONS_BACKUP_NOW_BYTES) the command is the way.
    """
    return back_up_now(current_house(), description=body.description)


@route(
    bp,
    "GET",
    "/api/database/backups/<name:name>",
    Doc(role="admin", via=("token",), data=Backup, path_examples=EXAMPLE),
)
def get_backup(name: str) -> Backup:
    """Show one backup, as its manifest tells of it."""
    return keeping.get_backup(current_house(), name)


@route(
    bp,
    "GET",
    "/api/database/backups/<name:name>/verify",
    Doc(
        role="admin",
        via=("token",),
        data=Backup,
        errors=(Unavailable,),
        path_examples=EXAMPLE,
    ),
)
def verify_backup(name: str) -> Backup:
    """Read a backup whole and compare it with its manifest: size, hash, rows."""
    found = keeping.get_backup(current_house(), name)
    return keeping.verify_backup(Path(found.path))


@route(
    bp,
    "DELETE",
    "/api/database/backups/<name:name>",
    Doc(role="admin", via=("token",), data=Backup, path_examples=EXAMPLE),
)
def remove_backup(name: str) -> Backup:
    """Remove a backup and its manifest."""
    return keeping.remove_backup(current_house(), name)
