"""Errors as RFC 9457 problem documents. The one place where a kind meets a status."""

from __future__ import annotations

from http import HTTPStatus
from traceback import format_exception

import msgspec
from flask import Flask, Response, redirect, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from entrepot.base import errors, events, spans
from entrepot.base.store_errors import explain
from entrepot.web import shell
from entrepot.web.events import RequestBroke
from entrepot.web.requests import request_id
from entrepot.web.shapes import find_shape

STATUS: dict[type[errors.EntrepotError], int] = {
    errors.Invalid: 400,
    errors.Unauthenticated: 401,
    errors.Denied: 403,
    errors.Missing: 404,
    errors.Expired: 410,
    errors.Conflict: 409,
    errors.Outdated: 412,
    errors.TooMuch: 413,
    errors.Throttled: 429,
    errors.Broken: 500,
    errors.Refused: 502,
    errors.Unavailable: 503,
    errors.TimedOut: 504,
}

DATABASE_RETRY_SECONDS = 5
"""When to come again while our own database is away."""

MEDIA_TYPE = "application/problem+json"


def status_of(error: errors.EntrepotError) -> int:
    """Return the HTTP status of an error."""
    return errors.nearest(type(error), {**STATUS, errors.EntrepotError: 500})


def describe(error: Exception) -> dict[str, object]:
    """Return an error as the members of a problem document.

    The members beyond RFC 9457 (`success`, `error`, `message`) are those that the
    documents promise.
    """
    if isinstance(error, errors.EntrepotError):
        return _document(
            status=status_of(error),
            code=error.code(),
            title=error.title(),
            detail=error.detail,
            retryable=error.retryable or isinstance(error, errors.Throttled),
            more={**({"hint": error.hint} if error.hint else {}), **error.facts},
        )
    if isinstance(error, HTTPException):
        status = error.code or 500
        title = HTTPStatus(status).phrase
        code = title.lower().replace(" ", "-")
        detail = error.description or title
        if isinstance(error, NotFound):
            detail = f"nothing answers at {request.path}"
        return _document(status, code, title, detail, retryable=False, more={})
    detail = "something went wrong here; the log has it under the request id"
    return _document(500, "broken", errors.Broken.title(), detail, False, {})


def _document(  # the members are many, and named at every call
    status: int,
    code: str,
    title: str,
    detail: str,
    retryable: bool,
    more: dict[str, object],
) -> dict[str, object]:
    name = request_id(request.environ)
    return {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:entrepot:request:{name}",
        "code": code,
        "retryable": retryable,
        **more,
        "success": False,
        "error": detail,
        "message": title,
        "request_id": name,
    }


def answer(error: Exception) -> Response:
    """Return an error as an answer in the form the caller reads."""
    document = describe(error)
    status = int(str(document["status"]))
    if status >= 500:
        spans.failed(error)
    if wants_page():
        page = render_template("web/problem.html", problem=document)
        response = Response(page, status=status, mimetype="text/html")
    else:
        response = _json(document, status)
    response.headers["Vary"] = "Accept"
    if isinstance(error, errors.EntrepotError):
        pause = error.facts.get("retry_after_seconds")
        if pause is not None:
            response.headers["Retry-After"] = str(pause)
    if isinstance(error, errors.DatabaseError) and error.retryable:
        response.headers["Retry-After"] = str(DATABASE_RETRY_SECONDS)
    if isinstance(error, errors.Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name.lower() not in ("content-type", "content-length"):
                response.headers[name] = value
    return response


def _json(document: dict[str, object], status: int) -> Response:
    shape = find_shape(request.path)
    media_type = MEDIA_TYPE if shape is None else shape.media_type
    shaped = document if shape is None else shape.render(document)
    body = msgspec.json.encode(shaped)
    return Response(body, status=status, content_type=media_type)


def install(app: Flask) -> None:
    """Make every error of `app` leave as a problem document."""
    app.register_error_handler(errors.EntrepotError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(Exception, _broken)


def _ours(error: errors.EntrepotError) -> Response | BaseResponse:
    is_nobody = isinstance(error, errors.Unauthenticated) and shell.can_sign_in()
    if is_nobody and wants_page() and request.method in ("GET", "HEAD"):
        return redirect(shell.sign_in_address(), code=303)
    return _broken(error) if status_of(error) == 500 else answer(error)


def _database(error: SQLAlchemyError) -> Response:
    # Only our own database is reached through SQLAlchemy.
    explained = explain(error)
    return _broken(error) if explained is None else answer(explained)


def _broken(error: Exception) -> Response:
    events.emit(
        RequestBroke(
            request_id=request_id(request.environ),
            method=request.method,
            path=request.path,
            error_type=type(error).__name__,
            traceback="".join(format_exception(error)),
        )
    )
    return answer(error)


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is not None and error.code < 400:
        return error  # a redirect is no error
    if isinstance(error, RequestEntityTooLarge):
        limit = request.max_content_length
        return answer(errors.TooMuch(f"the body is larger than {limit} bytes"))
    return answer(error)


def wants_page() -> bool:
    """Tell whether the caller is a browser that asks for a page."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return best == "text/html" and not request.path.startswith("/api")
