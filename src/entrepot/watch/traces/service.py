"""Questions about requests and traces that were kept."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.watch import settings as knobs
from entrepot.watch.lines import service as lines
from entrepot.watch.spec import ACCESS, Line, Wanted
from entrepot.watch.traces import reading
from entrepot.watch.traces.spec import (
    RequestDetail,
    RequestPage,
    RequestSeen,
    Trace,
    WantedRequests,
)
from entrepot.watch.traces.waterfall import put_together

LONGEST_PAGE = 500
MOST_PARTS = 100
"""Of one trace so many are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a job or an export came from, as far as it was kept.

    Attributes:
        trace_id: Of its trace.
        request_id: Of the request that asked for it; empty where none did.
        parts: The request, and each attempt at it, oldest first.
    """

    trace_id: str
    request_id: str
    parts: list[RequestSeen]

    @property
    def statements(self) -> int:
        """Return how many statements were sent for it."""
        return sum(part.statements for part in self.parts)


def list_requests(
    house: House,
    wanted: WantedRequests | None = None,
    *,
    before: int | None = None,
    limit: int = 50,
) -> RequestPage:
    """Return requests, the newest first.

    Args:
        before: Only those that came before this one: `older` of the page before.

    Raises:
        Unavailable: They cannot be read now.
    """
    begun = time.perf_counter()
    wanted = wanted or WantedRequests()
    with reading.reading(house) as connection:
        found = (
            []
            if connection is None
            else reading.list_parts(connection, wanted, before=before, limit=limit + 1)
        )
    shown = found[:limit]
    older = shown[-1].id if len(found) > limit else None
    seconds = time.perf_counter() - begun
    return RequestPage(requests=shown, older=older, seconds=seconds)


def list_slow(
    house: House, wanted: WantedRequests | None = None, *, limit: int = 50
) -> RequestPage:
    """Return requests that took LOG_SLOW_REQUEST_THRESHOLD or longer, slowest first.

    Raises:
        Unavailable: They cannot be read now.
    """
    begun = time.perf_counter()
    wanted = wanted or WantedRequests()
    if wanted.min_duration_ms is None:
        slow_ms = float(house.settings[knobs.LOG_SLOW_REQUEST_THRESHOLD])
        wanted = replace(wanted, min_duration_ms=slow_ms)
    with reading.reading(house) as connection:
        found = (
            []
            if connection is None
            else reading.list_parts(
                connection, wanted, limit=limit, is_slowest_first=True
            )
        )
    seconds = time.perf_counter() - begun
    return RequestPage(requests=found, older=None, seconds=seconds)


def get_request(house: House, request_id: str) -> RequestDetail:
    """Return one request; of one that was not sampled what the log tells.

    Where several bear the same id, which callers choose, it is the newest.

    Raises:
        NotThere: Neither knows it.
        Unavailable: They cannot be read now.
    """
    wanted = WantedRequests(request_id=request_id)
    with reading.reading(house) as connection:
        if connection is not None:
            for part in reading.list_parts(connection, wanted, limit=1):
                facts = reading.part_facts(connection, part.id)
                trace = _trace(connection, part.trace_id)
                return RequestDetail(request=part, facts=facts, trace=trace)
    found = lines.list_lines(
        house, Wanted(request_id=request_id, logger=ACCESS), limit=1
    )
    for line in found.lines:
        return RequestDetail(request=_of_line(line), facts={}, trace=None)
    raise NotThere("request", request_id[:100], [])


def get_trace(house: House, trace_id: str) -> Trace:
    """Return one trace.

    Raises:
        NotThere: Nothing of it was kept.
        Unavailable: They cannot be read now.
    """
    with reading.reading(house) as connection:
        if connection is not None:
            trace = _trace(connection, trace_id.lower())
            if trace is not None:
                return trace
    raise NotThere("trace", trace_id[:100], [])


def list_subjects(house: House, trace: Trace) -> list[str]:
    """Return what came of a trace: `job:<id>`, `export:<id>`."""
    found: list[str] = []
    with reading.reading(house) as connection:
        for part in trace.parts if connection is not None else ():
            assert connection is not None
            found += reading.subjects_of(connection, part.id)
    return list(dict.fromkeys(found))


def facts_of(house: House, part: int) -> Mapping[str, object]:
    """Return what the request of a part brought: its query, headers and the like."""
    with reading.reading(house) as connection:
        return {} if connection is None else reading.part_facts(connection, part)


def find_origin(house: House, subject: str) -> Origin | None:
    """Return where a job or an export came from; None where nothing was kept.

    Args:
        subject: `job:<id>` or `export:<id>`.
    """
    with reading.reading(house) as connection:
        if connection is None:
            return None
        parts = reading.trace_of_subject(connection, subject)
    if not parts:
        return None
    asked = next((part.request_id for part in parts if part.request_id), "") or ""
    return Origin(trace_id=parts[0].trace_id, request_id=asked, parts=parts)


def _trace(connection: reading.Connection, trace_id: str) -> Trace | None:
    wanted = WantedRequests(kind="", trace_id=trace_id)
    parts = reading.list_parts(connection, wanted, limit=MOST_PARTS)
    if not parts:
        return None
    return put_together(connection, trace_id, parts[::-1])


def _of_line(line: Line) -> RequestSeen:
    """Return a request that only its line of the log tells of."""
    method, _, path = line.message.rpartition(" ")[0].partition(" ")
    status = line.status_code or 0
    return RequestSeen(
        id=0,
        kind="request",
        name=f"{method} {path}",
        timestamp=line.timestamp,
        trace_id=line.trace_id or "",
        request_id=line.request_id,
        job_id=line.job_id,
        method=line.method or method,
        endpoint=line.endpoint,
        path=path,
        status=line.status_code,
        error=line.error_type,
        duration_ms=line.duration_ms or 0.0,
        user_id=line.user_id,
        actor=line.actor,
        ip_address=line.ip_address,
        kept_for="log",
        spans=0,
        statements=0,
        statement_ms=0.0,
        repeated=0,
        is_failed=status >= 500,
    )
