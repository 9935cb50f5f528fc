"""What stands beside a backup: what it is of, what is in it, and its hash."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from entrepot.base.acting import current
from entrepot.base.files import publish
from entrepot.base.times import now
from entrepot.base.version import VERSION
from entrepot.operations.errors import BackupDamaged, NotOurBackup

FORMAT = 1
LONGEST_BYTES = 10_000_000

Database = Literal["sqlite", "postgresql"]
Drill = Literal["restored", "decoded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a database at one moment.

    Attributes:
        heads: The newest migrations applied, one of each branch.
        tables: Rows by table.
        broken_references: Rows that refer to rows that are not there.
    """

    heads: list[str]
    tables: dict[str, int]
    broken_references: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup is of, what is in it, and its hash.

    Attributes:
        drill: `restored` into a scratch database and compared; or `decoded` whole,
            its rows counted, where we may not make a database.
        seal: SHA-256 over all the rest.
    """

    kind: Literal["entrepot-backup"] = "entrepot-backup"
    format: int = FORMAT
    version: str
    database: Database
    taken_at: datetime
    taken_by: str
    description: str
    contents: Contents
    size_bytes: int
    sha256: str
    drill: Drill
    secret_key: str = "the secret key is not inside: keep a copy of it elsewhere"
    seal: str = ""


def manifest_path(backup: Path) -> Path:
    """Return where a backup's manifest stands."""
    return backup.with_name(f"{backup.name}.json")


def new_manifest(
    *,
    database: Database,
    contents: Contents,
    size_bytes: int,
    sha256: str,
    drill: Drill,
    description: str,
) -> Manifest:
    """Return the manifest of a backup made now, by who acts."""
    manifest = Manifest(
        version=VERSION,
        database=database,
        taken_at=now(),
        taken_by=current().name,
        description=description,
        contents=contents,
        size_bytes=size_bytes,
        sha256=sha256,
        drill=drill,
    )
    return replace(manifest, seal=_seal(manifest))


def write_manifest(backup: Path, manifest: Manifest) -> None:
    """Write the manifest beside its backup, whole or not at all."""
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    with publish(manifest_path(backup)) as file:
        file.write(text + b"\n")


def read_manifest(backup: Path) -> Manifest:
    """Return what stands beside a backup.

    Raises:
        NotOurBackup: There is no manifest, or it is of something else.
        BackupDamaged: The manifest is not what was written.
    """
    path = manifest_path(backup)
    try:
        if path.stat().st_size > LONGEST_BYTES:
            raise NotOurBackup(f"{path} is no manifest of ours")
        text = path.read_bytes()
    except FileNotFoundError:
        raise NotOurBackup(
            f"{backup} has no manifest: {path.name} is not beside it",
            hint="a backup is two files, the second one with .json; bring both",
        ) from None
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BackupDamaged(f"the manifest {path} cannot be read: {error}") from None
    if manifest.seal != _seal(manifest) or not _is_as_written(text, manifest):
        raise BackupDamaged(f"the manifest {path} is not what was written")
    if manifest.format != FORMAT:
        raise NotOurBackup(f"{path} is of format {manifest.format}, we know {FORMAT}")
    return manifest


def _seal(manifest: Manifest) -> str:
    values = asdict(manifest) | {"seal": ""}
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()


def _is_as_written(text: bytes, manifest: Manifest) -> bool:
    """Tell whether no byte changed, also none that means nothing, such as a blank."""
    written = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    return text == written + b"\n"
