"""Files so small that they are sent in one piece: pictures and icons."""

from __future__ import annotations

from pathlib import Path

from flask import Response, request


def send_small(path: Path, *, media_type: str, tag: str, caching: str) -> Response:
    """Answer with a file, or with 304 to whoever has it; it is closed before that."""
    is_known = request.if_none_match.contains(tag)
    body = b"" if is_known else path.read_bytes()
    response = Response(body, status=304 if is_known else 200, content_type=media_type)
    response.set_etag(tag)
    response.headers["Cache-Control"] = caching
    return response
