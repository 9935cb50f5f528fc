"""An export as people see it: how far it is, and its receipt when it is whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from entrepot.base.house import House
from entrepot.exports.receipts import ENDED_WELL, LIVE, Receipt, Status
from entrepot.jobs import JobFilter, JobSeen, find_job, list_jobs

MOST_WAITING = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSeen:
    """An export.

    Attributes:
        schema, table: What is read, when it is one table.
        rows: So far while it is running; in the file when it is completed.
        expected_rows: As many the file must have; None where nobody knows.
        percent: 0 to 100; None while nobody can know.
        rows_per_second, seconds_left: Of a running one, from its own pace.
        queue_position: Exports that begin before this one; None unless it waits.
        attempts: Times it began.
        is_cached: It was made before, of the same rows, for the same request.
        is_running_already: The same request waits or runs: this is that one.
        error: The error's code; `error_detail` are its words.
        job: Id of the job that makes it.
        download_url: None while there is no file, or no more.
        receipt: None until it is completed.
    """

    id: str
    status: Status
    title: str
    connection: str
    schema: str | None
    table: str | None
    sql_sha256: str
    format: str
    options: Mapping[str, str | int | float | bool]
    template: str | None
    template_version: int | None
    file_name: str
    rows: int | None
    expected_rows: int | None
    percent: float | None
    rows_per_second: float | None
    seconds_left: float | None
    queue_position: int | None
    attempts: int
    is_cached: bool
    is_running_already: bool
    created_by: str
    schedule: str | None
    started_at: datetime
    seconds: float | None
    expires_at: datetime | None
    error: str | None
    error_detail: str | None
    warnings: tuple[str, ...]
    job: str | None
    status_url: str
    download_url: str | None
    receipt: Receipt | None


SAME = {f.name for f in fields(ExportSeen)} & {f.name for f in fields(Receipt)}


def see(
    house: House,
    receipt: Receipt,
    *,
    is_cached: bool = False,
    is_running_already: bool = False,
) -> ExportSeen:
    """Return an export with how far it is now."""
    is_live = receipt.status in LIVE
    job = find_job(house, receipt.job) if receipt.job and is_live else None
    place = _place(house, job) if receipt.status == "queued" else None
    address = f"/api/exports/{receipt.id}"
    has_file = receipt.status == "completed" and receipt.expires_at is not None
    values = {name: getattr(receipt, name) for name in SAME}
    return ExportSeen(
        **values,
        percent=_percent(receipt, job),
        rows_per_second=job.rows_per_second if job else _pace(receipt),
        seconds_left=job.seconds_left if job else None,
        queue_position=place,
        is_cached=is_cached,
        is_running_already=is_running_already,
        status_url=address,
        download_url=f"{address}/download" if has_file else None,
        receipt=receipt if receipt.status in ENDED_WELL else None,
    )


def _percent(receipt: Receipt, job: JobSeen | None) -> float | None:
    if receipt.status in ENDED_WELL:
        return 100.0
    if receipt.status == "queued":
        return 0.0
    if job is not None:
        return job.percent
    known = receipt.expected_rows or receipt.measures.get("estimated_rows")
    if not known or receipt.rows is None:
        return None
    return min(99.0, round(100 * receipt.rows / known, 1))


def _pace(receipt: Receipt) -> float | None:
    if not receipt.rows or not receipt.seconds:
        return None
    return round(receipt.rows / receipt.seconds, 1)


def _place(house: House, job: JobSeen | None) -> int | None:
    """Return how many jobs of the same queue begin before this one."""
    if job is None or job.state != "pending":
        return None
    wanted = JobFilter(states=("pending",), queue=job.queue)
    found = list_jobs(house, wanted, limit=MOST_WAITING).jobs
    mine = (job.priority, job.created_at)
    return sum((one.priority, one.created_at) < mine for one in found)
