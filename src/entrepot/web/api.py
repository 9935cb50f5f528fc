"""`/health`, `/api/health` and the OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec
from flask import Blueprint, Response, current_app, g
from msgspec import Meta

from entrepot.base.checks import Health, worst
from entrepot.base.checks import health as look
from entrepot.base.errors import Unavailable
from entrepot.base.times import now, render_time
from entrepot.base.version import VERSION
from entrepot.web import openapi
from entrepot.web.reply import send_json
from entrepot.web.requests import known_as
from entrepot.web.routes import ROUTES, Doc, current_house, route

bp = Blueprint("web_api", __name__)


PROBE_SECONDS = 5.0
"""How old an answer with `strict` may be: probes act on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthQuery:
    """How health is asked for."""

    strict: Annotated[
        bool, Meta(description="Answer 503 when unhealthy, and look again sooner.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReport:
    """How this server is."""

    status: Health
    timestamp: str
    version: str
    checks: dict[str, Health]


@route(bp, "GET", "/health", Doc(data=dict[str, str], is_public=True, is_bare=True))
@known_as("health")
def health() -> Response:
    """Say that the process answers; no input or output."""
    response = Response(b'{"status":"healthy"}', content_type="application/json")
    response.headers["X-Service-Version"] = VERSION
    return response


@route(
    bp,
    "GET",
    "/api/health",
    Doc(
        data=HealthReport,
        query=HealthQuery,
        errors=(Unavailable,),
        is_public=True,
        is_bare=True,
    ),
)
def api_health(query: HealthQuery) -> Response:
    """Say how this server is.

    `status` is the worst of the checks. The status code is 200 as long as the server
    can answer; with `strict` it is 503 when `status` is `unhealthy`. Who has not
    signed in is told no `checks`.
    """
    age = PROBE_SECONDS if query.strict else None
    checks = look(current_house(), at_most_seconds=age)
    at = render_time(now())
    status = worst(checks)
    told = {} if g.get("identity") is None else checks
    report = HealthReport(status=status, timestamp=at, version=VERSION, checks=told)
    code = 503 if query.strict and status == "unhealthy" else 200
    return Response(
        msgspec.json.encode(report), status=code, content_type="application/json"
    )


@route(bp, "GET", "/api/openapi.json", Doc(data=dict, is_public=True, is_bare=True))
def openapi_document() -> Response:
    """Give this document: every route of the rooms that are served."""
    return send_json(document())


def document() -> bytes:
    """Return the OpenAPI document of this app, made once."""
    kept = current_app.extensions
    if "openapi" not in kept:
        routes = [ROUTES[e] for e in current_app.view_functions if e in ROUTES]
        kept["openapi"] = msgspec.json.encode(openapi.build(routes))
    made: bytes = kept["openapi"]
    return made
