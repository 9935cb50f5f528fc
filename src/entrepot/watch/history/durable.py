"""The durable log: what people must be able to look up later, out of the log's file.

It follows the file, with its place in our own database beside the lines: so no line
comes twice, none is lost while that database is away, and nobody who logs waits for it.
What its own trouble writes into the log is a line like any other, taken once.
"""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from entrepot.accounts import User
from entrepot.base.house import House
from entrepot.base.store import Store
from entrepot.jobs import Job
from entrepot.watch.history.models import LogFollower
from entrepot.watch.history.upserting import put_if_new
from entrepot.watch.log.file import opened_to_read
from entrepot.watch.log.store import log_store
from entrepot.watch.models import SystemLog

BUSINESS = (
    "entrepot.jobs",
    "entrepot.exports",
    "entrepot.feeds",
    "entrepot.operations",
    "entrepot.delivery",
)
"""Rooms whose events are kept from INFO on: jobs, exports, imports, backups, sync."""
LINES_A_LOOK = 2_000
LINES_READ = 50_000
"""Looked through at once, to be kept or not."""
MOST_BEHIND = 500_000
"""Who is further behind begins nearer to the end, and says so."""

_WANTED = """
SELECT id, timestamp, level, logger, message, request_id, user_id, actor, job_id,
    ip_address, endpoint, status_code, duration_ms, error_type, stack_trace,
    custom_fields
FROM logs WHERE id > :after AND id <= :until AND (
    level IN ('WARNING', 'ERROR', 'CRITICAL') OR (level = 'INFO' AND logger IN (
        SELECT value FROM json_each(:business))))
ORDER BY id LIMIT :limit
"""
_LAST = "SELECT max(id) FROM logs"
_EXTRA = ("actor", "job_id", "ip_address", "endpoint", "status_code", "duration_ms",
          "error_type")  # fmt: skip
LENGTHS = {"level": 20, "logger": 200, "request_id": 100}


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of the file, and how far they reach."""

    lines: list[dict[str, Any]]
    until: int
    skipped: int = 0


def follow_log(house: House, store: Store) -> int:
    """Take what came into the log's file since the last look; return how many lines.

    Raises:
        Exception: Our own database cannot be written, or the file not be read.
    """
    path = log_store(house).path
    if not path.exists():
        return 0
    source = f"{socket.gethostname()[:80]}:{str(path.absolute())[-100:]}"
    with store.read_session() as session:
        before = session.scalar(
            select(LogFollower.line).where(LogFollower.source == source)
        )
    part = _read(path, before or 0)
    if part is None or part.until == before:
        return 0
    with store.session() as session:
        # Both or neither: a line is taken once.
        if not _moved(session, source, before, part.until):
            return 0
        rows = _rows(session, part)
        if rows:
            session.execute(insert(SystemLog), rows)
    return len(rows)


def _moved(session: Session, source: str, before: int | None, line: int) -> bool:
    """Tell whether we are the ones to take the lines: somebody may have been faster."""
    if before is None:
        put_if_new(
            session, LogFollower, [{"source": source, "line": 0}], key=("source",)
        )
    found = session.execute(
        update(LogFollower)
        .where(LogFollower.source == source, LogFollower.line == (before or 0))
        .values(line=line)
    )
    return bool(found.rowcount)  # type: ignore[attr-defined]  # of an UPDATE there is one


def _read(path: Any, after: int) -> Part | None:
    with opened_to_read(path) as connection:
        try:
            last = connection.execute(_LAST).fetchone()[0]
        except sqlite3.OperationalError:  # nobody made its tables yet
            return None
        if last is None:
            return None
        if last < after:  # another file has taken its place
            after = 0
        begin = max(after, last - MOST_BEHIND)
        until = min(last, begin + LINES_READ)
        asked = {
            "after": begin,
            "until": until,
            "business": json.dumps(BUSINESS),
            "limit": LINES_A_LOOK,
        }
        lines = [dict(row) for row in connection.execute(_WANTED, asked)]
    if len(lines) == LINES_A_LOOK:
        until = lines[-1]["id"]
    return Part(lines, until, begin - after)


def _rows(session: Session, part: Part) -> list[dict[str, Any]]:
    users = _there(session, User, (line["user_id"] for line in part.lines))
    uuids = {line["job_id"] for line in part.lines if line["job_id"]}
    found = session.execute(
        select(Job.job_uuid, Job.id).where(Job.job_uuid.in_(sorted(uuids)))
    )
    jobs = {uuid: id for uuid, id in found}
    rows = [_row(line, users, jobs) for line in part.lines]
    if part.skipped:
        rows.insert(0, _notice(part.skipped))
    return rows


def _there(
    session: Session, model: type[User], wanted: Iterable[int | None]
) -> set[int]:
    """Return those that exist: a line outlives who it is about."""
    ids = sorted({id for id in wanted if id is not None})
    return set(session.scalars(select(model.id).where(model.id.in_(ids))))


def _row(line: dict[str, Any], users: set[int], jobs: dict[str, int]) -> dict[str, Any]:
    return {
        "level": line["level"][: LENGTHS["level"]],
        "message": _clean(line["message"]),
        "logger_name": _clean(line["logger"])[: LENGTHS["logger"]],
        "module": _clean(line["logger"])[: LENGTHS["logger"]],
        "user_id": line["user_id"] if line["user_id"] in users else None,
        "job_id": jobs.get(line["job_id"] or ""),
        "request_id": _clean(line["request_id"] or "")[: LENGTHS["request_id"]] or None,
        "extra_data": _extra(line) or None,
        "stack_trace": _clean(line["stack_trace"] or "") or None,
        "created_at": _time(line["timestamp"]),
    }


def _notice(skipped: int) -> dict[str, Any]:
    row = dict.fromkeys(
        ("user_id", "job_id", "request_id", "extra_data", "stack_trace")
    )
    return {
        **row,
        "level": "WARNING",
        "message": f"{skipped} lines of the log were passed over: too many came",
        "logger_name": "entrepot.watch",
        "module": "entrepot.watch",
        "created_at": datetime.now(UTC),
    }


def _extra(line: dict[str, Any]) -> dict[str, object]:
    extra = {name: line[name] for name in _EXTRA if line[name] not in (None, "")}
    with suppress(ValueError, TypeError):
        fields = json.loads(line["custom_fields"] or "{}")
        if isinstance(fields, dict):
            extra = {**fields, **extra}
    return extra


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:  # somebody else wrote the line
        return datetime.now(UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _clean(text: str) -> str:
    # PostgreSQL takes no zero byte in a text.
    return str(text).replace("\0", "")
