"""The verbs of this room: make a file of a source, and find what was made."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from entrepot.base.errors import Expired, IllegalMove, NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.connections import StatementSource
from entrepot.exports import jobs as _kinds  # noqa: F401  # who asks knows our kinds
from entrepot.exports import keeping, making, receipts
from entrepot.exports.asker import Asker, Bounds
from entrepot.exports.attempt import Attempt
from entrepot.exports.beginning import new_receipt, started_event
from entrepot.exports.delivering import check_destinations, deliver
from entrepot.exports.errors import NotReady
from entrepot.exports.making import watch_of
from entrepot.exports.pipeline import Opener
from entrepot.exports.plan import FilePlan
from entrepot.exports.planning import plan_file, plan_source
from entrepot.exports.receipts import Filter, Receipt
from entrepot.exports.registry import FORMATS
from entrepot.exports.seen import ExportSeen, see
from entrepot.exports.wanted import ExportRequest
from entrepot.jobs import cancel_job


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A whole file and its receipt."""

    path: Path
    receipt: Receipt
    media_type: str


def run_export(
    house: House,
    source: StatementSource,
    *,
    format: str,
    options: Mapping[str, object] | None = None,
    by: str = "",
    to: Path | None = None,
    bounds: Bounds | None = None,
    progress: Callable[[int], None] | None = None,
    is_wanted: Callable[[], bool] | None = None,
) -> Finished:
    """Write all rows of a source to a file that is whole or not there.

    Few rows are written here; a source that has more, or takes its time, is read and
    written by a child process, which can be killed.

    Args:
        to: The file; one in the home, kept for a while, when None. Its extension
            gives way where the rows need another form (a zip of workbooks).
        bounds: What the one who asks may take; everything when None.
        progress, is_wanted: Told the rows so far; asked whether anybody still waits.

    Raises:
        UnknownName, Invalid: Format or options are wrong.
        ExportStopped: Somebody cancelled it, or nobody waits.
        EntrepotError: Of any kind: too many rows, out of time, a full disk.
    """
    plan = plan_source(source, format, options or {})
    asker = Asker(name=by, bounds=bounds or Bounds())
    run = _Run(house, plan, asker, source.opener, progress, is_wanted)
    return run.to(to)


def run_request(
    house: House,
    request: ExportRequest,
    who: Asker,
    *,
    to: Path | None = None,
    progress: Callable[[int], None] | None = None,
    is_wanted: Callable[[], bool] | None = None,
) -> Finished:
    """Make the file that a request wants now, wherever it is to be; as `run_export`."""
    plan = plan_file(house, request)
    run = _Run(house, plan, who, making.opener_of(house), progress, is_wanted)
    return run.to(to)


@dataclass(frozen=True, slots=True)
class _Run:
    house: House
    plan: FilePlan
    who: Asker
    opener: Opener
    progress: Callable[[int], None] | None
    is_wanted: Callable[[], bool] | None

    def to(self, path: Path | None) -> Finished:
        house, bounds = self.house, self.who.bounds
        receipt = new_receipt(self.plan, self.who.name)
        watch = watch_of(
            house,
            receipt.id,
            bounds,
            progress=self.progress,
            is_wanted=self.is_wanted,
        )
        _begin(house, receipt, self.plan)
        path = path or keeping.folder_of(house, receipt.id) / receipt.file_name
        plan, opener = self.plan, self.opener
        attempt = Attempt(house, plan, receipt, watch, path, bounds.rows, opener)
        path, receipt = _finished(attempt)
        media_type = media_type_of(receipt)
        return Finished(path=path, receipt=receipt, media_type=media_type)


def _finished(attempt: Attempt) -> tuple[Path, Receipt]:
    try:
        return attempt.run()
    except BaseException as error:
        told = attempt.fail(error)
        if told is error:
            raise
        raise told from error


