"""Make the files that are asked for: once for each request, here or as a job."""

from __future__ import annotations

import hashlib
import math
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy.exc import IntegrityError

from entrepot.base import deadline, spans
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.connections import Database, Target, open_database
from entrepot.exports import keeping, receipts
from entrepot.exports import settings as knobs
from entrepot.exports.asker import Asker, Bounds
from entrepot.exports.attempt import Attempt
from entrepot.exports.beginning import new_receipt, started_event
from entrepot.exports.pipeline import Opener
from entrepot.exports.plan import FilePlan
from entrepot.exports.planning import plan_file
from entrepot.exports.receipts import Asked, Receipt
from entrepot.exports.spools import remove_spool, spool_path
from entrepot.exports.wanted import ExportRequest
from entrepot.exports.watch import Watch
from entrepot.jobs import Wanted, submit_job

KIND = "exports.run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """An export that was asked for.

    Attributes:
        is_cached: It is an earlier one of the same request and the same rows.
        is_running_already: The same request of the same person waits or runs.
    """

    receipt: Receipt
    is_cached: bool = False
    is_running_already: bool = False


def create(
    house: House,
    request: ExportRequest,
    who: Asker,
    *,
    schedule: str | None = None,
    is_wanted: Callable[[], bool] | None = None,
) -> Created:
    """Have a file made, unless it is there or being made already.

    Args:
        schedule: Name of the schedule that asks.
        is_wanted: Asked whether anybody still waits, where the file is made here.

    Raises:
        EntrepotError: The request is wrong, there is no room, or, where it is made
            here, whatever went wrong.
    """
    try:
        made = _create(house, request, who, schedule, is_wanted)
    except BaseException:
        drop_spool(house, request)
        raise
    if made.is_cached or made.is_running_already:
        drop_spool(house, request)
    return made


def _create(
    house: House,
    request: ExportRequest,
    who: Asker,
    schedule: str | None,
    is_wanted: Callable[[], bool] | None,
) -> Created:
    id = uuid.uuid4().hex
    plan = plan_file(house, request, id)
    sha256 = hash_request(request, plan)
    asked = Asked(request=request, sha256=sha256, mark=plan.facts.mark)
    known = _known(house, asked, who.name)
    if known is not None:
        return known
    keeping.make_room(house)
    receipt = replace(new_receipt(plan, who.name, id), schedule=schedule)
    try:
        if _is_made_here(house, request, plan):
            return _make_here(house, plan, receipt, asked, who.bounds, is_wanted)
        return _submit(house, plan, receipt, asked, who.bounds)
    except IntegrityError:
        known = _known(house, asked, who.name)
        if known is None:
            raise
        return known


def hash_request(request: ExportRequest, plan: FilePlan) -> str:
    """Return what two requests share that want the same file."""
    source = msgspec.structs.replace(request.source, spool="", upload="")
    plain = msgspec.structs.replace(request, source=source, wait=None, fresh=False)
    text = msgspec.json.encode(plain, order="deterministic")
    about = f"\0{plan.template_version}\0{plan.facts.sql_sha256}"
    return hashlib.sha256(text + about.encode()).hexdigest()


def _known(house: House, asked: Asked, by: str) -> Created | None:
    live = receipts.find_live(house.store, asked.sha256, by)
    if live is not None:
        return Created(receipt=live, is_running_already=True)
    if asked.request.fresh or asked.mark is None:
        return None
    same = receipts.find_same(house.store, asked.sha256, by, asked.mark)
    if same is None:
        return None
    if not (keeping.folder_of(house, same.id) / same.file_name).is_file():
        return None
    return Created(receipt=same, is_cached=True)


def _is_made_here(house: House, request: ExportRequest, plan: FilePlan) -> bool:
    if request.wait is not None:
        return request.wait
    exact, guess = plan.facts.expected_rows, plan.facts.estimated_rows
    rows = guess if exact is None else exact
    return rows is not None and rows <= house.settings[knobs.SMALL_ROWS]


def _make_here(
    house: House,
    plan: FilePlan,
    receipt: Receipt,
    asked: Asked,
    bounds: Bounds,
    is_wanted: Callable[[], bool] | None,
) -> Created:
    with house.store.session():  # remembered and recorded, or neither
        receipts.begin(house.store, receipt, asked)
        emit(started_event(receipt, plan))
    watch = watch_of(house, receipt.id, bounds, is_wanted=is_wanted)
    attempt = attempt_of(house, plan, receipt, watch, bounds, is_here=True)
    try:
        _, done = attempt.run()
    except BaseException as error:
        told = attempt.fail(error)
        if told is error:
            raise
        raise told from error
    finally:
        drop_spool(house, asked.request)
    return Created(receipt=done)


def _submit(
    house: House, plan: FilePlan, receipt: Receipt, asked: Asked, bounds: Bounds
) -> Created:
    facts = plan.facts
    rows = facts.expected_rows or facts.estimated_rows or 0
    wanted = Wanted(
        kind=KIND,
        parameters={
            "export": receipt.id,
            "most_rows": bounds.rows,
            "seconds": bounds.seconds,
        },
        title=f"Export {plan.title} as {plan.format}",
        subject=f"export:{receipt.id}",
        queue="large" if rows >= house.settings[knobs.LARGE_ROWS] else "",
    )
    waiting = replace(receipt, status="queued", attempts=0)
    with house.store.session():  # the job, its export and the record, or none of them
        spans.keep(f"export:{waiting.id}")
        waiting = replace(waiting, job=submit_job(house, wanted))
        receipts.begin(house.store, waiting, asked)
        emit(started_event(waiting, plan))
    return Created(receipt=waiting)


def watch_of(
    house: House,
    id: str,
    bounds: Bounds,
    *,
    progress: Callable[[int], None] | None = None,
    is_wanted: Callable[[], bool] | None = None,
) -> Watch:
    """Return what ends an export that takes too long or is not wanted any more."""
    most = min(house.settings[knobs.LIMIT], bounds.seconds or math.inf)
    return Watch(
        house.store,
        id,
        limit_seconds=deadline.within(most),
        progress=progress,
        is_wanted=is_wanted,
    )


def attempt_of(
    house: House,
    plan: FilePlan,
    receipt: Receipt,
    watch: Watch,
    bounds: Bounds,
    *,
    is_here: bool,
) -> Attempt:
    """Return an attempt at a file that the house keeps."""

    path = keeping.folder_of(house, receipt.id) / receipt.file_name
    here = opener_of(house) if is_here else None
    return Attempt(house, plan, receipt, watch, path, bounds.rows, here)


def opener_of(house: House) -> Opener:
    """Return what opens databases by the doors that this process has anyway."""

    def opener(target: Target) -> AbstractContextManager[Database]:
        return nullcontext(open_database(house, target.name))

    return opener


def drop_spool(house: House, request: ExportRequest) -> None:
    """Remove the rows that came with a request, now that its file is made."""
    if request.source.spool:
        remove_spool(spool_path(house, request.source.spool))


def again_at(receipt: Receipt, plan: FilePlan, attempt: int) -> Receipt:
    """Return a receipt as it is when an attempt begins; the source may have changed."""
    fresh = new_receipt(plan, receipt.created_by, receipt.id)
    return replace(fresh, attempts=attempt, job=receipt.job, schedule=receipt.schedule)
