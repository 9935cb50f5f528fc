"""The end of what is past its time: kept rows, and the history."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, update

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.console import records, spools
from entrepot.console import settings as knobs
from entrepot.console.models import Run
from entrepot.console.spec import LIVE

GRACE_SECONDS = 60.0
"""Somebody may be reading a page at the moment its time is over."""

MOST_RESULTS = 20
"""The folder of results holds at most as many of the largest size."""

MOST_FILES = 20_000
"""Of small results, too, there may be too many for one folder."""


def sweep_results(house: House) -> int:
    """Remove the rows that are past their time, oldest first if there are too many.

    Returns:
        How many results went.
    """
    at = now()
    over = (Run.has_result, Run.expires_at < at)
    with house.store.read_session() as session:
        ids = list(session.scalars(select(Run.id).where(*over)))
    if ids:
        with house.store.session() as session:
            session.execute(update(Run).where(*over).values(has_result=False))
    return _remove_files(house)


def end_lost(house: House) -> int:
    """End the runs whose process is gone, with what they kept; return how many."""
    ids = records.end_lost(house)
    for id in ids:
        spools.remove_part(house, id)
    return len(ids)


def _remove_files(house: House) -> int:
    """Remove the files of no use to anybody, whatever the table says of them."""
    kept_seconds = house.settings[knobs.RESULT_SECONDS] + GRACE_SECONDS
    most_bytes = MOST_RESULTS * house.settings[knobs.RESULT_BYTES]
    found = sorted(_files(spools.folder(house)), reverse=True)
    size_bytes, count, edge = 0, 0, time.time() - kept_seconds
    for number, (changed_at, path, bytes_here) in enumerate(found):
        size_bytes += bytes_here
        is_over = size_bytes > most_bytes or number >= MOST_FILES
        if changed_at < edge or is_over:
            count += path.suffix == ".arrow"
            path.unlink(missing_ok=True)
    return count


def _files(folder: Path) -> list[tuple[float, Path, int]]:
    found = []
    for path in folder.glob("*.*"):
        try:
            facts = path.stat()
        except FileNotFoundError:
            continue  # another process is tidying, too
        found.append((facts.st_mtime, path, facts.st_size))
    return found


def delete_old_runs(house: House, days: int, *, is_dry: bool = False) -> int:
    """Delete the runs that began longer ago than so many days; return how many."""
    end_lost(house)
    limit = now() - timedelta(days=days)
    old = (Run.started_at < limit, Run.state.not_in(LIVE))
    with house.store.session() as session:
        count = session.scalar(select(func.count()).select_from(Run).where(*old)) or 0
        if count and not is_dry:
            session.execute(delete(Run).where(*old))
    return count
