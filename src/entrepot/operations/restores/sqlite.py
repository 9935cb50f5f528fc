"""Put a copy of a backup in the place of a SQLite file."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from entrepot.base.errors import EntrepotError
from entrepot.base.files import publish_path, sync
from entrepot.base.times import now
from entrepot.operations.backups import sqlite as backup_sqlite
from entrepot.operations.backups.keeping import sha256_of
from entrepot.operations.backups.manifest import Manifest, new_manifest, write_manifest
from entrepot.operations.errors import BackupDamaged, DatabaseInUse

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file; it belongs to the one before."""


def replace(backup: Path, manifest: Manifest, file: Path) -> str:
    """Put a copy of the backup in the file's place; return where the old one is.

    At every moment there is a whole database under the name: the old or the new one.

    Raises:
        BackupDamaged: The copy is not what the manifest says.
        DatabaseInUse: Another process has the database open.
    """
    aside = ""
    with publish_path(file) as copy:
        if backup_sqlite.restore_copy(backup, copy) != manifest.sha256:
            raise BackupDamaged(f"{backup} changed while it was read")
        if backup_sqlite.look_through(copy) != manifest.contents:
            raise BackupDamaged(f"{backup} does not hold what its manifest tells of")
        if file.exists():
            aside = str(_set_aside(file))
    return aside


def _set_aside(file: Path) -> Path:
    is_sound = _settle(file)
    name = f"{file.name}.pre-restore-{now():%Y%m%d_%H%M%S}"
    aside, again = file.with_name(name), 1
    while aside.exists():
        again += 1
        aside = file.with_name(f"{name}_{again}")
    os.link(file, aside)  # the name `file` is never without a database
    for ending in BESIDE:
        beside = file.with_name(file.name + ending)
        if beside.exists():
            os.replace(beside, aside.with_name(aside.name + ending))
    sync(file.parent)
    if is_sound:
        _describe(aside)
    return aside


def _settle(file: Path) -> bool:
    """Have SQLite put everything into the one file; tell whether it is sound."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None, timeout=2)) as last:
            mode = last.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise _in_use(file) from error
        return False
    except sqlite3.DatabaseError:
        return False  # it may be why somebody restores
    if mode != "delete":
        raise _in_use(file)
    return True


def _in_use(file: Path) -> DatabaseInUse:
    return DatabaseInUse(
        f"another process has {file} open", hint="end it, then restore again"
    )


def _describe(aside: Path) -> None:
    """Write a manifest, so that the old database can be restored as well."""
    try:
        contents = backup_sqlite.look_through(aside)
    except EntrepotError:
        return
    manifest = new_manifest(
        database="sqlite",
        contents=contents,
        size_bytes=aside.stat().st_size,
        sha256=sha256_of(aside),
        drill="decoded",
        description="as it was before a restore",
    )
    write_manifest(aside, manifest)
