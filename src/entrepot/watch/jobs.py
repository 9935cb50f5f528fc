"""Background work on the log, and when it is done by itself."""

from __future__ import annotations

from dataclasses import asdict

from entrepot.base.house import House
from entrepot.jobs import (
    DUTIES,
    KINDS,
    SHIPPED,
    Duty,
    Facts,
    JobKind,
    ShippedSchedule,
    Work,
)
from entrepot.watch.alerts import settings as alert_knobs
from entrepot.watch.log.keeping import keep_log
from entrepot.watch.search import rows as _rows  # noqa: F401  # for exports, by name

KEEP_LOG = "watch.keep_log"
COPIED_PERCENT = 50
"""How far it is when all is copied and nothing was looked through."""


def _keep_log(house: House, work: Work) -> Facts:
    def tell(stage: str, done: int, total: int) -> None:
        percent = COPIED_PERCENT * done / total if total else None
        work.advance(percent=percent, stage=stage)

    return asdict(keep_log(house, tell))


KINDS[KEEP_LOG] = JobKind(
    name=KEEP_LOG,
    summary="Copy the log's file, and look through the copy.",
    run=_keep_log,
    queue="upkeep",
)
SHIPPED["Back up the log"] = ShippedSchedule(
    name="Back up the log",
    summary="A copy of the log's file that was looked through, each night.",
    kind=KEEP_LOG,
    cron="30 2 * * *",
)


def _look_at_alerts(house: House) -> None:
    from entrepot.watch.alerts.turns import take_turn

    take_turn(house)


DUTIES["alerts"] = Duty(
    name="alerts",
    run=_look_at_alerts,
    seconds=lambda house: house.settings[alert_knobs.ALERTS_SECONDS],
)
