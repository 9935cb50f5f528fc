"""Background work of icons: a batch, and those whose making was cut off."""

from __future__ import annotations

from entrepot.base.house import House
from entrepot.catalogue.icons.batches import BATCH, make_batch
from entrepot.catalogue.icons.upkeep import end_stuck
from entrepot.jobs import KINDS, SHIPPED, Facts, JobKind, ShippedSchedule, Work

REPAIR = "catalogue.icons.repair"


def _repair(house: House, work: Work) -> Facts:
    return {"ended": end_stuck(house)}


KINDS[BATCH] = JobKind(
    name=BATCH, summary="Make the icons of several categories.", run=make_batch
)
KINDS[REPAIR] = JobKind(
    name=REPAIR,
    summary="Tell icons whose making was cut off as failed.",
    run=_repair,
    queue="upkeep",
)
SHIPPED["End icons that were cut off"] = ShippedSchedule(
    name="End icons that were cut off",
    summary="Tell icons whose making was cut off as failed.",
    kind=REPAIR,
    cron="*/15 * * * *",
)
