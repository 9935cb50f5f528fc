"""What this room can tidy up: lines of the logs, errors, and traces."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Event

from sqlalchemy import delete, func, select

from entrepot.base.cleanups import CLEANUPS, Cleanup
from entrepot.base.house import House
from entrepot.watch.groups.forgetting import forget_groups
from entrepot.watch.log.file import open_to_write
from entrepot.watch.log.forgetting import (
    MINUTES_OF_DAY,
    first_young,
    forget_before,
    give_back,
)
from entrepot.watch.log.store import log_store
from entrepot.watch.models import SystemLog
from entrepot.watch.traces import retention
from entrepot.watch.traces.file import open_to_write as open_traces
from entrepot.watch.traces.retention import DAY_SECONDS
from entrepot.watch.traces.store import trace_store


def _old_lines(house: House, days: int, is_dry: bool) -> int:
    old = SystemLog.created_at < datetime.now(UTC) - timedelta(days=days)
    with house.store.session() as session:
        wanted = select(func.count()).select_from(SystemLog).where(old)
        count = session.scalar(wanted) or 0
        if not is_dry:
            session.execute(delete(SystemLog).where(old))
    return count


CLEANUPS["logs"] = Cleanup(
    summary="Lines of system_logs older than the days given.",
    run=_old_lines,
    usual_days=90,
)


def _old_file_lines(house: House, days: int, is_dry: bool) -> int:
    path = log_store(house).path
    log_store(house).flush()
    if not path.exists():
        return 0
    with closing(open_to_write(path)) as connection:
        minute = int(time.time() // 60)
        before = first_young(connection, minute, days * MINUTES_OF_DAY)
        if is_dry:
            counted = "SELECT count(*) FROM logs WHERE id < ?"
            return int(connection.execute(counted, (before,)).fetchone()[0])
        lines = forget_before(connection, before, Event())
        give_back(connection, Event())
    return lines


CLEANUPS["log-file"] = Cleanup(
    summary="Lines of the log's file, LOG_DB_PATH, older than the days given.",
    run=_old_file_lines,
)


def _old_traces(house: House, days: int, is_dry: bool) -> int:
    store = trace_store(house)
    store.flush()
    if not store.path.exists():
        return 0
    with closing(open_traces(store.path)) as connection:
        before = retention.first_young(connection, time.time() - days * DAY_SECONDS)
        if is_dry:
            counted = "SELECT count(*) FROM parts WHERE id < ?"
            return int(connection.execute(counted, (before,)).fetchone()[0])
        parts = retention.forget_before(connection, before, Event())
        give_back(connection, Event())
    return parts


CLEANUPS["traces"] = Cleanup(
    summary="Kept requests, jobs and commands with their spans, older than the days.",
    run=_old_traces,
)

CLEANUPS["errors"] = Cleanup(
    summary="Groups of errors that did not come for the days given, but for ignored "
    "ones, and what is counted of others that is older.",
    run=forget_groups,
    usual_days=90,
)
