"""One attempt at an export: here or in a child, to a whole file or to none."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from entrepot.base import spans
from entrepot.base.errors import Broken, EntrepotError, Refused, TimedOut
from entrepot.base.events import Event, emit
from entrepot.base.files import publish
from entrepot.base.house import House
from entrepot.exports import keeping, receipts
from entrepot.exports import settings as knobs
from entrepot.exports.delivering import announce, compared
from entrepot.exports.errors import ExportStopped
from entrepot.exports.events import ExportBroke, ExportCancelled, ExportFinished
from entrepot.exports.kept import kept_folder
from entrepot.exports.parent import write_apart
from entrepot.exports.pipeline import Opener
from entrepot.exports.plan import FilePlan
from entrepot.exports.receipts import Receipt, Status
from entrepot.exports.watch import Watch
from entrepot.exports.writer import Outcome, PassedMark, Task, write


@dataclass(frozen=True, slots=True)
class Attempt:
    """An export on its way; `run` or, after an error, `fail` ends it.

    Attributes:
        path: Where the whole file is to be.
        most_rows: More in the file are refused; None for no bound.
        opener: Opens databases in this process; None where a child is to write.
    """

    house: House
    plan: FilePlan
    receipt: Receipt
    watch: Watch
    path: Path
    most_rows: int | None = None
    opener: Opener | None = None

    def run(self) -> tuple[Path, Receipt]:
        """Write the file; return where it is, and its receipt."""
        receipt = self.receipt
        spans.keep(f"export:{receipt.id}")
        facts = {"export": receipt.id, "format": receipt.format}
        with spans.span("export", receipt.title, **facts) as step:
            path, receipt = self._run()
            step.tell(rows=receipt.rows, size_bytes=receipt.size_bytes)
        return path, receipt

    def _run(self) -> tuple[Path, Receipt]:
        folder = keeping.folder_of(self.house, self.receipt.id)
        _clean(folder, self._kept)  # what an attempt left that was killed
        with (
            tempfile.TemporaryDirectory(prefix=".work-", dir=folder) as work,
            publish(self.path) as file,
        ):
            outcome = self._write(file, Path(work))
            self.watch(outcome.rows)
        if self._kept is not None:
            keeping.remove(self._kept)
        path = _fit_extension(self.path, outcome)
        if not any(folder.iterdir()):
            folder.rmdir()  # the file went elsewhere
        return path, self._finish(path, outcome)

    def clear(self, error: BaseException) -> BaseException:
        """Remove what no later attempt needs; return what people are told."""
        folder = keeping.folder_of(self.house, self.receipt.id)
        if self._kept is None:
            keeping.remove(folder)
        else:
            _clean(folder, self._kept)
        return _ours(error, self.path)

    def fail(self, error: BaseException) -> BaseException:
        """Remove and note what is left after an error; return what people are told."""
        told = self.clear(error)
        keeping.remove(keeping.folder_of(self.house, self.receipt.id))
        is_stopped = isinstance(told, ExportStopped) or not isinstance(told, Exception)
        status: Status = "cancelled" if is_stopped else "failed"
        failed = told if isinstance(told, EntrepotError) else ExportStopped("stopped")
        code, seconds = failed.code(), self.watch.seconds
        receipt = replace(
            self.receipt,
            status=status,
            error=code,
            error_detail=failed.detail,
            seconds=seconds,
        )
        with self.house.store.session():
            receipts.settle(self.house.store, receipt)
            emit(sad_event(receipt, failed.detail))
        return told

    def _write(self, file: BinaryIO, work: Path) -> Outcome:
        mark = self.house.settings[knobs.INLINE_ROWS]
        facts = self.plan.facts
        known = facts.expected_rows or facts.estimated_rows or 0
        if self.opener is not None and known <= mark:
            outcome = self._write_here(self.opener, file, work, mark)
            if outcome is not None:
                return outcome
            file.seek(0)
            file.truncate()
        task = self._task(work, self.watch.left_seconds)
        return write_apart(task, file, self.watch, expect=self.watch.expect)

    def _write_here(
        self, opener: Opener, file: BinaryIO, work: Path, mark: int
    ) -> Outcome | None:
        """Write in this process; None if that is too many rows or takes too long."""
        seconds = float(self.house.settings[knobs.INLINE_SECONDS])
        task = self._task(work, min(seconds, self.watch.left_seconds))
        try:
            expect = self.watch.expect
            return write(task, opener, file, self.watch, mark_rows=mark, expect=expect)
        except PassedMark:
            return None
        except TimedOut:
            # A server that cannot be reached ends sooner, and would there again.
            if self.watch.seconds < seconds:
                raise
            return None

    def _task(self, work: Path, seconds: float) -> Task:
        return Task(
            plan=self.plan,
            seconds=seconds,
            folder=work,
            most_rows=self.most_rows,
            kept=self._kept,
        )

    @property
    def _kept(self) -> Path | None:
        """Return where files outlive this attempt; only a job has another after it."""
        folder = keeping.folder_of(self.house, self.receipt.id)
        return kept_folder(self.plan, folder) if self.receipt.job else None

    @property
    def _is_kept(self) -> bool:
        return self.path.parent == keeping.folder_of(self.house, self.receipt.id)

    def _finish(self, path: Path, outcome: Outcome) -> Receipt:
        receipt = replace(
            self.receipt,
            status="completed",
            file_name=path.name,
            rows=outcome.rows,
            expected_rows=outcome.expected_rows,
            size_bytes=outcome.size_bytes,
            sha256=outcome.sha256,
            columns=outcome.columns,
            cells_cut=outcome.cells_cut,
            parts=outcome.parts,
            files=outcome.files,
            warnings=outcome.warnings,
            measures={**self.receipt.measures, **outcome.measures},
            seconds=self.watch.seconds,
            expires_at=keeping.expires_at(self.house) if self._is_kept else None,
        )
        receipt, before = compared(self.house, receipt)
        try:
            if self._is_kept:
                keeping.make_room(self.house, outcome.size_bytes)
            with self.house.store.session():  # settled and recorded, or neither
                self._settle(receipt)
                announce(self.house, receipt, rows_before=before)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return receipt

    def _settle(self, receipt: Receipt) -> None:
        if not receipts.settle(self.house.store, receipt):
            raise ExportStopped("somebody cancelled the export")
        emit(
            ExportFinished(
                id=receipt.id,
                format=receipt.format,
                rows=receipt.rows or 0,
                size_bytes=receipt.size_bytes or 0,
                sha256=receipt.sha256 or "",
                seconds=self.watch.seconds,
            )
        )


def _clean(folder: Path, kept: Path | None) -> None:
    """Make a folder that holds nothing else than what is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path == kept:
            continue
        if path.is_dir():
            keeping.remove(path)
        else:
            path.unlink(missing_ok=True)


def _fit_extension(path: Path, outcome: Outcome) -> Path:
    if not outcome.extension or path.name.endswith(f".{outcome.extension}"):
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


def sad_event(receipt: Receipt, words: str) -> Event:
    """Return what is told of an export that ended without its file."""
    seconds = receipt.seconds or 0.0
    if receipt.status == "cancelled":
        return ExportCancelled(id=receipt.id, format=receipt.format, seconds=seconds)
    return ExportBroke(
        id=receipt.id,
        format=receipt.format,
        seconds=seconds,
        code=receipt.error or "",
        error=words,
    )
