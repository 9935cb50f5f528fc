"""Put a backup in our database's place; the one before is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from entrepot.base.house import House
from entrepot.base.secrets import secret_key
from entrepot.jobs import abandon_jobs
from entrepot.operations.backups import keeping as backup
from entrepot.operations.backups.manifest import Manifest, read_manifest
from entrepot.operations.backups.postgresql import Server
from entrepot.operations.errors import NotOurBackup, SchemaNewer
from entrepot.operations.events import DatabaseRestored
from entrepot.operations.migrations.files import folders, list_steps
from entrepot.operations.migrations.turn import turn
from entrepot.operations.restores import postgresql as restore_postgresql
from entrepot.operations.restores import sqlite as restore_sqlite
from entrepot.operations.upkeep.info import count_rows
from entrepot.operations.upkeep.presence import alone
from entrepot.operations.upkeep.telling import tell
from entrepot.operations.upkeep.trouble import explained


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePlan:
    """What a restore would replace.

    Attributes:
        now: Rows by table of the database as it is; empty where it cannot be read.
        then: Rows by table of the backup.
    """

    manifest: Manifest
    now: dict[str, int]
    then: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did.

    Attributes:
        kept_aside: The file with the database as it was before; empty if there was
            none.
    """

    path: str
    sha256: str
    kept_aside: str
    tables: dict[str, int]


def plan_restore(house: House, path: Path) -> RestorePlan:
    """Check a backup whole, and return what it would replace; nothing is touched.

    Raises:
        Missing, NotOurBackup, BackupDamaged: As `verify_backup`.
        NotOurBackup: It is of the other kind of database.
        SchemaNewer: This program does not know its schema.
    """
    manifest = _checked(house, path)
    with explained(house.store):
        now = count_rows(house.store)
    return RestorePlan(manifest=manifest, now=now, then=manifest.contents.tables)


def restore(house: House, path: Path) -> Restored:
    """Put a backup in our database's place.

    A SQLite file stays beside it as `….pre-restore-<time>`; of a PostgreSQL database
    a verified backup is made first, and the change is one transaction. An older
    schema stays as it is: `migrate` brings it forward. Jobs that were not over then
    are cancelled: what they were about may be done, or gone.

    Raises:
        DatabaseInUse: A server or a command of this home runs, or another process
            holds the database.
        Missing, NotOurBackup, BackupDamaged, SchemaNewer: As `plan_restore`.
    """
    secret_key(house.settings)  # the record of it is signed: without a key, not begun
    house.shelf.drop("presence")  # our own use ends with this
    with alone(house), explained(house.store):
        manifest = _checked(house, path)
        aside = _replace(house, path, manifest)
        abandon_jobs(house, "our database was restored from a backup")
    tell(
        house,
        DatabaseRestored(
            file=str(path.absolute()), sha256=manifest.sha256, kept_aside=aside
        ),
    )
    return Restored(
        path=str(path.absolute()),
        sha256=manifest.sha256,
        kept_aside=aside,
        tables=manifest.contents.tables,
    )


def _replace(house: House, path: Path, manifest: Manifest) -> str:
    if manifest.database == "sqlite":
        house.store.close()
        with turn(house.store):
            file = Path(house.store.url.database or "")
            return restore_sqlite.replace(path, manifest, file)
    server = Server(house.store.engine)
    house.store.close()  # connections of ours would look like those of others
    with turn(house.store):
        return restore_postgresql.replace(house, server, path, manifest)


def _checked(house: House, path: Path) -> Manifest:
    backup.verify_backup(path)
    manifest = read_manifest(path)
    ours = house.store.url.get_backend_name()
    if manifest.database != ours:
        raise NotOurBackup(
            f"{path} is of a {manifest.database} database, ours is {ours}",
            hint="set DATABASE_URL to a database of that kind",
        )
    known = {step.version for step in list_steps(folders(house.home))}
    for version in manifest.contents.heads:
        if version not in known:
            raise SchemaNewer(
                f"{path} is at step {version}, which this program does not know",
                hint=f"it was made by Entrepôt {manifest.version}: start that or newer",
            )
    return manifest
