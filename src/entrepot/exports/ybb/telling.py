"""From an export, as this house remembers it, to the documented answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from msgspec import UNSET, UnsetType

from entrepot.base.times import render_time
from entrepot.exports.parts import LEVEL
from entrepot.exports.receipts import Receipt
from entrepot.exports.wanted import ExportRequest, Filter
from entrepot.exports.ybb import figures
from entrepot.exports.ybb.asked import FORMATS
from entrepot.exports.ybb.shapes import (
    Created,
    CreatedFile,
    Metadata,
    Performance,
    State,
    Strategy,
    SystemInfo,
)

STATES: dict[str, State] = {
    "queued": "queued",
    "running": "processing",
    "completed": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
    "expired": "expired",
}
MESSAGES: dict[State, str] = {
    "queued": "The export waits for its turn",
    "processing": "The export is being written",
    "completed": "Export ready",
    "failed": "The export failed",
    "cancelled": "The export was cancelled",
    "expired": "The export has expired",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where an export stands among others.

    Attributes:
        position: In the queue, from 1; 0 when it has begun.
        seconds_left: Until its file is whole; None where nobody can know.
    """

    position: int = 0
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An export with all that is known of it.

    Attributes:
        sent_rows: Records that came, whatever became of them.
        host: How addresses begin, without a slash at the end.
        preparing_seconds: What reading the records took, where it is known.
    """

    receipt: Receipt
    request: ExportRequest
    request_id: str
    sent_rows: int | None = None
    host: str = ""
    turn: Turn = Turn()
    preparing_seconds: float | None = None
    warnings: tuple[str, ...] = ()

    def at(self, turn: Turn) -> Told:
        """Return the same, with where it stands among others."""
        return replace(self, turn=turn)

    @property
    def state(self) -> State:
        """Return how it is, in the document's words."""
        return STATES[self.receipt.status]

    @property
    def kind(self) -> str:
        """Return what is exported, e.g. `participants`."""
        return (self.receipt.template or "").partition(".")[0]

    @property
    def template(self) -> str:
        """Return the template's name within its kind."""
        return (self.receipt.template or "").partition(".")[2]

    @property
    def format(self) -> str:
        """Return the document's name for the format."""
        names = {ours: theirs for theirs, ours in reversed(FORMATS.items())}
        return names.get(self.receipt.format, self.receipt.format)

    @property
    def strategy(self) -> Strategy:
        """Return whether there are several files."""
        return "single_file" if self.request.split is None else "multi_file"

    @property
    def place(self) -> str:
        """Return the export's address."""
        return f"/api/ybb/export/{self.receipt.id}"

    @property
    def download(self) -> str:
        """Return the address of its file, or of the archive."""
        is_archive = self.strategy == "multi_file"
        return f"{self.place}/download/zip" if is_archive else f"{self.place}/download"

    @property
    def records(self) -> int | None:
        """Return how many there are in the file, or will be as far as is known."""
        if self.state in ("completed", "expired"):
            return self.receipt.rows
        expected = self.receipt.expected_rows
        return self.sent_rows if expected is None else expected

    @property
    def expires_at(self) -> str | None:
        """Return until when the file is kept."""
        at = self.receipt.expires_at
        return None if at is None else render_time(at, timespec="seconds")

    @property
    def chunk_rows(self) -> int | None:
        """Return how many records each of several files has."""
        return None if self.request.split is None else self.request.split.rows

    @property
    def is_there(self) -> bool:
        """Tell whether there is a file."""
        return self.state == "completed"


def created(told: Told) -> Created:
    """Return the answer to who asked for an export."""
    performance: Performance | UnsetType = UNSET
    if told.is_there:
        performance = figures.performance(told.receipt, told.preparing_seconds)
    return Created(
        status="success",
        success=True,
        state=told.state,
        message=MESSAGES[told.state],
        export_strategy=told.strategy,
        data=_created_file(told),
        request_id=told.request_id,
        system_info=system_info(told),
        download_url=told.download,
        status_url=f"{told.place}/status",
        warnings=(*told.warnings, *told.receipt.warnings),
        performance_metrics=performance,
        metadata=_metadata(told.receipt) if told.is_there else UNSET,
    )


def filters_applied(request: ExportRequest) -> Mapping[str, object]:
    """Return the filters of a request as they are written in one."""
    found: dict[str, object] = {}
    for operation in request.operations:
        if not isinstance(operation, Filter):
            continue
        if operation.operator in ("eq", "in"):
            found[operation.column] = operation.value
        else:
            comparisons = found.setdefault(operation.column, {})
            assert isinstance(comparisons, dict)
            comparisons[operation.operator] = operation.value
    return found


def _created_file(told: Told) -> CreatedFile:
    base = CreatedFile(
        export_id=told.receipt.id,
        status_url=f"{told.place}/status",
        record_count=told.records or 0,
        expires_at=told.expires_at,
    )
    if not told.is_there:
        return base
    return _one_file(base, told) if not told.receipt.files else _many(base, told)


def _one_file(base: CreatedFile, told: Told) -> CreatedFile:
    size_bytes = told.receipt.size_bytes or 0
    return replace(
        base,
        file_name=told.receipt.file_name,
        file_size=size_bytes,
        file_size_mb=figures.mb(size_bytes),
        download_url=told.download,
        file_url=f"{told.host}{told.download}",
    )


def _many(base: CreatedFile, told: Told) -> CreatedFile:
    place = f"{told.place}/download"
    return replace(
        base,
        template=told.template,
        format=told.format,
        total_records=base.record_count,
        total_files=len(told.receipt.files),
        individual_files=figures.individual_files(told.receipt, place),
        archive_info=figures.archive_info(told.receipt),
        archive=figures.archive_link(told.receipt, place),
    )


def system_info(told: Told) -> SystemInfo:
    """Return what was asked for, and how it was done."""
    rows = told.chunk_rows
    is_packed = any(file.offset is None for file in told.receipt.files)
    return SystemInfo(
        export_type=told.kind,
        template=told.template,
        format=told.format,
        filters_applied=filters_applied(told.request),
        generated_at=render_time(told.receipt.started_at, timespec="seconds"),
        compression_used="none" if rows is None else "zip",
        compression_level=LEVEL if is_packed else 0,
        temp_files_cleanup_scheduled=told.receipt.expires_at is not None,
        export_expires_at=told.expires_at,
        chunk_size=UNSET if rows is None else rows,
    )


def _metadata(receipt: Receipt) -> Metadata:
    return Metadata(processing_time=round(receipt.seconds or 0.0, 3))
