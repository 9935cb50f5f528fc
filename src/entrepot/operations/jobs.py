"""Background work on our own database, and when it is done by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from entrepot.base.errors import EntrepotError, InvalidValue
from entrepot.base.house import House
from entrepot.jobs import KINDS, SHIPPED, Facts, JobKind, ShippedSchedule, Work
from entrepot.operations.backups.keeping import back_up
from entrepot.operations.backups.now import KIND as BACK_UP
from entrepot.operations.backups.progress import Progress
from entrepot.operations.cleanup import clean_up, list_cleanups
from entrepot.operations.configurations.saved import save_configuration
from entrepot.operations.upkeep.space import optimize

SAVE_CONFIGURATION = "operations.save_configuration"
OPTIMIZE = "operations.optimize"
CLEAN_UP = "operations.clean_up"

SHARES = {"copying": (0, 50), "restoring": (50, 75), "checking": (75, 75)}
"""Percent at which each stage of a backup begins and ends; others have none."""
FREE_SHARE = 0.1
"""Compacting stops the writers of a SQLite database: it must be worth it."""


def _back_up(house: House, work: Work) -> Facts:
    description = str(work.parameters.get("description", ""))
    made = back_up(house, description=description, progress=_told_to(work))
    return {
        "file": made.path,
        "size_bytes": made.size_bytes,
        "tables": made.table_count,
        "rows": made.row_count,
        "drill": made.drill,
        "sha256": made.sha256,
    }


def _told_to(work: Work) -> Progress:
    def tell(stage: str, done: int, total: int) -> None:
        if stage in SHARES and total:
            begin, end = SHARES[stage]
            percent = begin + (end - begin) * done / total
            work.advance(percent=percent, stage=stage)
        else:
            work.advance(stage=stage)

    return tell


def _save_configuration(house: House, work: Work) -> Facts:
    return asdict(save_configuration(house))


def _optimize(house: House, work: Work) -> Facts:
    done = optimize(house, least_free=FREE_SHARE, check=work.check)
    return asdict(done) | {"gained_bytes": done.gained_bytes}


def _clean_up(house: House, work: Work) -> Facts:
    ages = _ages(work.parameters)
    removed: dict[str, object] = {}
    wrong: EntrepotError | None = None
    for number, (name, days) in enumerate(ages.items()):
        work.advance(percent=100 * number / len(ages), stage=name)
        try:
            removed |= clean_up(house, [name], days=days)
        except EntrepotError as error:
            wrong = wrong or error  # the others are done all the same
    if wrong is not None:
        raise wrong
    return removed


def _ages(parameters: Facts) -> dict[str, int]:
    """Return the days from which things go, of what is asked for or what is usual."""
    given = parameters.get("days")
    if given is None:
        known = list_cleanups()
        return {n: c.usual_days for n, c in known.items() if c.usual_days is not None}
    if not isinstance(given, Mapping) or not all(map(_is_age, given.values())):
        raise InvalidValue(
            f"days must be whole numbers by name, not {given!r}",
            hint='write {"days": {"logs": 30, "orphans": 1}}',
        )
    return dict(given)


def _is_age(days: object) -> bool:
    return isinstance(days, int) and not isinstance(days, bool)


for _kind in (
    JobKind(
        name=BACK_UP,
        summary="Back our own database up, and try the backup.",
        run=_back_up,
        queue="upkeep",
    ),
    JobKind(
        name=SAVE_CONFIGURATION,
        summary="Write the configuration to a dated file without secrets.",
        run=_save_configuration,
        queue="upkeep",
    ),
    JobKind(
        name=OPTIMIZE,
        summary="Give unused space back, and gather statistics (VACUUM, ANALYZE).",
        run=_optimize,
        queue="upkeep",
    ),
    JobKind(
        name=CLEAN_UP,
        summary="Remove what is old; `days` may say from which age, by name.",
        run=_clean_up,
        queue="upkeep",
    ),
):
    KINDS[_kind.name] = _kind

for _schedule in (
    ShippedSchedule(
        name="Back up the database",
        summary="A verified backup each night; the newest stay.",
        kind=BACK_UP,
        cron="0 2 * * *",
        parameters={"description": "by schedule"},
    ),
    ShippedSchedule(
        name="Save the configuration",
        summary="Settings and kept values, without secrets, as a dated file.",
        kind=SAVE_CONFIGURATION,
        cron="50 1 * * *",
    ),
    ShippedSchedule(
        name="Clean up",
        summary="What is old, or belongs to nothing, goes each night.",
        kind=CLEAN_UP,
        cron="0 3 * * *",
    ),
    ShippedSchedule(
        name="Compact the database",
        summary="VACUUM where a tenth is free, and ANALYZE, on Sundays.",
        kind=OPTIMIZE,
        cron="30 3 * * 0",
    ),
):
    SHIPPED[_schedule.name] = _schedule
