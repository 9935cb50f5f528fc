"""What lies beside our tables for the workers' queues, and how it is emptied."""

from __future__ import annotations

from sqlalchemy import (
    Connection,
    Inspector,
    String,
    column,
    inspect,
    select,
    table,
    update,
)

from entrepot.base.house import House
from entrepot.base.store import UtcDateTime
from entrepot.base.times import now
from entrepot.jobs.ending import end_without
from entrepot.jobs.models import Job
from entrepot.jobs.service import get_job
from entrepot.jobs.spec import Ending

QUEUE_TABLES = frozenset(
    (
        "application_versions",
        "dbos_migrations",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    )
)
"""DBOS's own, in a SQLite file beside ours."""

QUEUE_SCHEMA = "dbos"
"""Where they are on PostgreSQL."""

_UNFINISHED = ("ENQUEUED", "DELAYED", "PENDING")
_OPEN = ("pending", "running")


def abandon_jobs(house: House, why: str) -> int:
    """Cancel every job that is not over, and empty the queues; return how many jobs.

    The schema may be older than the models. No worker may run.
    """
    with house.store.engine.begin() as connection:
        look = inspect(connection)
        _empty_queues(connection, look)
        if not look.has_table(Job.__tablename__):
            return 0
        if not _is_ours(look):
            return _cancel_old(connection, why)
    return _cancel(house, why)


def _empty_queues(connection: Connection, look: Inspector) -> None:
    schema = None if connection.dialect.name == "sqlite" else QUEUE_SCHEMA
    if look.has_table("workflow_status", schema=schema):
        status = column("status", String)
        statuses = table("workflow_status", status, schema=schema)
        emptied = update(statuses).where(status.in_(_UNFINISHED))
        connection.execute(emptied.values(status="CANCELLED"))


def _is_ours(look: Inspector) -> bool:
    found = {there["name"] for there in look.get_columns(Job.__tablename__)}
    return {own.name for own in Job.__table__.columns} <= found


def _cancel_old(connection: Connection, why: str) -> int:
    status, message = column("status", String), column("error_message", String)
    ended_at = column("completed_at", UtcDateTime())
    jobs = table(Job.__tablename__, status, message, ended_at)
    values = {"status": "cancelled", "error_message": why, "completed_at": now()}
    ended = update(jobs).where(status.in_(_OPEN)).values(values)
    return connection.execute(ended).rowcount


def _cancel(house: House, why: str) -> int:
    ending = Ending(state="cancelled", code="abandoned", message=why)
    with house.store.session() as session:
        ids = session.scalars(select(Job.job_uuid).where(Job.status.in_(_OPEN))).all()
        for id in ids:
            end_without(house, session, get_job(session, id), ending, at=now())
    return len(ids)
