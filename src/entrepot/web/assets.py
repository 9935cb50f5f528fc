"""The bundled front end: addresses of its files, and the routes that send them."""

from __future__ import annotations

import functools
from pathlib import Path

import msgspec
from flask import Response, g, request, send_from_directory, url_for

from entrepot.web.requests import quiet

STATIC = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
"""A built file's name changes with its bytes, so a browser need never ask again."""


@functools.cache
def manifest() -> dict[str, str]:
    """Return the built file of each source; empty before the first build."""
    path = STATIC / "build" / "manifest.json"
    if not path.exists():
        return {}
    return msgspec.json.decode(path.read_bytes(), type=dict[str, str])


def address(source: str) -> str:
    """Return the path of a built file, e.g. of `app.ts`."""
    # Each icon of a page asks for the same file.
    known: dict[str, str] = g.setdefault("asset_addresses", {})
    if source not in known:
        known[source] = url_for("web_pages.built", name=manifest()[source])
    return known[source]


@quiet
def built(name: str) -> Response:
    """Send a built file, compressed where that was done at build time."""
    folder = STATIC / "build"
    accepts_gzip = request.accept_encodings.best_match(["gzip"]) is not None
    is_packed = accepts_gzip and (folder / f"{name}.gz").exists()
    if not is_packed:
        response = send_from_directory(folder, name)
    else:
        kind = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
        media_type = kind[name.rpartition(".")[2]]
        response = send_from_directory(folder, f"{name}.gz", mimetype=media_type)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Vary"] = "Accept-Encoding"
    return response


@quiet
def mark() -> Response:
    """Send the mark, which is also the page's icon."""
    response = send_from_directory(STATIC, "mark.svg")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
