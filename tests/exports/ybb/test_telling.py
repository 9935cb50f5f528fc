"""An export is told of in the documented fields, with figures that were measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from entrepot.exports.parts import PartFile
from entrepot.exports.receipts import Receipt
from entrepot.exports.wanted import ExportRequest, Filter, Sort, SortKey, Source, Split
from entrepot.exports.ybb.status import status
from entrepot.exports.ybb.telling import Told, Turn, created, filters_applied

AT = datetime(2025, 11, 20, 10, 15, tzinfo=UTC)
ID = "7f3c1b52a0b14c0f9d2e000000000000"
PLACE = f"/api/ybb/export/{ID}"
MB = 1 << 20

ONE = Receipt(
    id=ID,
    status="completed",
    title="Participants standard",
    connection="",
    sql_sha256="",
    format="xlsx",
    options={},
    file_name="participants_standard_7f3c1b52_20-11-2025_101500.xlsx",
    rows=4200,
    size_bytes=412_345,
    sha256="",
    started_at=AT,
    seconds=1.9,
    template="participants.standard",
    expires_at=datetime(2025, 11, 21, 10, 15, tzinfo=UTC),
    measures={"peak_bytes": 120.0 * MB, "used_bytes": 42.0 * MB},
)
REQUEST = ExportRequest(source=Source(spool="x"), template="participants.standard")


def part(number, rows, size_bytes, offset=None):
    """Return one file of an archive, written in half a second."""
    return PartFile(
        name=f"june_batch_{number}_of_2.csv",
        rows=rows,
        size_bytes=size_bytes,
        sha256="",
        offset=offset,
        seconds=0.5,
    )


MANY = replace(
    ONE,
    format="csv",
    file_name="june_complete_export.zip",
    rows=3000,
    size_bytes=600,
    seconds=1.5,
    template="participants.complete",
    files=(part(1, 2000, 700), part(2, 1000, 500)),
    measures={"peak_bytes": 90.0 * MB, "used_bytes": MB, "packing_seconds": 0.25},
)
IN_PARTS = ExportRequest(
    source=Source(spool="x"), template="participants.complete", split=Split(rows=2000)
)


def plain(value):
    """Return an answer as its JSON has it."""
    return msgspec.json.decode(msgspec.json.encode(value))


def told(receipt=ONE, request=REQUEST, **more):
    """Return an export with a request's id and a host."""
    given = {"request_id": "a1b2c3d4", "host": "https://host", **more}
    return Told(receipt=receipt, request=request, **given)


def test_one_file_is_told_of_as_documented():
    """Every field, with the figures of the receipt."""
    assert plain(created(told(preparing_seconds=0.4))) == {
        "status": "success",
        "success": True,
        "state": "completed",
        "message": "Export ready",
        "export_strategy": "single_file",
        "data": {
            "export_id": ID,
            "status_url": f"{PLACE}/status",
            "record_count": 4200,
            "expires_at": "2025-11-21T10:15:00Z",
            "file_name": ONE.file_name,
            "file_size": 412_345,
            "file_size_mb": 0.39,
            "download_url": f"{PLACE}/download",
            "file_url": f"https://host{PLACE}/download",
        },
        "request_id": "a1b2c3d4",
        "system_info": {
            "export_type": "participants",
            "template": "standard",
            "format": "excel",
            "filters_applied": {},
            "generated_at": "2025-11-20T10:15:00Z",
            "compression_used": "none",
            "compression_level": 0,
            "temp_files_cleanup_scheduled": True,
            "export_expires_at": "2025-11-21T10:15:00Z",
        },
        "download_url": f"{PLACE}/download",
        "status_url": f"{PLACE}/status",
        "warnings": [],
        "performance_metrics": {
            "total_processing_time_seconds": 1.9,
            "processing_time_ms": 1900,
            "records_per_second": 2210.5,
            "memory_used_mb": 42.0,
            "peak_memory_mb": 120.0,
            "efficiency_metrics": {
                "kb_per_record": 0.0959,
                "processing_ms_per_record": 0.4524,
                "memory_efficiency_kb_per_record": 10.24,
            },
            "data_preparation_time_seconds": 0.4,
        },
        "metadata": {"processing_time": 1.9},
    }


