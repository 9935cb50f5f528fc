"""HTTPS only, where FORCE_HTTPS says so: plain requests are sent there, or refused."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from entrepot.base.errors import Denied
from entrepot.base.settings import Settings
from entrepot.web import settings as knobs

PLAIN_PATHS = {"/health"}
"""Probes ask these without TLS, from beside the server."""


def install(app: Flask, settings: Settings) -> None:
    """Let nothing but HTTPS in, and tell browsers to remember that."""
    seconds = settings[knobs.HSTS]

    def check() -> AnyResponse | None:
        if request.is_secure or request.path in PLAIN_PATHS:
            return None
        if request.method in ("GET", "HEAD", "OPTIONS"):
            path = quote(request.root_path + request.path, safe="/:~!$&'()*+,;=@")
            query = request.query_string.decode("latin-1")
            where = f"{path}?{query}" if query else path
            return redirect(f"https://{request.host}{where}", code=308)
        raise Denied(
            "this server takes nothing but HTTPS",
            hint="write https:// in the address, and change what was sent in clear",
        )

    def remember(response: Response) -> Response:
        if seconds and request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={seconds}"
        return response

    if settings[knobs.FORCE_HTTPS]:
        app.before_request(check)
        app.after_request(remember)
