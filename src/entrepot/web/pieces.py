"""Pages, and parts of them, that are asked for again and again."""

from __future__ import annotations

from flask import Response, render_template, request


def render_piece(template: str, *, status: int = 200, **values: object) -> Response:
    """Answer with a template; with 304 where the caller has the same already."""
    text = render_template(template, **values)
    response = Response(text, status=status, content_type="text/html; charset=utf-8")
    if request.method == "GET" and status == 200:
        response.add_etag()
        response.headers["Cache-Control"] = "private, no-cache"
        response.make_conditional(request)
    return response
