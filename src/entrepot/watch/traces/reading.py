"""The traces' file, read: parts under conditions, and the steps of some."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from entrepot.base.errors import Unavailable
from entrepot.base.house import House
from entrepot.watch.log.file import opened_to_read
from entrepot.watch.traces.spec import RequestSeen, WantedRequests
from entrepot.watch.traces.store import trace_store

Connection = sqlite3.Connection
REPEATS = 5
"""So often one step sends a statement before that stands out."""
USUAL_STEPS = 1_000
"""Of one statement so many of the latest tell how long it usually takes."""


@contextmanager
def reading(house: House) -> Iterator[sqlite3.Connection | None]:
    """Give the file, with what this process has taken so far; None where there is none.

    Raises:
        Unavailable: It cannot be read now.
    """
    store = trace_store(house)
    store.flush()
    if not store.path.exists():
        yield None
        return
    try:
        with opened_to_read(store.path) as connection:
            if not connection.execute("PRAGMA table_list('subjects')").fetchall():
                yield None  # it is being made
                return
            yield connection
    except sqlite3.Error as error:
        raise Unavailable(f"the traces cannot be read now: {error}") from error


def list_parts(
    connection: sqlite3.Connection,
    wanted: WantedRequests,
    *,
    before: int | None = None,
    limit: int,
    is_slowest_first: bool = False,
) -> list[RequestSeen]:
    """Return parts, the newest or the slowest first."""
    conditions, values = _conditions(wanted)
    if before is not None:
        # Ids follow the ends; who began earlier may have a higher one.
        conditions.append(
            "(at, id) < (SELECT at, id FROM parts WHERE id = ? "
            "UNION ALL SELECT -1, -1 LIMIT 1)"
        )
        values.append(before)
    order = "duration_ms DESC, id DESC" if is_slowest_first else "at DESC, id DESC"
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = connection.execute(
        f"SELECT * FROM parts {where} ORDER BY {order} LIMIT ?", (*values, limit)
    )
    return [seen(row) for row in rows]


def _conditions(wanted: WantedRequests) -> tuple[list[str], list[object]]:
    # Most are requests: by the index of kinds all of them would be looked through.
    kind = "+kind" if wanted.kind == "request" else "kind"
    exact = {
        kind: wanted.kind,
        "method": wanted.method,
        "request_id": wanted.request_id,
        "trace_id": wanted.trace_id,
        "job_id": wanted.job_id,
    }
    found: list[tuple[str, object]] = [
        (f"{name} = ?", value) for name, value in exact.items() if value
    ]
    if wanted.since is not None:
        found.append(("at >= ?", wanted.since.timestamp()))
    if wanted.until is not None:
        found.append(("at < ?", wanted.until.timestamp()))
    if wanted.user_id is not None:
        found.append(("user_id = ?", wanted.user_id))
    if wanted.min_duration_ms is not None:
        found.append(("duration_ms >= ?", wanted.min_duration_ms))
        if wanted.min_duration_ms >= 100:
            found.append(("duration_ms >= 100 AND ?", 1))  # there is an index of these
    found += [*_endpoint(wanted.endpoint), *_status(wanted.status)]
    conditions = [condition for condition, _ in found]
    if wanted.is_failed:
        conditions.append("is_failed")
    if wanted.is_repeating:
        conditions.append(f"repeated >= {REPEATS}")
    return conditions, [value for _, value in found]


def _endpoint(text: str) -> Iterator[tuple[str, object]]:
    if not text:
        return
    column = "path" if text.startswith("/") else "endpoint"
    if not text.endswith("*"):
        yield f"{column} = ?", text
        return
    begin = text.rstrip("*")
    yield f"{column} >= ?", begin
    yield f"{column} < ?", begin + "\U0010ffff"


def _status(text: str) -> Iterator[tuple[str, object]]:
    if text.endswith("xx"):
        yield "status >= ?", int(text[0]) * 100
        yield "status < ?", int(text[0]) * 100 + 100
    elif text:
        yield "status = ?", int(text)


def steps_of(
    connection: sqlite3.Connection, part: int, limit: int
) -> list[sqlite3.Row]:
    """Return the steps of a part, with the text of their statements."""
    return connection.execute(
        "SELECT spans.*, statements.sql, statements.name AS statement, "
        "statements.is_asking FROM spans LEFT JOIN statements USING (shape) "
        "WHERE part = ? ORDER BY number LIMIT ?",
        (part, limit),
    ).fetchall()


def part_facts(connection: sqlite3.Connection, id: int) -> dict[str, object]:
    """Return what a part's request brought."""
    row = connection.execute("SELECT facts FROM parts WHERE id = ?", (id,)).fetchone()
    return _object(row["facts"]) if row else {}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands in its trace.

    Attributes:
        at: Seconds since the epoch.
        root_id, caller_id: Its first step, and the one that asked for it.
        lost: Steps that were too many.
    """

    at: float
    root_id: str
    caller_id: str
    lost: int


def place_of(connection: sqlite3.Connection, id: int) -> Place:
    """Return where a part stands in its trace."""
    row = connection.execute(
        "SELECT at, span_id, caller_id, lost FROM parts WHERE id = ?", (id,)
    ).fetchone()
    return Place(row["at"], row["span_id"], row["caller_id"] or "", row["lost"])


def trace_of_subject(connection: sqlite3.Connection, subject: str) -> list[RequestSeen]:
    """Return the parts that a job or an export came of, oldest first."""
    rows = connection.execute(
        "SELECT parts.* FROM subjects JOIN parts ON parts.id = subjects.part "
        "WHERE subject = ? ORDER BY at LIMIT 20",
        (subject,),
    )
    return [seen(row) for row in rows]


def subjects_of(connection: sqlite3.Connection, part: int) -> list[str]:
    """Return what came of a part."""
    rows = connection.execute(
        "SELECT subject FROM subjects WHERE part = ? ORDER BY subject LIMIT 100",
        (part,),
    )
    return [subject for (subject,) in rows]


def usual_ms(connection: sqlite3.Connection, shape: int) -> list[float]:
    """Return how long a statement took lately, the quickest first."""
    rows = connection.execute(
        "SELECT took FROM spans WHERE shape = ? ORDER BY part DESC LIMIT ?",
        (shape, USUAL_STEPS),
    )
    return sorted(took / 1000 for (took,) in rows)


def seen(row: sqlite3.Row) -> RequestSeen:
    """Return a row of `parts`."""
    names = (
        "id", "kind", "name", "trace_id", "request_id", "job_id", "method", "endpoint",
        "path", "status", "error", "duration_ms", "user_id", "actor", "ip_address",
        "kept_for", "spans", "statements", "statement_ms", "repeated",
    )  # fmt: skip
    return RequestSeen(
        **{name: row[name] for name in names},
        timestamp=stamp(row["at"]),
        is_failed=bool(row["is_failed"]),
    )


def stamp(at: float) -> str:
    """Return a moment as lines of the log have it."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _object(text: str | None) -> dict[str, object]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}
