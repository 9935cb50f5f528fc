"""Write the rows of a source to a file that appears whole or not at all."""

from __future__ import annotations

import mimetypes
import os
import tempfile
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from entrepot.base.errors import (
    Broken,
    EntrepotError,
    Expired,
    NotThere,
    Refused,
    TimedOut,
)
from entrepot.base.events import emit
from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.connections import StatementSource
from entrepot.exports import keeping, receipts
from entrepot.exports import settings as knobs
from entrepot.exports.errors import ExportStopped
from entrepot.exports.events import (
    ExportBroke,
    ExportCancelled,
    ExportFinished,
    ExportStarted,
)
from entrepot.exports.naming import file_name
from entrepot.exports.options import read_options
from entrepot.exports.parent import write_apart
from entrepot.exports.receipts import Receipt, Status
from entrepot.exports.registry import FORMATS
from entrepot.exports.watch import Watch
from entrepot.exports.writer import Outcome, PassedMark, Task, write


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
    estimated_rows: int | None = None,
    progress: Callable[[int], None] | None = None,
    is_wanted: Callable[[], bool] | None = None,
) -> Finished:
    """Write all rows of a source to a file.

    Few rows are written here; a source that has more, or takes its time, is read and
    written by a child process, which can be killed.

    Args:
        options: Of the format; texts are read as the option's type.
        to: Where the file is to be; in the home, for a while, when None. The name's
            extension gives way when the rows need another form (a zip of workbooks).
        progress: Called with the rows so far.
        is_wanted: Asked once a second whether anybody still waits.

    Raises:
        UnknownName: There is no such format or option.
        Invalid: An option's value is wrong.
        ExportStopped: Somebody cancelled it, or nobody waits.
        TimedOut: It took too long.
        TooMuch: The disk is full.
        EntrepotError: Of any kind, from the source.
    """
    receipt = _new_receipt(source, format, options or {}, by)
    keeping.sweep(house)
    receipts.begin(house.store, receipt)
    watch = Watch(
        house.store,
        receipt.id,
        limit_seconds=house.settings[knobs.LIMIT],
        progress=progress,
        is_wanted=is_wanted,
    )
    emit(ExportStarted(id=receipt.id, format=format, title=source.title, by=by))
    export = _Export(house, source, receipt, watch, estimated_rows or 0)
    path = to or keeping.folder_of(house, receipt.id) / receipt.file_name
    try:
        return export.run(path)
    except BaseException as error:
        keeping.remove(keeping.folder_of(house, receipt.id))
        ended = _ours(error, path)
        _settle_failed(house, replace(receipt, seconds=watch.seconds), ended)
        if ended is error:
            raise
        raise ended from error


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
    if receipt.status != "finished":
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


@dataclass(frozen=True, slots=True)
class _Export:
    house: House
    source: StatementSource
    receipt: Receipt
    watch: Watch
    estimated_rows: int

    def run(self, path: Path) -> Finished:
        folder = keeping.folder_of(self.house, self.receipt.id)
        folder.mkdir(parents=True)
        with (
            tempfile.TemporaryDirectory(prefix=".work-", dir=folder) as work,
            publish(path) as file,
        ):
            outcome = self._write(file, Path(work))
            self.watch(outcome.rows)
        path = _fit_extension(path, outcome)
        if not any(folder.iterdir()):
            folder.rmdir()  # the file went elsewhere
        return self._finish(path, outcome)

    def _write(self, file: BinaryIO, work: Path) -> Outcome:
        mark = self.house.settings[knobs.INLINE_ROWS]
        if self.estimated_rows <= mark:
            outcome = self._write_here(file, work, mark)
            if outcome is not None:
                return outcome
            file.seek(0)
            file.truncate()
        task = self._task(work, self.watch.left_seconds)
        return write_apart(task, self.source.target, file, self.watch)

    def _write_here(self, file: BinaryIO, work: Path, mark: int) -> Outcome | None:
        """Write in this process; None if that is too many rows or takes too long."""
        seconds = float(self.house.settings[knobs.INLINE_SECONDS])
        task = self._task(work, min(seconds, self.watch.left_seconds))
        database = self.source.database
        try:
            return write(task, database, file, self.watch, most_rows=mark)
        except PassedMark:
            return None
        except TimedOut:
            # A server that cannot be reached ends sooner, and would there again.
            if self.watch.seconds < seconds:
                raise
            return None

    def _task(self, work: Path, seconds: float) -> Task:
        return Task(
            statement=self.source.statement,
            title=self.source.title,
            format=self.receipt.format,
            options=self.receipt.options,
            seconds=seconds,
            folder=work,
        )

    def _finish(self, path: Path, outcome: Outcome) -> Finished:
        receipt = replace(
            self.receipt,
            status="finished",
            file_name=path.name,
            rows=outcome.rows,
            size_bytes=outcome.size_bytes,
            sha256=outcome.sha256,
            columns=outcome.columns,
            cells_cut=outcome.cells_cut,
            parts=outcome.parts,
            seconds=self.watch.seconds,
        )
        if not receipts.settle(self.house.store, receipt):
            path.unlink()
            raise ExportStopped("somebody cancelled the export")
        emit(
            ExportFinished(
                id=receipt.id,
                format=receipt.format,
                rows=outcome.rows,
                size_bytes=outcome.size_bytes,
                seconds=self.watch.seconds,
            )
        )
        return Finished(path=path, receipt=receipt, media_type=media_type_of(receipt))


def _new_receipt(
    source: StatementSource, format: str, options: Mapping[str, object], by: str
) -> Receipt:
    chosen = FORMATS.get(format)
    schema, table = source.statement.table or (None, None)
    return Receipt(
        id=uuid.uuid4().hex,
        status="running",
        title=source.title,
        connection=source.target.name,
        schema=schema,
        table=table,
        sql_sha256=receipts.hash_statement(source.statement),
        format=format,
        options=read_options(chosen, options),
        file_name=file_name(source.title, chosen.extension),
        started_at=datetime.now(UTC),
        created_by=by,
    )


def _fit_extension(path: Path, outcome: Outcome) -> Path:
    if not outcome.extension or path.suffix == f".{outcome.extension}":
        return path
    fitting = path.with_suffix(f".{outcome.extension}")
    os.replace(path, fitting)
    return fitting


def _ours(error: BaseException, path: Path) -> BaseException:
    """Return what people are told of an error: one of the eight kinds."""
    if isinstance(error, EntrepotError) or not isinstance(error, Exception):
        return error
    if isinstance(error, OSError):
        return Refused(f"cannot write {path}: {error.strerror or error}")
    return Broken(f"the export broke: {type(error).__name__}")


def _settle_failed(house: House, receipt: Receipt, error: BaseException) -> None:
    is_cancelled = not isinstance(error, Exception) or isinstance(error, ExportStopped)
    status: Status = "cancelled" if is_cancelled else "broken"
    code = error.code() if isinstance(error, EntrepotError) else "export-stopped"
    receipts.settle(house.store, replace(receipt, status=status, error=code))
    seconds = receipt.seconds or 0.0
    if is_cancelled:
        emit(ExportCancelled(id=receipt.id, format=receipt.format, seconds=seconds))
        return
    emit(
        ExportBroke(
            id=receipt.id,
            format=receipt.format,
            seconds=seconds,
            code=code,
            error=str(error),
        )
    )
