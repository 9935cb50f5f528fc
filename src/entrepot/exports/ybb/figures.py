"""Figures of an export, out of what was measured when it was written."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from entrepot.exports.parts import PartFile
from entrepot.exports.receipts import Receipt
from entrepot.exports.ybb.shapes import (
    ArchiveInfo,
    ArchiveLink,
    Efficiency,
    IndividualFile,
    Performance,
)

KB, MB = 1024, 1_048_576


def mb(size_bytes: float) -> float:
    """Return bytes as megabytes."""
    return round(size_bytes / MB, 2)


def per_second(rows: int, seconds: float) -> float:
    """Return a pace; nothing takes no time at all."""
    return round(rows / max(seconds, 0.001), 1)


def saved(receipt: Receipt) -> float:
    """Return how many percent packing saved; nothing where the parts are packed."""
    unpacked = sum(file.size_bytes for file in receipt.files)
    if not unpacked:
        return 0.0
    return max(0.0, round(100 * (unpacked - (receipt.size_bytes or 0)) / unpacked, 1))


def individual_files(receipt: Receipt, place: str) -> tuple[IndividualFile, ...]:
    """Return the files of an archive, each with its range of records, from 1.

    Args:
        place: Address of the export's downloads.
    """
    found, last = [], 0
    for number, file in enumerate(receipt.files, start=1):
        first, last = last + 1, last + file.rows
        found.append(
            IndividualFile(
                batch_number=number,
                file_name=file.name,
                file_size=file.size_bytes,
                record_count=file.rows,
                record_range=f"{first}-{last}",
                processing_time_seconds=round(file.seconds, 3),
                records_per_second=per_second(file.rows, file.seconds),
                file_url=f"{place}/batch/{number}",
            )
        )
    return tuple(found)


def archive_info(receipt: Receipt) -> ArchiveInfo:
    """Return what packing did."""
    return ArchiveInfo(
        filename=receipt.file_name,
        compressed_size=receipt.size_bytes or 0,
        uncompressed_size=sum(file.size_bytes for file in receipt.files),
        compression_ratio=f"{saved(receipt):.1f}%",
        compression_time_seconds=round(receipt.measures.get("packing_seconds", 0.0), 3),
    )


def archive_link(receipt: Receipt, place: str) -> ArchiveLink:
    """Return where the archive is."""
    return ArchiveLink(
        zip_file_name=receipt.file_name,
        zip_file_url=f"{place}/zip",
        zip_file_size=receipt.size_bytes or 0,
        compression_ratio=f"{saved(receipt):.1f}%",
    )


def performance(receipt: Receipt, preparing_seconds: float | None) -> Performance:
    """Return how long it took and what it held.

    Args:
        preparing_seconds: What reading the records took, where it is known.
    """
    rows, seconds = receipt.rows or 0, receipt.seconds or 0.0
    peak_bytes = receipt.measures.get("peak_bytes", 0.0)
    several = receipt.files
    return Performance(
        total_processing_time_seconds=round(seconds, 3),
        processing_time_ms=round(seconds * 1000),
        records_per_second=per_second(rows, seconds),
        memory_used_mb=mb(receipt.measures.get("used_bytes", 0.0)),
        peak_memory_mb=mb(peak_bytes),
        efficiency_metrics=_efficiency(receipt, rows, seconds),
        data_preparation_time_seconds=(
            UNSET if preparing_seconds is None else round(preparing_seconds, 3)
        ),
        total_records_per_second=per_second(rows, seconds) if several else UNSET,
        average_chunk_processing_time_seconds=_average(several),
        chunk_processing_times=(
            tuple(round(file.seconds, 3) for file in several) if several else UNSET
        ),
        average_memory_peak_mb=mb(peak_bytes) if several else UNSET,
    )


def _efficiency(receipt: Receipt, rows: int, seconds: float) -> Efficiency:
    size_bytes = receipt.size_bytes or 0
    used_bytes = receipt.measures.get("used_bytes", 0.0)
    unpacked = sum(file.size_bytes for file in receipt.files)
    is_archive = bool(receipt.files)
    return Efficiency(
        kb_per_record=_each(size_bytes / KB, rows),
        processing_ms_per_record=_each(seconds * 1000, rows),
        memory_efficiency_kb_per_record=_each(used_bytes / KB, rows),
        kb_per_record_uncompressed=_each(unpacked / KB, rows) if is_archive else UNSET,
        kb_per_record_compressed=_each(size_bytes / KB, rows) if is_archive else UNSET,
        compression_efficiency=f"{saved(receipt):.1f}%" if is_archive else UNSET,
    )


def _each(figure: float, rows: int) -> float:
    return round(figure / rows, 4) if rows else 0.0


def _average(files: Sequence[PartFile]) -> float | UnsetType:
    if not files:
        return UNSET
    return round(sum(file.seconds for file in files) / len(files), 3)
