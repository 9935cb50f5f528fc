"""Background work of this room: the tidying of results and history."""

from __future__ import annotations

from entrepot.base.house import House
from entrepot.console import settings as knobs
from entrepot.console.sweeping import delete_old_runs, end_lost, sweep_results
from entrepot.jobs import KINDS, SHIPPED, Facts, JobKind, ShippedSchedule, Work

SWEEP = "console.sweep"


def _sweep(house: House, work: Work) -> Facts:
    days = house.settings[knobs.HISTORY_DAYS]
    return {
        "results": sweep_results(house),
        "lost": end_lost(house),
        "runs": delete_old_runs(house, days),
    }


KINDS[SWEEP] = JobKind(
    name=SWEEP,
    summary="Remove kept rows and statements of the console that are past their time.",
    run=_sweep,
    queue="upkeep",
)
SHIPPED["Remove old statements"] = ShippedSchedule(
    name="Remove old statements",
    summary="Remove kept rows and statements of the console that are past their time.",
    kind=SWEEP,
    cron="*/10 * * * *",
)
