"""What the documented answers hold; a field that is `UNSET` is not in the JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

State = Literal["queued", "processing", "completed", "failed", "cancelled", "expired"]
Strategy = Literal["single_file", "multi_file"]
Percent = Annotated[str, Meta(examples=["43.5%"], description="Saved by packing.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualFile:
    """One file of several."""

    batch_number: int
    file_name: str
    file_size: int
    record_count: int
    record_range: Annotated[str, Meta(examples=["1-2000"])]
    processing_time_seconds: float
    records_per_second: float
    file_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveInfo:
    """What packing did."""

    filename: str
    compressed_size: int
    uncompressed_size: int
    compression_ratio: Percent
    compression_time_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLink:
    """Where the archive is."""

    zip_file_name: str
    zip_file_url: str
    zip_file_size: int
    compression_ratio: Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedFile:
    """The file, or files; while there is none, only where to ask for it.

    Attributes:
        file_url: The same as `download_url`, with the host.
    """

    export_id: str
    status_url: str
    record_count: int
    expires_at: str | None = None
    file_name: str | UnsetType = UNSET
    file_size: int | UnsetType = UNSET
    file_size_mb: float | UnsetType = UNSET
    download_url: str | UnsetType = UNSET
    file_url: str | UnsetType = UNSET
    template: str | UnsetType = UNSET
    format: str | UnsetType = UNSET
    total_records: int | UnsetType = UNSET
    total_files: int | UnsetType = UNSET
    individual_files: tuple[IndividualFile, ...] | UnsetType = UNSET
    archive_info: ArchiveInfo | UnsetType = UNSET
    archive: ArchiveLink | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """Figures for one record, of the same measurements."""

    kb_per_record: float
    processing_ms_per_record: float
    memory_efficiency_kb_per_record: float
    kb_per_record_uncompressed: float | UnsetType = UNSET
    kb_per_record_compressed: float | UnsetType = UNSET
    compression_efficiency: Percent | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How long it took and what it held, as it was measured.

    Attributes:
        memory_used_mb: What the writing process had more at its peak than before.
        peak_memory_mb: The most it ever had.
    """

    total_processing_time_seconds: float
    processing_time_ms: int
    records_per_second: float
    memory_used_mb: float
    peak_memory_mb: float
    efficiency_metrics: Efficiency
    data_preparation_time_seconds: float | UnsetType = UNSET
    total_records_per_second: float | UnsetType = UNSET
    average_chunk_processing_time_seconds: float | UnsetType = UNSET
    chunk_processing_times: tuple[float, ...] | UnsetType = UNSET
    average_memory_peak_mb: float | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemInfo:
    """What was asked for, and how it was done."""

    export_type: str
    template: str
    format: str
    filters_applied: Mapping[str, object]
    generated_at: str
    compression_used: str
    compression_level: int
    temp_files_cleanup_scheduled: bool
    export_expires_at: str | None
    chunk_size: int | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """A summary of the summary."""

    processing_time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """An export that was asked for.

    Attributes:
        state: `completed`, or how far it is.
        warnings: What of the request was left aside, and what of the data.
    """

    status: Literal["success"]
    success: Literal[True]
    state: State
    message: str
    export_strategy: Strategy
    data: CreatedFile
    request_id: str
    system_info: SystemInfo
    download_url: str
    status_url: str
    warnings: tuple[str, ...] = ()
    performance_metrics: Performance | UnsetType = UNSET
    metadata: Metadata | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an export is."""

    stage: str
    percentage: int
    current_chunk: int
    total_chunks: int
    records_processed: int
    current_operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there is no file."""

    message: str
    error_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportStatus:
    """How an export is.

    Attributes:
        status: `queued`, `processing`, `success`, `failed` or `expired`.
        queue_position: Exports that begin before it, and it; 0 once it has begun.
        compression_ratio_percent: Saved by packing.
    """

    status: Literal["queued", "processing", "success", "failed", "expired"]
    success: bool
    state: State
    request_id: str
    export_id: str
    export_type: str
    template: str
    format: str
    record_count: int | None
    created_at: str
    expires_at: str | None
    progress: Progress
    queue_position: int
    estimated_completion: str | None
    export_strategy: Strategy
    total_chunks: int
    download_url: str
    status_url: str
    warnings: tuple[str, ...] = ()
    error: Failure | UnsetType = UNSET
    file_name: str | UnsetType = UNSET
    file_size_bytes: int | UnsetType = UNSET
    file_size_mb: float | UnsetType = UNSET
    zip_file_size_bytes: int | UnsetType = UNSET
    zip_file_size_mb: float | UnsetType = UNSET
    total_uncompressed_size_bytes: int | UnsetType = UNSET
    total_uncompressed_size_mb: float | UnsetType = UNSET
    compression_ratio_percent: float | UnsetType = UNSET
    processing_time_ms: int | UnsetType = UNSET
    processing_time_seconds: float | UnsetType = UNSET
    records_per_second: float | UnsetType = UNSET
    files_info: tuple[IndividualFile, ...] | UnsetType = UNSET
    performance_metrics: Performance | UnsetType = UNSET
    system_info: SystemInfo | UnsetType = UNSET
