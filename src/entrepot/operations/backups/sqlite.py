"""Copies of a SQLite database: taken while writes go on, restored, looked through."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from entrepot.base.errors import EntrepotError, Missing, TooMuch
from entrepot.base.sqlite_copy import copy_file, open_file
from entrepot.base.stoppable import run_stoppable
from entrepot.jobs import QUEUE_TABLES
from entrepot.operations.backups.manifest import Contents
from entrepot.operations.backups.progress import Progress, silent
from entrepot.operations.errors import BackupBroke, BackupDamaged, NotOurBackup

HEADER = b"SQLite format 3\x00"
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC)
_CHUNK_BYTES = 1 << 20


def take(source: Path, target: Path, progress: Progress = silent) -> Contents:
    """Copy a database by SQLite's online backup; return what was in it.

    One read transaction holds for count and copy, so both are of the same moment,
    whatever others write meanwhile.

    Raises:
        Missing: There is no database.
        TooMuch: The disk is full.
    """
    if not source.is_file():
        raise Missing(f"there is no database at {source}")

    with _explained(source), closing(open_file(source)) as ours:
        progress("counting", 0, 0)
        ours.execute("BEGIN").close()
        contents = _contents(ours)
        # The file is synced whole before it gets its name.
        copy_file(ours, target, partial(progress, "copying"))
    return contents


def restore_copy(backup: Path, target: Path, progress: Progress = silent) -> str:
    """Write a backup's bytes to a file; return their SHA-256."""
    digest, total = hashlib.sha256(), backup.stat().st_size
    with backup.open("rb") as source, target.open("wb") as file:
        while chunk := source.read(_CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
            progress("restoring", file.tell(), total)
    return digest.hexdigest()


def look_through(file: Path, progress: Progress = silent) -> Contents:
    """Check every page and index of a database; return what is in it.

    Raises:
        NotOurBackup: It is no SQLite database, or none of ours.
        BackupDamaged: Its pages do not fit together.
    """
    with file.open("rb") as start:
        if start.read(len(HEADER)) != HEADER:
            raise NotOurBackup(f"{file} is no SQLite database")
    try:
        with closing(open_file(file, "?mode=ro&immutable=1")) as connection:
            contents = run_stoppable(
                lambda: _looked_through(file, connection),
                check=lambda: progress("checking", 0, 0),
                stop=connection.interrupt,
            )
    except sqlite3.Error as error:
        raise BackupDamaged(f"{file}: {error}") from error
    if "alembic_version" not in contents.tables:
        raise NotOurBackup(f"{file} is a SQLite database, but not of Entrepôt")
    return contents


def _looked_through(file: Path, connection: sqlite3.Connection) -> Contents:
    told = connection.execute("PRAGMA integrity_check(3)").fetchall()
    if told != [("ok",)]:
        raise BackupDamaged(f"{file}: {told[0][0]}")
    return _contents(connection)


def _contents(connection: sqlite3.Connection) -> Contents:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' "
        "AND name NOT LIKE 'sqlite^_%' ESCAPE '^' ORDER BY name"
    ).fetchall()
    tables = {}
    for name in (name for (name,) in rows if name not in QUEUE_TABLES):
        quoted = name.replace('"', '""')
        counted = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()
        tables[name] = int(counted[0])
    heads = []
    if "alembic_version" in tables:
        found = connection.execute("SELECT version_num FROM alembic_version ORDER BY 1")
        heads = [str(version) for (version,) in found]
    broken = connection.execute("SELECT count(*) FROM pragma_foreign_key_check")
    return Contents(heads=heads, tables=tables, broken_references=broken.fetchone()[0])


@contextmanager
def _explained(source: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _told(source, error) from error


def _told(source: Path, error: sqlite3.Error) -> EntrepotError:
    if getattr(error, "sqlite_errorcode", None) in _FULL:
        return TooMuch(
            f"the disk is full, or cannot be written: {error}",
            hint="free some space, or choose another place with --backup-path",
        )
    return BackupBroke(f"{source} could not be copied: {error}")
