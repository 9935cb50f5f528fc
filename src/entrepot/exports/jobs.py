"""Background work of this room: exports, and the tidying of their files."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from entrepot.base.errors import Conflict, EntrepotError
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.exports import keeping, making, receipts
from entrepot.exports import scheduled as _scheduled  # noqa: F401  # its own kind
from entrepot.exports.asker import Bounds
from entrepot.exports.attempt import sad_event
from entrepot.exports.plan import FilePlan
from entrepot.exports.planning import plan_file
from entrepot.exports.receipts import Receipt, Status
from entrepot.exports.rights import check_worked_for
from entrepot.jobs import (
    KINDS,
    SHIPPED,
    Ending,
    Facts,
    JobKind,
    ShippedSchedule,
    Work,
)

SWEEP = "exports.sweep"


def _run(house: House, work: Work) -> Facts | None:
    id = str(work.parameters["export"])
    receipt = receipts.find_receipt(house.store, id)
    if receipt is None or receipt.status not in receipts.LIVE:
        return None  # it was ended before, or an attempt died after its last word
    asked = receipts.find_asked(house.store, id)
    assert asked is not None, "only requests become jobs"
    try:
        check_worked_for(house, asked.request)
        plan = plan_file(house, asked.request, id)
        receipt = making.again_at(receipt, plan, work.attempt)
        if not receipts.start(house.store, receipt, plan.facts.mark):
            return None
        done = _attempt(house, work, receipt, plan)
    except EntrepotError:
        receipts.wait_again(house.store, id)  # until the job's end settles it
        raise
    making.drop_spool(house, asked.request)
    return {
        "export": id,
        "file_name": done.file_name,
        "rows": done.rows,
        "size_bytes": done.size_bytes,
        "sha256": done.sha256,
    }


def _attempt(house: House, work: Work, receipt: Receipt, plan: FilePlan) -> Receipt:
    bounds = _bounds(work.parameters)
    facts = plan.facts
    total = facts.expected_rows or facts.estimated_rows

    def tell(rows: int) -> None:
        known = watch.expected_rows or total
        work.advance(rows=rows, rows_total=known, stage="writing")

    watch = making.watch_of(house, receipt.id, bounds, progress=tell)
    attempt = making.attempt_of(house, plan, receipt, watch, bounds, is_here=False)
    try:
        return attempt.run()[1]
    except BaseException as error:
        told = attempt.clear(error)
        if told is error:
            raise
        raise told from error


def _bounds(parameters: Facts) -> Bounds:
    rows, seconds = parameters.get("most_rows"), parameters.get("seconds")
    return Bounds(
        rows=rows if isinstance(rows, int) else None,
        seconds=seconds if isinstance(seconds, int) else None,
    )


def _ended(house: House, session: Session, parameters: Facts, ending: Ending) -> None:
    id = str(parameters["export"])
    receipt = receipts.find_receipt(house.store, id)
    if receipt is None or receipt.status not in receipts.LIVE:
        return
    status: Status = "cancelled" if ending.state == "cancelled" else "failed"
    code = "export-stopped" if status == "cancelled" else ending.code
    ended = replace(
        receipt,
        status=status,
        error=code,
        error_detail=ending.message,
        seconds=(now() - receipt.started_at).total_seconds(),
    )
    if receipts.settle(house.store, ended):
        emit(sad_event(ended, ending.message))
    keeping.remove(keeping.folder_of(house, id))


def _again(house: House, session: Session, parameters: Facts) -> None:
    id = str(parameters["export"])
    try:
        is_back = receipts.ask_again(house.store, id)
    except IntegrityError as error:
        raise Conflict("the same export was asked for anew meanwhile") from error
    if not is_back:
        raise Conflict("the export has its file, or was deleted")


def _sweep(house: House, work: Work) -> Facts:
    return {"expired": keeping.sweep(house)}


KINDS[making.KIND] = JobKind(
    name=making.KIND,
    summary="Make the file of an export.",
    run=_run,
    ended=_ended,
    again=_again,
)
KINDS[SWEEP] = JobKind(
    name=SWEEP,
    summary="Remove the files of exports that are past their time.",
    run=_sweep,
    queue="upkeep",
)
SHIPPED["Remove old exports"] = ShippedSchedule(
    name="Remove old exports",
    summary="Remove the files of exports that are past their time.",
    kind=SWEEP,
    cron="*/30 * * * *",
)
