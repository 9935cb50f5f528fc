"""Limits of this service, as the document calls them."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.base.house import House
from entrepot.exports import settings as knobs
from entrepot.exports.ybb.asked import DEFAULT_CHUNK_ROWS, MOST_CHUNK_ROWS
from entrepot.exports.ybb.catalogue import KINDS, templates_of
from entrepot.jobs import QUEUES

WAITED_RECORDS = 5_000
"""So many are written while the caller waits; more, unless it says so, are a job."""
SHEET_ROWS = 1_048_576
RECOMMENDED_ROWS = 100_000
POSTED_CHUNK_ROWS = 1_000
MIN_AGE_MINUTES = 10
"""Younger files are never cleaned up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLimits:
    """What one caller may send.

    Attributes:
        rate_limit_per_minute: For one key or an address; 0 is no limit.
    """

    max_content_length: int
    max_content_length_mb: float
    request_timeout_seconds: int
    rate_limit_per_minute: int
    max_concurrent_requests_per_ip: int
    max_chunk_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLimits:
    """How large files become.

    Attributes:
        immediate_max_records: With more the answer comes before the file.
        large_exports_at_once: Over all workers.
    """

    immediate_max_records: int
    excel_max_rows_per_sheet: int
    excel_recommended_rows: int
    large_exports_at_once: int
    export_timeout_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkLimits:
    """Records in each file where there are several."""

    default_chunk_size: int
    min_chunk_size: int
    max_chunk_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long files are kept."""

    export_retention_hours: int
    min_age_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLimits:
    """When a template's records are split."""

    max_records_single_file: int
    recommended_chunk_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemConfig:
    """Every limit there is."""

    limits: RequestLimits
    exports: ExportLimits
    chunking: ChunkLimits
    retention: Retention
    formats: tuple[str, ...]
    export_types: tuple[str, ...]
    templates: dict[str, dict[str, TemplateLimits]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLimits:
    """The limits on requests, which belong to the web."""

    bytes: int
    seconds: int
    per_minute: int
    at_once: int


def system_config(house: House, web: AskedLimits) -> SystemConfig:
    """Return the limits as they are set."""
    return SystemConfig(
        limits=RequestLimits(
            max_content_length=web.bytes,
            max_content_length_mb=round(web.bytes / 1_048_576, 2),
            request_timeout_seconds=web.seconds,
            rate_limit_per_minute=web.per_minute,
            max_concurrent_requests_per_ip=web.at_once,
            max_chunk_size=POSTED_CHUNK_ROWS,
        ),
        exports=ExportLimits(
            immediate_max_records=WAITED_RECORDS,
            excel_max_rows_per_sheet=SHEET_ROWS,
            excel_recommended_rows=RECOMMENDED_ROWS,
            large_exports_at_once=QUEUES["large"].at_once,
            export_timeout_seconds=house.settings[knobs.LIMIT],
        ),
        chunking=ChunkLimits(
            default_chunk_size=DEFAULT_CHUNK_ROWS,
            min_chunk_size=1,
            max_chunk_size=MOST_CHUNK_ROWS,
        ),
        retention=Retention(
            export_retention_hours=house.settings[knobs.RETENTION],
            min_age_minutes=MIN_AGE_MINUTES,
        ),
        formats=("excel", "csv", "json"),
        export_types=KINDS,
        templates={kind: _limits_of(kind) for kind in KINDS},
    )


def _limits_of(kind: str) -> dict[str, TemplateLimits]:
    return {
        name: TemplateLimits(
            max_records_single_file=entry.max_records_single_file,
            recommended_chunk_size=entry.recommended_chunk_size or DEFAULT_CHUNK_ROWS,
        )
        for name, entry in templates_of(kind).items()
    }
