"""How an export is: how far, how long still, and what came of it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from msgspec import UNSET, UnsetType

from entrepot.base.times import now, render_time
from entrepot.exports.ybb import figures
from entrepot.exports.ybb.shapes import ExportStatus, Failure, Progress
from entrepot.exports.ybb.telling import MESSAGES, Told, system_info

Word = Literal["queued", "processing", "success", "failed", "expired"]
WORDS: dict[str, Word] = {
    "queued": "queued",
    "processing": "processing",
    "completed": "success",
    "failed": "failed",
    "cancelled": "failed",
    "expired": "expired",
}
"""What clients compare with, by state."""


def status(told: Told) -> ExportStatus:
    """Return how an export is."""
    receipt = told.receipt
    bare = ExportStatus(
        status=WORDS[told.state],
        success=told.state not in ("failed", "cancelled"),
        state=told.state,
        request_id=told.request_id,
        export_id=receipt.id,
        export_type=told.kind,
        template=told.template,
        format=told.format,
        record_count=told.records,
        created_at=render_time(receipt.started_at, timespec="seconds"),
        expires_at=told.expires_at,
        progress=_progress(told),
        queue_position=told.turn.position,
        estimated_completion=_estimate(told),
        export_strategy=told.strategy,
        total_chunks=_total_chunks(told),
        download_url=told.download,
        status_url=f"{told.place}/status",
        warnings=receipt.warnings,
        error=_failure(told),
    )
    return _with_figures(bare, told) if told.is_there else bare


def _with_figures(bare: ExportStatus, told: Told) -> ExportStatus:
    receipt = told.receipt
    measured = figures.performance(receipt, told.preparing_seconds)
    full = replace(
        bare,
        file_name=receipt.file_name,
        processing_time_ms=measured.processing_time_ms,
        processing_time_seconds=measured.total_processing_time_seconds,
        records_per_second=measured.records_per_second,
        performance_metrics=measured,
        system_info=system_info(told),
    )
    size_bytes = receipt.size_bytes or 0
    if not receipt.files:
        return replace(
            full, file_size_bytes=size_bytes, file_size_mb=figures.mb(size_bytes)
        )
    unpacked = sum(file.size_bytes for file in receipt.files)
    return replace(
        full,
        zip_file_size_bytes=size_bytes,
        zip_file_size_mb=figures.mb(size_bytes),
        total_uncompressed_size_bytes=unpacked,
        total_uncompressed_size_mb=figures.mb(unpacked),
        compression_ratio_percent=figures.saved(receipt),
        files_info=figures.individual_files(receipt, f"{told.place}/download"),
    )


def _progress(told: Told) -> Progress:
    done, total = _rows_done(told), told.records
    chunks = _total_chunks(told)
    chunk = min(chunks, done // told.chunk_rows + 1) if told.chunk_rows else chunks
    is_begun = told.state != "queued"
    return Progress(
        stage=told.state,
        percentage=_percentage(told, done, total),
        current_chunk=chunk if is_begun else 0,
        total_chunks=chunks,
        records_processed=done,
        current_operation=_operation(told, chunk),
    )


def _rows_done(told: Told) -> int:
    done = told.receipt.rows or 0
    return done if told.records is None else min(done, told.records)


def _percentage(told: Told, done: int, total: int | None) -> int:
    if told.state in ("completed", "expired"):
        return 100
    # The last percent is the whole file under its name.
    return min(99, 100 * done // total) if total else 0


def _operation(told: Told, chunk: int) -> str:
    if told.state != "processing":
        return MESSAGES[told.state]
    return f"Writing batch {chunk}" if told.chunk_rows else "Writing records"


def _total_chunks(told: Told) -> int:
    if told.receipt.files:
        return len(told.receipt.files)
    if not told.chunk_rows:
        return 1
    return max(1, math.ceil((told.records or 0) / told.chunk_rows))


def _estimate(told: Told) -> str | None:
    receipt = told.receipt
    if told.state in ("completed", "expired"):
        ended = receipt.started_at + timedelta(seconds=receipt.seconds or 0.0)
        return render_time(ended, timespec="seconds")
    if told.turn.seconds_left is None:
        return None
    left = timedelta(seconds=told.turn.seconds_left)
    return render_time(now() + left, timespec="seconds")


def _failure(told: Told) -> Failure | UnsetType:
    if told.state not in ("failed", "cancelled"):
        return UNSET
    code = "EXPORT_CANCELLED" if told.state == "cancelled" else "EXPORT_FAILED"
    words = told.receipt.error_detail or MESSAGES[told.state]
    return Failure(message=words, error_code=code)
