"""Copies of the log's file, each one tried before it is kept."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from entrepot.base.errors import Broken, Missing
from entrepot.base.events import emit
from entrepot.base.files import publish_path
from entrepot.base.house import House
from entrepot.base.sqlite_copy import copy_file, open_file
from entrepot.base.stoppable import run_stoppable
from entrepot.base.times import now
from entrepot.watch import settings as knobs
from entrepot.watch.events import LogKept
from entrepot.watch.log.store import log_store

Progress = Callable[[str, int, int], None]
"""Called with the stage, what is done of it, and how much there is, 0 if unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLog:
    """A copy of the log's file as it was at one moment."""

    path: str
    size_bytes: int
    sha256: str
    lines: int


def keep_log(house: House, progress: Progress) -> KeptLog:
    """Copy the log's file while lines come, and keep the copy that was looked through.

    Older copies in ENTREPOT_HOME/backups/log make room.

    Args:
        progress: Called several times a second; where it raises, nothing is kept.

    Raises:
        Missing: There is no log yet.
        Broken: The copy is not whole; it is not kept.
        TooMuch: The disk is full.
    """
    log_store(house).flush()
    source = log_store(house).path
    if not source.is_file():
        raise Missing(f"there is no log at {source} yet")
    folder = folder_of(house)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in folder.glob(".log_*"):  # of one that was killed
        left.unlink(missing_ok=True)
    path = folder / f"log_{now():%Y%m%d_%H%M%S_%f}.db"
    with publish_path(path) as part:
        lines = _copy(source, part, progress)
        _try(part, lines, progress)
        with part.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    kept = KeptLog(
        path=str(path), size_bytes=path.stat().st_size, sha256=sha256, lines=lines
    )
    emit(LogKept(file=kept.path, size_bytes=kept.size_bytes, lines=kept.lines))
    _prune(house)
    return kept


def folder_of(house: House) -> Path:
    """Return where the copies are kept."""
    return house.home / "backups" / "log"


def list_kept(house: House) -> list[Path]:
    """Return the copies, newest first."""
    return sorted(folder_of(house).glob("log_*.db"), reverse=True)


def _copy(source: Path, part: Path, progress: Progress) -> int:
    with closing(open_file(source, "?mode=ro")) as ours:
        ours.execute("BEGIN").close()  # count and copy are of one moment
        lines = _count(ours)
        copy_file(ours, part, lambda done, total: progress("copying", done, total))
    return lines


def _try(part: Path, lines: int, progress: Progress) -> None:
    with closing(open_file(part, "?mode=ro&immutable=1")) as copy:

        def look() -> tuple[str, int]:
            told = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            return told, _count(copy)

        try:
            told, found = run_stoppable(
                look, check=lambda: progress("checking", 0, 0), stop=copy.interrupt
            )
        except sqlite3.Error as error:
            raise Broken(f"the copy of the log cannot be read: {error}") from error
    if told != "ok" or found != lines:
        raise Broken(
            f"the copy of the log is not whole: {told}, {found:,} of {lines:,} lines"
        )


def _count(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM logs").fetchone()[0])


def _prune(house: House) -> None:
    kept = house.settings[knobs.LOGS_KEPT]
    for path in list_kept(house)[kept:] if kept else []:
        path.unlink(missing_ok=True)
