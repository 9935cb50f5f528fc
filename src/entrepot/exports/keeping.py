"""Files of exports: where they are, how long, how many bytes, and their end."""

from __future__ import annotations

import re
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path

from entrepot.base.errors import TooMuch
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.exports import receipts
from entrepot.exports import settings as knobs
from entrepot.exports.events import ExportDeleted
from entrepot.exports.generic.sessions import sweep_sessions
from entrepot.exports.receipts import Receipt
from entrepot.exports.spools import spool_folder
from entrepot.exports.uploads import sweep_uploads

_ID = re.compile("[0-9a-f]{32}")
GRACE_SECONDS = 60.0
_ID = re.compile("[0-9a-f]{32}")
QUOTA_GRACE_SECONDS = 600.0
"""A file is kept for so long whatever comes: somebody is about to fetch it."""


def exports_folder(house: House) -> Path:
    """Return the folder that holds one for each export."""
    given = house.settings[knobs.FOLDER]
    return Path(given).resolve() if given else house.home / "exports"


def folder_of(house: House, id: str) -> Path:
    """Return the folder of one export's file."""
    return exports_folder(house) / id


def expires_at(house: House) -> datetime:
    """Return until when a file that is made now is kept."""
    return now() + timedelta(hours=house.settings[knobs.RETENTION])


def sweep(house: House) -> int:
    """Remove what is past its time, and what exports left that were killed.

    With the exports go uploads, sessions of parts and rows that nobody took.

    Any number of processes may do this at once.

    Returns:
        How many exports expired.
    """
    longest_seconds = house.settings[knobs.LIMIT] + GRACE_SECONDS
    long_ago = now() - timedelta(seconds=longest_seconds)
    for id in receipts.bury(house.store, long_ago):
        remove(folder_of(house, id))
    expired = [r for r in receipts.list_kept(house.store) if _is_over(house, r)]
    _drop(house, expired)
    _sweep_strays(house, longest_seconds)
    sweep_uploads(house)
    sweep_sessions(house)
    sweep_spools(house)
    return len(expired)


def sweep_spools(
    house: House, *, least_seconds: float = 0, is_dry: bool = False
) -> int:
    """Remove what was sent and no export has taken with it when it ended.

    Returns:
        How many files went, or would.
    """
    longest_seconds = house.settings[knobs.LIMIT] + GRACE_SECONDS
    kept_seconds = max(house.settings[knobs.RETENTION] * 3600.0, longest_seconds)
    edge = max(kept_seconds, least_seconds)
    root = spool_folder(house)
    paths = list(root.iterdir()) if root.is_dir() else []
    old = [path for path in paths if _age_seconds(path) > edge]
    for path in [] if is_dry else old:
        path.unlink(missing_ok=True)
    return len(old)


def make_room(house: House, size_bytes: int = 0) -> None:
    """Let the oldest files go until there is room for a new one.

    Raises:
        TooMuch: It would not fit even so.
    """
    quota = house.settings[knobs.QUOTA]
    if not quota:
        return
    kept = [r for r in receipts.list_kept(house.store) if r.expires_at is not None]
    used = sum(r.size_bytes or 0 for r in kept) + size_bytes
    edge = now() - timedelta(seconds=QUOTA_GRACE_SECONDS)
    gone: list[Receipt] = []
    for receipt in kept:
        if used <= quota or receipt.started_at > edge:
            break
        gone.append(receipt)
        used -= receipt.size_bytes or 0
    if used > quota or (used == quota and not size_bytes):
        raise TooMuch(
            f"the exports kept here have {used - size_bytes:,} bytes already",
            hint="delete some, or raise ENTREPOT_EXPORTS_QUOTA_BYTES",
            limit=quota,
        )
    _drop(house, gone)


def drop(house: House, receipt: Receipt) -> None:
    """Remove the file of an export for somebody; its receipt stays and says so."""
    with house.store.session():  # gone and recorded, or neither
        receipts.expire(house.store, [receipt.id])
        emit(ExportDeleted(id=receipt.id, file_name=receipt.file_name))
    remove(folder_of(house, receipt.id))


def remove(folder: Path) -> None:
    """Remove a folder with all its files; another process may do it too."""
    shutil.rmtree(folder, ignore_errors=True)


def _drop(house: House, gone: list[Receipt]) -> None:
    receipts.expire(house.store, [receipt.id for receipt in gone])
    for receipt in gone:
        remove(folder_of(house, receipt.id))


def _is_over(house: House, receipt: Receipt) -> bool:
    hours = timedelta(hours=house.settings[knobs.RETENTION])
    return (receipt.expires_at or receipt.started_at + hours) < now()


def _sweep_strays(house: House, longest_seconds: float) -> None:
    """Remove folders that no export has any more; others' folders are not ours."""
    root = exports_folder(house)
    if not root.is_dir():
        return
    known = {r.id for r in receipts.list_kept(house.store)}
    known |= receipts.list_live_ids(house.store)
    for folder in root.iterdir():
        is_ours = _ID.fullmatch(folder.name) is not None and folder.is_dir()
        if is_ours and folder.name not in known:
            _remove_old(folder, longest_seconds)


def _remove_old(folder: Path, seconds: float) -> None:
    if _age_seconds(folder) > seconds:
        remove(folder)


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
