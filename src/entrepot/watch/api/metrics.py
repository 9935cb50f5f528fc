"""`/metrics` for Prometheus, and the same over time for people's own charts."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from flask import Response, g, request

from entrepot.base.errors import Unauthenticated, Unavailable, UnknownName
from entrepot.base.identity import Identity
from entrepot.watch import settings as knobs
from entrepot.watch.api.blueprint import bp
from entrepot.watch.api.series import Hours, SeriesQuery, draw_series
from entrepot.watch.history import service
from entrepot.watch.history.spec import MetricName, Series
from entrepot.watch.history.summary import Summary, summarise
from entrepot.web.requests import known_as, quiet
from entrepot.web.routes import Doc, current_house, route

TEXT = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryQuery:
    """Of which time."""

    hours: Hours = 24.0


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


@route(bp, "GET", "/api/metrics", Doc(data=list[MetricName]))
def list_metrics() -> list[MetricName]:
    """List the metrics that history keeps, with their units and labels.

    Minutes are kept for 48 hours, hours for 90 days, days for two years.
    """
    return service.list_metrics(current_house())


@route(
    bp,
    "GET",
    "/api/metrics/summary",
    Doc(data=Summary, query=SummaryQuery, errors=(Unavailable,)),
)
def metrics_summary(query: SummaryQuery) -> Summary:
    """Say how many requests came, how long they took and how many failed.

    Times beyond what the log keeps come from history, whose percentiles are right to an
    eighth.
    """
    return summarise(current_house(), query.hours)


@route(
    bp,
    "GET",
    "/api/metrics/timeseries",
    Doc(data=Series, query=SeriesQuery, errors=(UnknownName,)),
)
def metrics_timeseries(query: SeriesQuery) -> Series:
    """Give numbers over time, in stretches of whole minutes, oldest first.

    Without `from`, `to`, `step`, `by`, `statistic` and labels, a short name tells of
    the last `hours` as the log has it, up to now. With any of them the answer is out of
    history, whose last minute is the one before this; so it is for times that are
    longer than the log is kept. A moment in which nobody counted is null. Any other
    parameter is a label with the value that it must have.
    """
    return draw_series(current_house(), query)


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
