"""Back up our own database, and look at the backups there are."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from entrepot.base.errors import Conflict, EntrepotError, Invalid, Missing, NotThere
from entrepot.base.files import publish_path
from entrepot.base.house import House
from entrepot.base.secrets import secret_key
from entrepot.base.times import now
from entrepot.operations import settings as knobs
from entrepot.operations.backups import postgresql as backup_postgresql
from entrepot.operations.backups import sqlite as backup_sqlite
from entrepot.operations.backups.manifest import (
    Contents,
    Drill,
    Manifest,
    manifest_path,
    new_manifest,
    read_manifest,
    write_manifest,
)
from entrepot.operations.backups.progress import Progress, silent
from entrepot.operations.errors import BackupBroke, BackupDamaged, NotOurBackup
from entrepot.operations.events import BackupMade, BackupRemoved
from entrepot.operations.upkeep.telling import tell
from entrepot.operations.upkeep.trouble import explained

ENDINGS = {"sqlite": ".db", "postgresql": ".dump"}
LONGEST_DESCRIPTION = 500
TURN_SECONDS = 0.25
"""Between two looks whether another backup has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup, as people look at it.

    Attributes:
        state: `verified` passed its drill and has its size; `damaged` has not, or
            its manifest is not what was written; `unfinished` has no manifest.
        schema: The newest migrations inside.
        row_count: Of all tables together.
    """

    name: str
    path: str
    state: Literal["verified", "damaged", "unfinished"]
    created_at: datetime
    size_bytes: int
    description: str = ""
    created_by: str = ""
    database: str = ""
    version: str = ""
    schema: str = ""
    table_count: int = 0
    row_count: int = 0
    broken_references: int = 0
    drill: Drill | None = None
    sha256: str = ""


def folder_of(house: House) -> Path:
    """Return where backups are kept unless somebody says otherwise."""
    return house.home / "backups"


def back_up(
    house: House,
    *,
    path: Path | None = None,
    description: str = "",
    progress: Progress = silent,
) -> Backup:
    """Make a backup, restore it into a scratch place, compare, and only then keep it.

    Writers go on meanwhile: what is kept is of one moment. Without a path it gets a
    name with the time in ENTREPOT_HOME/backups, where older ones make room.

    Raises:
        Conflict: There is a file of that name.
        TooMuch: The disk is full.
        ToolMissing: PostgreSQL's programs are not installed here.
        BackupBroke: The drill found a difference; nothing is kept.
    """
    check_description(description)
    secret_key(house.settings)  # the record of it is signed: without a key, not begun
    began = time.monotonic()
    with explained(house.store), _one_at_a_time(house, progress):
        target = path.absolute() if path else _new_name(house)
        if target.exists() or manifest_path(target).exists():
            raise Conflict(f"{target} is there already", hint="choose another name")
        manifest = _make(house, target, description, progress)
    made = _listed(target, manifest)
    tell(
        house,
        BackupMade(
            file=str(target),
            size_bytes=manifest.size_bytes,
            sha256=manifest.sha256,
            drill=manifest.drill,
            seconds=time.monotonic() - began,
        ),
    )
    if path is None:
        prune(house)
    return made


def _make(house: House, target: Path, description: str, progress: Progress) -> Manifest:
    with publish_path(target) as part:
        if house.store.url.get_backend_name() == "sqlite":
            manifest = _take_sqlite(house, part, description, progress)
        else:
            manifest = _take_postgresql(house, part, description, progress)
    try:
        write_manifest(target, manifest)
    except BaseException:
        target.unlink()
        raise
    return manifest


def _take_sqlite(
    house: House, part: Path, description: str, progress: Progress
) -> Manifest:
    source = Path(house.store.url.database or "")
    contents = backup_sqlite.take(source, part, progress)
    _refuse_empty(contents)
    with scratch(part.parent) as folder:
        restored = folder / "restored.db"
        sha256 = backup_sqlite.restore_copy(part, restored, progress)
        try:
            found = backup_sqlite.look_through(restored, progress)
        except (BackupDamaged, NotOurBackup) as error:
            raise BackupBroke(
                f"the copy is not sound: {error.detail}", hint=error.hint
            ) from error
    if found != contents:
        raise BackupBroke("what was restored is not what was there when it was copied")
    return new_manifest(
        database="sqlite",
        contents=contents,
        size_bytes=part.stat().st_size,
        sha256=sha256,
        drill="restored",
        description=description,
    )


def _take_postgresql(
    house: House, part: Path, description: str, progress: Progress
) -> Manifest:
    server = backup_postgresql.Server(house.store.engine, progress)
    contents = server.dump(part)
    _refuse_empty(contents)
    drill, found = server.drill(part)
    if found != contents:
        raise BackupBroke("what was restored is not what was there when it was dumped")
    return new_manifest(
        database="postgresql",
        contents=contents,
        size_bytes=part.stat().st_size,
        sha256=sha256_of(part),
        drill=drill,
        description=description,
    )


def _refuse_empty(contents: Contents) -> None:
    if "alembic_version" not in contents.tables:
        raise Missing(
            "the database holds nothing of ours yet", hint="`entrepot db init`"
        )


def list_backups(house: House) -> list[Backup]:
    """Return the backups in ENTREPOT_HOME/backups, newest first; only looked at."""
    folder = folder_of(house)
    found = [p for ending in ENDINGS.values() for p in folder.glob(f"[!.]*{ending}")]
    listed = [_listed(path) for path in found]
    return sorted(listed, key=lambda b: (b.created_at, b.name), reverse=True)


def get_backup(house: House, name: str) -> Backup:
    """Return one of the backups in ENTREPOT_HOME/backups.

    Raises:
        NotThere: There is none of that name.
    """
    backups = {backup.name: backup for backup in list_backups(house)}
    if name not in backups:
        raise NotThere("backup", name, list(backups))
    return backups[name]


def verify_backup(path: Path) -> Backup:
    """Read a backup whole and compare it with its manifest: size, hash, rows.

    Raises:
        Missing: There is no such file.
        NotOurBackup: It is something else.
        BackupDamaged: It is not what was written, be it by one byte.
    """
    manifest = check_file(path)
    if manifest.database == "sqlite":
        found = backup_sqlite.look_through(path)
    else:
        found = backup_postgresql.look_through(path)
    if found != manifest.contents:
        raise BackupDamaged(f"{path} does not hold the rows its manifest tells of")
    return _listed(path, manifest)


def check_file(path: Path) -> Manifest:
    """Compare a backup's size and hash with its manifest, which is returned.

    Raises:
        Missing, NotOurBackup, BackupDamaged: As `verify_backup`.
    """
    if not path.is_file():
        raise NotThere("backup", str(path), [])
    manifest = read_manifest(path)
    size = path.stat().st_size
    if size != manifest.size_bytes:
        raise BackupDamaged(
            f"{path} has {size:,} bytes, its manifest says {manifest.size_bytes:,}"
        )
    if sha256_of(path) != manifest.sha256:
        raise BackupDamaged(f"{path} is not what was written: its hash is another")
    return manifest


def remove_backup(house: House, name: str) -> Backup:
    """Remove one of the backups in ENTREPOT_HOME/backups, and its manifest.

    Raises:
        NotThere: There is none of that name.
    """
    backup = get_backup(house, name)
    tell(house, BackupRemoved(file=backup.path, reason="asked"))
    _unlink(Path(backup.path))
    return backup


def prune(house: House, *, is_dry: bool = False) -> list[Backup]:
    """Remove the oldest verified backups beyond the number kept; return them.

    What we did not make, or cannot tell, stays.
    """
    kept = house.settings[knobs.BACKUPS_KEPT]
    ours = [b for b in list_backups(house) if b.state == "verified"]
    surplus = ours[kept:] if kept else []
    for backup in [] if is_dry else surplus:
        tell(house, BackupRemoved(file=backup.path, reason="retention"))
        _unlink(Path(backup.path))
    return surplus


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Give a folder for trying things in, on the same disk; it is removed."""
    with tempfile.TemporaryDirectory(prefix=".scratch-", dir=folder) as name:
        yield Path(name)


