"""Finished files in the home: where they are, how long, and their end."""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from pathlib import Path

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.exports import receipts
from entrepot.exports import settings as knobs

GRACE_SECONDS = 60.0


def folder_of(house: House, id: str) -> Path:
    """Return the folder of one export's file."""
    return house.home / "exports" / id


def sweep(house: House) -> None:
    """Remove what is past its time, and what exports left that were killed.

    Any number of processes may do this at once.
    """
    longest_seconds = house.settings[knobs.LIMIT] + GRACE_SECONDS
    long_ago = now() - timedelta(seconds=longest_seconds)
    for id in receipts.bury(house.store, long_ago):
        remove(folder_of(house, id))
    kept_seconds = max(house.settings[knobs.RETENTION] * 3600.0, longest_seconds)
    root = house.home / "exports"
    for folder in root.iterdir() if root.is_dir() else ():
        if _age_seconds(folder) > kept_seconds:
            remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder with all its files; another process may do it too."""
    shutil.rmtree(folder, ignore_errors=True)


def _age_seconds(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
