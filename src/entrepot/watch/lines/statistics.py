"""How many lines of each level there are, and how requests went of late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from entrepot.base.house import House
from entrepot.watch.lines.found import find_lines, question_of
from entrepot.watch.lines.reading import Reading, opened_log, turned_errors
from entrepot.watch.lines.span import place_of
from entrepot.watch.lines.traffic import traffic
from entrepot.watch.spec import Line, Times, Traffic, Wanted

RECENT = 10
COMMONEST = 100
FAILURES = Wanted(levels=("ERROR", "CRITICAL"))


@dataclass(frozen=True, slots=True)
class Errors:
    """The lines of level ERROR and above.

    Attributes:
        by_endpoint, by_error_type: The commonest, as far as lines name one.
        recent_errors: The newest.
    """

    total_errors: int
    by_endpoint: Mapping[str, int]
    by_error_type: Mapping[str, int]
    recent_errors: list[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """The requests that were answered.

    Attributes:
        request_breakdown: By endpoint, the commonest.
        status_codes: By status code.
    """

    total_requests: int
    request_breakdown: Mapping[str, int]
    status_codes: Mapping[str, int]
    response_times: Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Every line by level; errors and requests of the last hours only."""

    total: int
    debug: int
    info: int
    warning: int
    error: int
    critical: int
    time_period_hours: int
    errors: Errors
    performance: Performance
    generated_at: datetime


def statistics(house: House, hours: int) -> Statistics:
    """Return what there is, and how it went in the last hours.

    Raises:
        TimedOut: It took too long.
        Unavailable: The log cannot be read.
    """
    now = datetime.now(UTC)
    since = now - timedelta(hours=hours)
    counts, errors = dict[str, int](), Errors(0, {}, {}, [])
    with opened_log(house) as reading:
        if reading is not None:
            counts = _levels(reading)
            errors = _errors(reading, since)
    with turned_errors():
        went = traffic(house, since=since, until=now, moments=1)
    return Statistics(
        total=sum(counts.values()),
        debug=counts.get("DEBUG", 0),
        info=counts.get("INFO", 0),
        warning=counts.get("WARNING", 0),
        error=counts.get("ERROR", 0),
        critical=counts.get("CRITICAL", 0),
        time_period_hours=hours,
        errors=errors,
        performance=_performance(went),
        generated_at=now,
    )


def _levels(reading: Reading) -> dict[str, int]:
    rows = reading.rows("SELECT level, sum(lines) FROM log_minutes GROUP BY level")
    return {row[0]: row[1] for row in rows}


def _errors(reading: Reading, since: datetime) -> Errors:
    wanted = replace(FAILURES, since=since)
    question, place = question_of(reading, wanted), place_of(reading, wanted)
    ids, values = question.sql(place, columns=", endpoint, error_type")
    rows = [(row["endpoint"], row["error_type"]) for row in reading.rows(ids, values)]
    endpoints = Counter(endpoint for endpoint, _ in rows if endpoint)
    kinds = Counter(kind for _, kind in rows if kind)
    return Errors(
        total_errors=len(rows),
        by_endpoint=dict(endpoints.most_common(COMMONEST)),
        by_error_type=dict(kinds.most_common(COMMONEST)),
        recent_errors=find_lines(reading, question, place, limit=RECENT),
    )


def _performance(went: Traffic) -> Performance:
    commonest = went.endpoints[:COMMONEST]
    return Performance(
        total_requests=went.requests,
        request_breakdown={one.endpoint: one.requests for one in commonest},
        status_codes=went.statuses,
        response_times=went.times,
    )
