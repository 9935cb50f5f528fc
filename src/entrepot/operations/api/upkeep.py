"""`/api/database/migrations` and `/api/database/backups`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from flask import Response
from msgspec import Meta

from entrepot.base.errors import Conflict, Missing, TooMuch, Unavailable
from entrepot.operations.api.blueprint import bp
from entrepot.operations.backups import keeping
from entrepot.operations.backups.keeping import Backup
from entrepot.operations.backups.now import back_up_in_background, back_up_now
from entrepot.operations.migrations.status import MigrationStatus, migration_status
from entrepot.web.reply import Said, render
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
    background: Annotated[
        bool, Meta(description="Let a worker make it, and answer 202 with its job.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedJob:
    """The job that makes the backup, and where to ask how far it is."""

    id: str
    status_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupStarted:
    """A backup that will be made."""

    success: bool
    message: str
    data: StartedJob


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
        also={202: BackupStarted},
        errors=(Missing, Conflict, TooMuch, Unavailable),
    ),
)
def add_backup(body: NewBackup) -> Backup | Response:
    """Back the database up, and answer when the backup passed its drill.

    Above a size (ENTREPOT_OPERATIONS_BACKUP_NOW_BYTES) it is made with `background`,
    which any may be: then a worker makes it, and the job tells how far it is.
    """
    house = current_house()
    if not body.background:
        return back_up_now(house, description=body.description)
    id = back_up_in_background(house, description=body.description)
    started = StartedJob(id=id, status_url=f"/api/jobs/{id}")
    return render(Said(started, "A worker makes the backup"), status=202)


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