def test_several_files_are_told_of_one_by_one():
    """With their ranges, their times, and what packing saved."""
    said = plain(created(told(MANY, IN_PARTS)))

    assert said["export_strategy"] == "multi_file"
    assert said["download_url"] == f"{PLACE}/download/zip"
    assert said["data"] == {
        "export_id": ID,
        "status_url": f"{PLACE}/status",
        "record_count": 3000,
        "expires_at": "2025-11-21T10:15:00Z",
        "template": "complete",
        "format": "csv",
        "total_records": 3000,
        "total_files": 2,
        "individual_files": [
            {
                "batch_number": 1,
                "file_name": "june_batch_1_of_2.csv",
                "file_size": 700,
                "record_count": 2000,
                "record_range": "1-2000",
                "processing_time_seconds": 0.5,
                "records_per_second": 4000.0,
                "file_url": f"{PLACE}/download/batch/1",
            },
            {
                "batch_number": 2,
                "file_name": "june_batch_2_of_2.csv",
                "file_size": 500,
                "record_count": 1000,
                "record_range": "2001-3000",
                "processing_time_seconds": 0.5,
                "records_per_second": 2000.0,
                "file_url": f"{PLACE}/download/batch/2",
            },
        ],
        "archive_info": {
            "filename": "june_complete_export.zip",
            "compressed_size": 600,
            "uncompressed_size": 1200,
            "compression_ratio": "50.0%",
            "compression_time_seconds": 0.25,
        },
        "archive": {
            "zip_file_name": "june_complete_export.zip",
            "zip_file_url": f"{PLACE}/download/zip",
            "zip_file_size": 600,
            "compression_ratio": "50.0%",
        },
    }
    metrics = said["performance_metrics"]
    assert metrics["chunk_processing_times"] == [0.5, 0.5]
    assert metrics["average_chunk_processing_time_seconds"] == 0.5
    assert metrics["total_records_per_second"] == 2000.0
    assert metrics["efficiency_metrics"]["compression_efficiency"] == "50.0%"
    assert said["system_info"]["chunk_size"] == 2000


def test_files_that_are_stored_save_nothing():
    """Workbooks are packed already: an archive is a little more than they are."""
    stored = replace(MANY, size_bytes=1500, files=(part(1, 3000, 1200, offset=40),))

    said = plain(created(told(stored, IN_PARTS)))

    assert said["data"]["archive_info"]["compression_ratio"] == "0.0%"
    assert said["system_info"]["compression_level"] == 0


def test_what_waits_has_no_figures():
    """Only where to ask, and what was sent."""
    queued = replace(MANY, status="queued", rows=None, files=(), measures={})
    turn = Turn(position=3, seconds_left=60.0)

    said = plain(created(told(queued, IN_PARTS, sent_rows=3000)))
    seen = plain(status(told(queued, IN_PARTS, sent_rows=3000, turn=turn)))

    assert (said["status"], said["state"]) == ("success", "queued")
    assert list(said["data"]) == [
        "export_id",
        "status_url",
        "record_count",
        "expires_at",
    ]
    assert "performance_metrics" not in said
    assert (seen["status"], seen["queue_position"]) == ("queued", 3)
    assert seen["estimated_completion"].endswith("Z")
    assert seen["progress"] == {
        "stage": "queued",
        "percentage": 0,
        "current_chunk": 0,
        "total_chunks": 2,
        "records_processed": 0,
        "current_operation": "The export waits for its turn",
    }


def test_what_runs_says_how_far_it_is():
    """By records, and by the file they are written to."""
    running = replace(MANY, status="running", rows=2500, files=(), measures={})

    seen = plain(status(told(running, IN_PARTS, sent_rows=3000)))

    assert (seen["status"], seen["state"]) == ("processing", "processing")
    assert seen["progress"] == {
        "stage": "processing",
        "percentage": 83,
        "current_chunk": 2,
        "total_chunks": 2,
        "records_processed": 2500,
        "current_operation": "Writing batch 2",
    }
    assert seen["estimated_completion"] is None


@pytest.mark.parametrize(
    ("receipt", "size"),
    [(ONE, "file_size_bytes"), (MANY, "zip_file_size_bytes")],
)
def test_what_is_completed_is_a_success(receipt, size):
    """Clients test for the one word, ours is the other; the figures are there."""
    request = REQUEST if receipt is ONE else IN_PARTS
    seen = plain(status(told(receipt, request)))

    assert (seen["status"], seen["state"]) == ("success", "completed")
    assert seen["progress"]["percentage"] == 100
    assert seen[size] == receipt.size_bytes
    assert seen["processing_time_ms"] == receipt.seconds * 1000
    assert ("files_info" in seen) == (receipt is MANY)


@pytest.mark.parametrize(
    ("found", "word", "code"),
    [
        ("failed", "failed", "EXPORT_FAILED"),
        ("cancelled", "failed", "EXPORT_CANCELLED"),
        ("expired", "expired", None),
    ],
)
def test_an_end_without_a_file_says_why(found, word, code):
    """The reason is the one of the receipt."""
    ended = replace(ONE, status=found, error_detail="the disk is full")

    seen = plain(status(told(ended)))

    assert (seen["status"], seen["state"]) == (word, found)
    assert seen.get("error", {}).get("error_code") == code
    assert seen.get("error", {}).get("message") in ("the disk is full", None)
    assert "performance_metrics" not in seen


def test_filters_are_told_of_as_they_were_applied():
    """The order is none of them."""
    request = ExportRequest(
        source=Source(spool="x"),
        operations=[
            Filter(column="a", operator="eq", value=1),
            Filter(column="b", operator="in", value=["x", "y"]),
            Filter(column="c", operator="ge", value=2),
            Filter(column="c", operator="lt", value=5),
            Sort(by=[SortKey(column="a")]),
        ],
    )

    assert filters_applied(request) == {
        "a": 1,
        "b": ["x", "y"],
        "c": {"ge": 2, "lt": 5},
    }
