"""Jobs in every state and schedules, for pages to show; no worker touches them."""

from __future__ import annotations

from datetime import timedelta

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.jobs import Job, ScheduleWanted, schedule_job
from entrepot.jobs.models import Schedule, Worker

RUNNING = "11111111-0000-4000-8000-000000000001"
WAITING = "11111111-0000-4000-8000-000000000002"
DONE = "11111111-0000-4000-8000-000000000003"
FAILED = "11111111-0000-4000-8000-000000000004"
DEAD = "11111111-0000-4000-8000-000000000005"
CANCELLED = "11111111-0000-4000-8000-000000000006"
UNCOUNTED = "11111111-0000-4000-8000-000000000007"

MARTA = "marta.okonjo@hafen.example"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def write_jobs(house: House) -> None:
    """Store one job of each sort, and a schedule of each."""
    at = now()
    began = {"started_at": at - timedelta(seconds=7), "heartbeat_at": at}
    ended = {
        "started_at": at - timedelta(minutes=9),
        "completed_at": at - timedelta(minutes=8),
        "attempt_count": 1,
    }
    mine = {"requested_by": MARTA, "trace_id": TRACE}
    rows = [
        Job(
            job_uuid=DONE,
            script_name="operations.back_up",
            display_name="Back up the database",
            status="completed",
            progress=100,
            subject="schedule:Back up the database",
            result={"file": "backups/backup_20261120_020000.db", "rows": 10_008}
            | {"size_bytes": 204_000_000, "drill": "restored", "sha256": "9f" * 32},
            **ended,
        ),
        Job(
            job_uuid=FAILED,
            script_name="exports.run",
            display_name="JournalEntryHeader, Q3",
            status="failed",
            error_message="sap-s4 closed the connection at row 71,002",
            error_code="unavailable",
            rows_done=71_002,
            **ended | mine,
        ),
        Job(
            job_uuid=DEAD,
            script_name="exports.run",
            display_name="Contracts archive",
            status="failed",
            error_message="Its worker died 3 times in its midst; nobody tries it again",
            error_code="dead-letter",
            crash_count=3,
            dead_at=at,
            **ended | mine | {"attempt_count": 3},
        ),
        Job(
            job_uuid=CANCELLED,
            script_name="exports.run",
            display_name="goods_receipts, all rows",
            status="cancelled",
            error_message="Cancelled by Ines Hoek",
            error_code="cancelled",
            **ended | mine,
        ),
        Job(
            job_uuid=WAITING,
            script_name="exports.run",
            display_name="supplier_invoices, October",
            queue="large",
            **mine,
        ),
        Job(
            job_uuid=UNCOUNTED,
            script_name="exports.run",
            display_name="v_three_way_match, all rows",
            status="running",
            rows_done=212_400,
            locked_by="hafen-1",
            attempt_count=1,
            **began | mine,
        ),
        Job(
            job_uuid=RUNNING,
            script_name="exports.run",
            display_name="PurchaseOrderItem, 2025 to date",
            status="running",
            rows_done=748_210,
            rows_total=1_204_331,
            current_stage="writing",
            locked_by="hafen-1",
            attempt_count=2,
            parameters={"connection": "demo", "table": "items", "password": "pier"},
            **began | mine,
        ),
    ]
    with house.store.session() as session:
        session.add(_worker(at))
        for row in rows:
            session.add(row)
            session.flush()  # so that they are numbered in this order
        session.add(_shipped(at))
    wanted = ScheduleWanted(
        name="Weekly tidying",
        kind="operations.clean_up",
        cron="0 6 * * 1",
        time_zone="Asia/Jakarta",
        parameters={"days": {"orphans": 7}},
    )
    schedule_job(house, wanted)


def _worker(at):
    return Worker(
        name="hafen-1", process_id=7, version="1.0", started_at=at, seen_at=at
    )


def _shipped(at):
    return Schedule(
        name="Back up the database",
        description="A verified backup each night; the newest stay.",
        kind="operations.back_up",
        cron="0 2 * * *",
        is_shipped=True,
        next_at=at + timedelta(hours=5),
        last_at=at - timedelta(minutes=9),
        last_job_uuid=DONE,
        parameters={"description": "by schedule"},
    )
