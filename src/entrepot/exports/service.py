"""The verbs of this room: make a file of a source, and find what was made."""

from __future__ import annotations

import math
import mimetypes
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from entrepot.base import deadline
from entrepot.base.errors import Expired, NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.connections import StatementSource
from entrepot.exports import keeping, receipts
from entrepot.exports import settings as knobs
from entrepot.exports.attempt import Attempt
from entrepot.exports.events import ExportStarted
from entrepot.exports.plan import FilePlan
from entrepot.exports.planning import plan_source
from entrepot.exports.receipts import Receipt
from entrepot.exports.registry import FORMATS
from entrepot.exports.watch import Watch

SQL_CHARACTERS = 2_000
"""So much of a person's statement is told; its hash tells whether it was another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A whole file and its receipt."""

    path: Path
    receipt: Receipt
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most that one export may take; None for no bound."""

    rows: int | None = None
    seconds: int | None = None


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
    receipt, bounds = _new_receipt(plan, by), bounds or Bounds()
    watch = _watch(house, receipt, bounds, progress, is_wanted)
    _begin(house, receipt, plan)
    path = to or keeping.folder_of(house, receipt.id) / receipt.file_name
    attempt = Attempt(house, plan, receipt, watch, path, bounds.rows, source.opener)
    path, receipt = _finished(attempt)
    return Finished(path=path, receipt=receipt, media_type=media_type_of(receipt))


def _finished(attempt: Attempt) -> tuple[Path, Receipt]:
    try:
        return attempt.run()
    except BaseException as error:
        told = attempt.fail(error)
        if told is error:
            raise
        raise told from error


def cancel_export(house: House, id: str) -> Receipt:
    """End a running export, whichever process runs it; an ended one stays as it is.

    Raises:
        NotThere: There is no such export.
    """
    receipts.cancel(house.store, id)
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
    return receipts.list_receipts(house.store, limit, after, by)


def get_file(house: House, id: str) -> Finished:
    """Return the kept file of a finished export.

    Raises:
        NotThere: There is no such export, or it has left no file.
        Expired: The file is not kept any more, or was not written to the home.
    """
    receipt = get_receipt(house, id)
    if receipt.status != "completed":
        raise NotThere("file of the export", id, [])
    path = keeping.folder_of(house, id) / receipt.file_name
    if not path.is_file():
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
    return mimetypes.guess_type(receipt.file_name)[0] or "application/octet-stream"


def _begin(house: House, receipt: Receipt, plan: FilePlan) -> None:
    keeping.sweep(house)
    with house.store.session():  # remembered and recorded, or neither
        receipts.begin(house.store, receipt)
        emit(_started(receipt, plan.facts.sql))


def _watch(
    house: House,
    receipt: Receipt,
    bounds: Bounds,
    progress: Callable[[int], None] | None,
    is_wanted: Callable[[], bool] | None,
) -> Watch:
    return Watch(
        house.store,
        receipt.id,
        limit_seconds=deadline.within(
            min(house.settings[knobs.LIMIT], bounds.seconds or math.inf)
        ),
        progress=progress,
        is_wanted=is_wanted,
    )


def _started(receipt: Receipt, sql: str) -> ExportStarted:
    return ExportStarted(
        id=receipt.id,
        format=receipt.format,
        options=receipt.options,
        title=receipt.title,
        connection=receipt.connection,
        sql_sha256=receipt.sql_sha256,
        sql=sql[:SQL_CHARACTERS],
        by=receipt.created_by,
    )


def _new_receipt(plan: FilePlan, by: str) -> Receipt:
    facts = plan.facts
    return Receipt(
        id=uuid.uuid4().hex,
        status="running",
        title=plan.title,
        connection=facts.connection,
        schema=facts.schema,
        table=facts.table,
        sql_sha256=facts.sql_sha256,
        format=plan.format,
        options=plan.options,
        file_name=plan.file_name,
        started_at=now(),
        created_by=by,
    )
