"""Back up from a page or the API: while somebody waits, or in the background."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entrepot.base.errors import TooMuch
from entrepot.base.house import House
from entrepot.jobs import (
    JobFilter,
    JobPage,
    Wanted,
    get_crew,
    list_jobs,
    list_schedules,
    submit_job,
)
from entrepot.operations import settings as knobs
from entrepot.operations.backups.keeping import Backup, back_up, check_description
from entrepot.operations.upkeep.space import database_size_bytes
from entrepot.operations.upkeep.trouble import explained

KIND = "operations.back_up"
"""The job that makes a backup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """Backups that are being made, and when the next one begins by itself.

    Attributes:
        next_at: None where no schedule is on.
        is_worker_there: Whether somebody would make it in the background.
    """

    found: JobPage
    next_at: datetime | None
    is_worker_there: bool


def back_up_now(house: House, *, description: str = "") -> Backup:
    """Make a backup, as `back_up` does, of a database that is not too large for it.

    Raises:
        TooMuch: It is larger than ENTREPOT_OPERATIONS_BACKUP_NOW_BYTES.
    """
    limit = house.settings[knobs.BACKUP_NOW]
    with explained(house.store):
        size = database_size_bytes(house)
    if size > limit:
        raise TooMuch(
            f"the database has {size:,} bytes; up to {limit:,} are backed up from here",
            hint="let it be done in the background, or run `entrepot db backup`",
        )
    return back_up(house, description=description)


def back_up_in_background(house: House, *, description: str = "") -> str:
    """Let a worker make a backup, however large the database is; return the job's id.

    Raises:
        Invalid: The description is too long, or more than a line.
    """
    check_description(description)
    wanted = Wanted(
        kind=KIND,
        title="Back up the database",
        parameters={"description": description},
    )
    return submit_job(house, wanted)


def list_under_way(house: House) -> UnderWay:
    """Return the backups that are being made."""
    wanted = JobFilter(kind=KIND, states=("pending", "running"))
    due = [s.next_at for s in list_schedules(house, kind=KIND) if s.next_at]
    return UnderWay(
        found=list_jobs(house, wanted),
        next_at=min(due, default=None),
        is_worker_there=any(w.is_alive for w in get_crew(house).workers),
    )


def is_large(house: House) -> bool:
    """Tell whether nobody should wait for a backup."""
    with explained(house.store):
        return database_size_bytes(house) > house.settings[knobs.BACKUP_NOW]