@contextmanager
def _one_at_a_time(house: House, progress: Progress) -> Iterator[None]:
    """Hold other backups of this home back, and sweep what killed ones left."""
    folder = folder_of(house)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _is_locked(handle):
            progress("waiting for another backup", 0, 0)
            time.sleep(TURN_SECONDS)
        sweep(folder)
        yield
    finally:
        os.close(handle)


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sweep(folder: Path) -> None:
    """Remove the hidden pieces that killed backups left; nobody may be at work."""
    for path in folder.glob(".*.part*"):
        path.unlink(missing_ok=True)
    for path in folder.glob(".scratch-*"):
        shutil.rmtree(path, ignore_errors=True)


def _new_name(house: House) -> Path:
    ending = ENDINGS[house.store.url.get_backend_name()]
    stem = f"backup_{now():%Y%m%d_%H%M%S}"
    path, again = folder_of(house) / f"{stem}{ending}", 1
    while path.exists():
        again += 1
        path = folder_of(house) / f"{stem}_{again}{ending}"
    return path


def check_description(text: str) -> None:
    """Refuse what people could not read in a list.

    Raises:
        Invalid: It is too long, or more than a line.
    """
    if len(text) > LONGEST_DESCRIPTION or not text.isprintable():
        raise Invalid(
            f"a description is one line of at most {LONGEST_DESCRIPTION} characters"
        )


def _listed(path: Path, manifest: Manifest | None = None) -> Backup:
    size = path.stat().st_size
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    state: Literal["verified", "damaged", "unfinished"] = "unfinished"
    try:
        manifest = manifest or read_manifest(path)
    except EntrepotError as error:
        state = "damaged" if isinstance(error, BackupDamaged) else "unfinished"
    if manifest is None:
        return Backup(
            name=path.name, path=str(path), state=state, created_at=at, size_bytes=size
        )
    return Backup(
        name=path.name,
        path=str(path),
        state="verified" if size == manifest.size_bytes else "damaged",
        created_at=manifest.taken_at,
        size_bytes=size,
        description=manifest.description,
        created_by=manifest.taken_by,
        database=manifest.database,
        version=manifest.version,
        schema=", ".join(manifest.contents.heads),
        table_count=len(manifest.contents.tables),
        row_count=sum(manifest.contents.tables.values()),
        broken_references=manifest.contents.broken_references,
        drill=manifest.drill,
        sha256=manifest.sha256,
    )


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)
    manifest_path(path).unlink(missing_ok=True)