def create_export(
    house: House,
    request: ExportRequest,
    who: Asker,
    *,
    schedule: str | None = None,
    is_wanted: Callable[[], bool] | None = None,
) -> ExportSeen:
    """Have a file made: here if that is quick, else as a job.

    The same request of the same person is made only once at a time, and a kept file
    of the same rows serves again.

    Args:
        schedule: Name of the schedule that asks.
        is_wanted: Asked whether anybody still waits, where the file is made here.

    Raises:
        EntrepotError: The request is wrong, there is no room, or, where it is made
            here, whatever went wrong.
    """
    check_destinations(house, request)
    made = making.create(house, request, who, schedule=schedule, is_wanted=is_wanted)
    if made.is_cached:
        deliver(house, made.receipt)
    return see(
        house,
        made.receipt,
        is_cached=made.is_cached,
        is_running_already=made.is_running_already,
    )


def get_export(house: House, id: str) -> ExportSeen:
    """Return an export with how far it is.

    Raises:
        NotThere: There is no such export.
    """
    return see(house, get_receipt(house, id))


def cancel_export(house: House, id: str) -> Receipt:
    """End a running export, whichever process runs it; an ended one stays as it is.

    Raises:
        NotThere: There is no such export.
    """
    receipt = get_receipt(house, id)
    if receipt.status in receipts.LIVE:
        if receipt.job is None:
            receipts.cancel(house.store, id)
        else:
            with suppress(IllegalMove):  # it has just ended
                cancel_job(house, receipt.job)
    return get_receipt(house, id)


def delete_export(house: House, id: str) -> Receipt:
    """Remove an export's file, after ending it if it runs; its receipt stays.

    Raises:
        NotThere: There is no such export.
    """
    receipt = cancel_export(house, id)
    if receipt.status == "completed":
        keeping.drop(house, receipt)
    return get_receipt(house, id)


def find_receipt(house: House, id: str) -> Receipt | None:
    """Return one receipt, if it is there."""
    return receipts.find_receipt(house.store, id)


def get_receipt(house: House, id: str) -> Receipt:
    """Return one receipt.

    Raises:
        NotThere: There is no such export.
    """
    receipt = find_receipt(house, id)
    if receipt is None:
        raise NotThere("export", id, [])
    return receipt


def list_receipts(
    house: House, limit: int = 50, after: str | None = None, by: str | None = None
) -> list[Receipt]:
    """Return receipts, newest first, from behind the one with the id `after`.

    Args:
        by: Only those of this person.

    Raises:
        NotThere: There is no receipt `after`.
    """
    return receipts.list_receipts(house.store, limit, after, Filter(by=by))


def list_exports(
    house: House, wanted: Filter, *, limit: int = 50, after: str | None = None
) -> list[ExportSeen]:
    """Return exports, newest first, from behind the one with the id `after`.

    Raises:
        NotThere: There is no export `after`.
    """
    found = receipts.list_receipts(house.store, limit, after, wanted)
    return [see(house, receipt) for receipt in found]


def get_file(house: House, id: str) -> Finished:
    """Return the kept file of a completed export.

    Raises:
        NotThere: There is no such export, or it has left no file.
        NotReady: It waits or runs.
        Expired: The file is not kept any more, or was not written to the home.
    """
    receipt = get_receipt(house, id)
    if receipt.status in receipts.LIVE:
        left_seconds = see(house, receipt).seconds_left or 2.0
        raise NotReady(
            f"the export is {receipt.status}",
            retry_after_seconds=max(1, min(60, round(left_seconds))),
        )
    if receipt.status not in receipts.ENDED_WELL:
        raise NotThere("file of the export", id, [])
    path = keeping.folder_of(house, id) / receipt.file_name
    if receipt.status == "expired" or not path.is_file():
        raise Expired(
            f"the file {receipt.file_name} is not kept here any more",
            hint="export again; EXPORT_RETENTION_HOURS says how long files are kept",
        )
    return Finished(path=path, receipt=receipt, media_type=media_type_of(receipt))


def media_type_of(receipt: Receipt) -> str:
    """Return the media type of a receipt's file."""
    format = FORMATS.get(receipt.format)
    if receipt.file_name.endswith(f".{format.extension}"):
        return format.media_type
    found, packed = mimetypes.guess_type(receipt.file_name)
    if packed:
        return f"application/{packed}"
    return found or "application/octet-stream"


def _begin(house: House, receipt: Receipt, plan: FilePlan) -> None:
    keeping.sweep(house)
    keeping.make_room(house)
    with house.store.session():  # remembered and recorded, or neither
        receipts.begin(house.store, receipt)
        emit(started_event(receipt, plan))
