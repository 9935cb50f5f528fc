"""`/health`, `/api/health` and the OpenAPI document."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from flask import Blueprint, Response

from entrepot.base.version import VERSION

bp = Blueprint("web_api", __name__)


@bp.get("/health")
def health() -> Response:
    """Say that the process answers; no input or output."""
    return Response(b'{"status":"healthy"}', content_type="application/json")


@bp.get("/api/health")
def api_health() -> Response:
    """Say how this server is."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = {"status": "healthy", "timestamp": now, "version": VERSION}
    return Response(msgspec.json.encode(body), content_type="application/json")
