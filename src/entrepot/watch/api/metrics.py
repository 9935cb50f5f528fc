"""`/metrics` for Prometheus, and the same over time for people's own charts."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from flask import Response, g, request
from msgspec import Meta

from entrepot.base.errors import Unauthenticated, UnknownName
from entrepot.base.identity import Identity
from entrepot.watch import settings as knobs
from entrepot.watch.api.blueprint import bp
from entrepot.watch.lines.traffic import traffic
from entrepot.watch.metrics.reading import load_gauges
from entrepot.watch.metrics.series import SERIES, SHORT, Series, get_series
from entrepot.watch.spec import EndpointTraffic, Times
from entrepot.web.requests import known_as, quiet
from entrepot.web.routes import Doc, current_house, route

TEXT = "text/plain"
NAMES = f"A gauge of /metrics, or one of: {', '.join([*SERIES, *SHORT])}."
Hours = Annotated[
    float, Meta(ge=0.01, le=24 * 366, description="Of the last so many hours.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryQuery:
    """Of which time."""

    hours: Hours = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesQuery:
    """Which numbers, of which time."""

    name: Annotated[str, Meta(description=NAMES)] = "http_request_duration"
    hours: Hours = 1.0
    points: Annotated[int, Meta(ge=1, le=1_000)] = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How this server did.

    Attributes:
        error_rate: Of the requests, those that failed: 0 to 1.
        request_rate: Requests a second.
    """

    time_period_hours: float
    requests: int
    failed: int
    error_rate: float
    request_rate: float
    http_request_duration_ms: Times
    endpoints: list[EndpointTraffic]
    statuses: Mapping[str, int]
    generated_at: str


@route(
    bp,
    "GET",
    "/metrics",
    Doc(media_types=(TEXT,), is_public=True, errors=(Unauthenticated,)),
)
@quiet
@known_as("metrics")
def metrics() -> Response:
    """Tell Prometheus what is counted and read off.

    Where METRICS_TOKEN is set, it must be shown as Authorization: Bearer, or an admin
    must be signed in. OpenMetrics is given to who accepts it.
    """
    from entrepot.watch.metrics.exposition import tell

    house = current_house()
    _check_reader(house.settings[knobs.METRICS_TOKEN])
    told = tell(house, accept=request.headers.get("Accept", ""))
    answer = Response(told.body, content_type=told.content_type)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@route(bp, "GET", "/api/metrics/summary", Doc(data=Summary, query=SummaryQuery))
def metrics_summary(query: SummaryQuery) -> Summary:
    """Say how many requests came, how long they took and how many failed."""
    now = datetime.now(UTC)
    since = now - timedelta(hours=query.hours)
    found = traffic(current_house(), since=since, until=now, moments=1)
    return Summary(
        time_period_hours=query.hours,
        requests=found.requests,
        failed=found.failed,
        error_rate=found.failed / found.requests if found.requests else 0.0,
        request_rate=found.requests / (query.hours * 3600),
        http_request_duration_ms=found.times,
        endpoints=found.endpoints,
        statuses=found.statuses,
        generated_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
    )


@route(
    bp,
    "GET",
    "/api/metrics/timeseries",
    Doc(data=Series, query=SeriesQuery, errors=(UnknownName,)),
)
def metrics_timeseries(query: SeriesQuery) -> Series:
    """Give numbers over time, in stretches of whole minutes, oldest first."""
    now = datetime.now(UTC)
    return get_series(
        current_house(),
        query.name,
        gauges=list(load_gauges()),
        since=now - timedelta(hours=query.hours),
        until=now,
        moments=query.points,
    )


def _check_reader(token: str) -> None:
    """Let in who shows the token, and every admin; everybody where there is none.

    Raises:
        Unauthenticated: Neither is the case.
    """
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    who: Identity | None = g.get("identity")
    # The bytes as they were sent, which WSGI writes as Latin-1.
    sent = shown.strip().encode("latin-1", "replace")
    is_shown = kind.lower() == "bearer" and hmac.compare_digest(sent, token.encode())
    if token and not is_shown and (who is None or who.role != "admin"):
        raise Unauthenticated(
            "this needs the token of METRICS_TOKEN",
            hint="send it as Authorization: Bearer …, or sign in as an admin",
        )
