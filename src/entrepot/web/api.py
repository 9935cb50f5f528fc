"""`/health`, `/api/health` and the OpenAPI document."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from flask import Blueprint, Response, current_app

from entrepot.base.version import VERSION
from entrepot.web import openapi
from entrepot.web.reply import send_json
from entrepot.web.routes import ROUTES, Doc, route

bp = Blueprint("web_api", __name__)


@bp.get("/health")
def health() -> Response:
    """Say that the process answers; no input or output."""
    return Response(b'{"status":"healthy"}', content_type="application/json")


@route(bp, "GET", "/api/health", Doc(data=dict, is_public=True, is_bare=True))
def api_health() -> Response:
    """Say how this server is."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = {"status": "healthy", "timestamp": now, "version": VERSION}
    return Response(msgspec.json.encode(body), content_type="application/json")


@route(bp, "GET", "/api/openapi.json", Doc(data=dict, is_public=True, is_bare=True))
def openapi_document() -> Response:
    """Give this document: every route of the rooms that are served."""
    kept = current_app.extensions
    if "openapi" not in kept:
        routes = [ROUTES[e] for e in current_app.view_functions if e in ROUTES]
        kept["openapi"] = msgspec.json.encode(openapi.build(routes))
    return send_json(kept["openapi"])
