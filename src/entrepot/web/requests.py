"""What happens around every request: its name before, its headers and its event after.

This stands outside of Flask, as WSGI: here no view, no hook and no error goes by
unseen, and headers cost a tenth of what they cost as Werkzeug's.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from flask import Flask, Request, request

from entrepot.base import spans
from entrepot.base.acting import Actor, become
from entrepot.base.events import RequestAnswered, emit
from entrepot.base.settings import Settings
from entrepot.base.trace_ids import Caller, parse_traceparent
from entrepot.web import settings as knobs
from entrepot.web.bodies import capturing
from entrepot.web.watched import Watched, asked_facts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., object])

CSP = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
METHODS = frozenset(
    ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
)
"""Those of the standard; a caller may invent others, which are told as `OTHER`."""
UNKNOWN = "unknown"
"""The endpoint of a request that no route took."""
PATH_CHARACTERS = 500
"""Of a path so many are told."""

NAMED = "entrepot.request"
"""Where a request's name stands in its environ."""
PERSONAL = "entrepot.personal"
"""Stands in the environ where the answer is for one person; `g` would cost more."""
ANSWERED_AS = "entrepot.answered_as"
"""Stands in the environ where no view was asked: the endpoint as it is told of."""
ASKED = "entrepot.asked"
"""Stands in the environ once a view was found: the endpoint as it is told of."""
REFRESHES = "HTTP_X_REFRESH"
"""A page sends it that asks by itself for its live part."""
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_HEX = re.compile(r"[0-9a-f]{16}")
_WHOLE = (list, tuple)
_DRESS = [(name.lower(), (name, value)) for name, value in HEADERS.items()]
_DRESSED = [pair for _, pair in _DRESS]
_DRESSED_NAMES = frozenset(name for name, _ in _DRESS)


def known_as(name: str) -> Callable[[View], View]:
    """Let a view be told of under this name, whatever Flask calls it."""

    def mark(view: View) -> View:
        view.known_as = name  # type: ignore[attr-defined]  # read by `_Telling`
        return view

    return mark


def quiet(view: View) -> View:
    """Mark a view that machines ask over and over: its lines are for debugging."""
    view.is_quiet = True  # type: ignore[attr-defined]  # read by `_Telling`
    return view


def request_id(environ: WSGIEnvironment) -> str:
    """Return the request's id; empty outside of the hook."""
    found: str = environ.get(NAMED, "")
    return found


def trace_id(environ: WSGIEnvironment) -> str:
    """Return the trace that a request is a part of: the caller's, or one of its own."""
    caller = _caller(environ)
    return caller.trace_id if caller else own_trace(request_id(environ))


def _caller(environ: WSGIEnvironment) -> Caller | None:
    sent: str = environ.get("HTTP_TRACEPARENT", "")
    return parse_traceparent(sent) if sent else None


def own_trace(request_id: str) -> str:
    """Return the trace of a request that nobody gave one, from its id."""
    if _HEX.fullmatch(request_id) and request_id.strip("0"):
        return request_id.zfill(32)
    return hashlib.blake2b(request_id.encode(), digest_size=16).hexdigest()


def install(app: Flask, settings: Settings) -> None:
    """Name each request, dress each answer and tell of it; the outermost station."""
    inner = capturing(app.wsgi_app, settings)
    outermost: Callable[..., Iterable[bytes]] = _Telling(app, inner, settings)
    app.wsgi_app = outermost  # type: ignore[method-assign]  # as Flask says to do


def _anybody(environ: WSGIEnvironment) -> Actor:
    return Actor(
        name="anonymous",
        kind="anonymous",
        address=environ.get("REMOTE_ADDR", ""),
        request_id=request_id(environ),
        trace_id=trace_id(environ),
        endpoint=environ.get(ASKED, ""),
    )


class _Telling:
    """A WSGI application around Flask's; one event for each request."""

    def __init__(self, app: Flask, inner: WSGIApplication, settings: Settings) -> None:
        self._app = inner
        self._is_read_later = settings[knobs.LOG_RESPONSE_BODY]
        self._views = app.view_functions
        self._known: dict[str, tuple[str, bool]] = {}

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        begun = perf_counter()
        sent: str = environ.get("HTTP_X_REQUEST_ID", "")
        is_sent = sent and _ID.fullmatch(sent)
        environ[NAMED] = name = sent if is_sent else os.urandom(8).hex()
        # The thread had another request before, and its person.
        become(partial(_anybody, environ))
        part = self._begin(environ)
        is_told = False
        size: int | None = None

        def start(
            status: str,
            headers: list[tuple[str, str]],
            *error: object,
        ) -> Callable[[bytes], object]:
            nonlocal is_told, size
            size = _dress(headers, name, is_personal=PERSONAL in environ)
            if not is_told:
                is_told = True
                self._tell(environ, int(status[:3]), begun, size)
            return start_response(status, headers, *error)  # type: ignore[arg-type]  # as it came

        try:
            answer = self._app(environ, start)
        except BaseException as error:
            if not is_told:  # the server answers for us
                self._tell(environ, 500, begun, None)
            if part is not None:
                part.error = type(error).__name__
                spans.end(part)
            raise
        if part is None:
            return answer
        if self._is_read_later or (size is None and not isinstance(answer, _WHOLE)):
            return Watched(answer, part)  # its rows are read while it leaves
        spans.end(part)
        return answer

    def _begin(self, environ: WSGIEnvironment) -> spans.Part | None:
        """Begin the request's part of a trace, as late as it can be told apart."""
        part = spans.begin(
            "request", "", partial(trace_id, environ), caller=_caller(environ)
        )
        if part is not None:
            part.describe = partial(asked_facts, environ)
        return part

    def _tell(
        self,
        environ: WSGIEnvironment,
        status: int,
        begun: float,
        size_bytes: int | None,
    ) -> None:
        endpoint, is_quiet = self._endpoint(environ)
        # Whoever says so hides nothing: it was told nothing that it did not have.
        is_quiet = is_quiet or (status == 304 and REFRESHES in environ)
        method = environ["REQUEST_METHOD"]
        method = method if method in METHODS else "OTHER"
        path = _path(environ)
        here = spans.current()
        if here is not None:
            part = here.part
            part.name, part.status = endpoint, status
            part.tell(method=method, path=path)
            if is_quiet and not part.caller_id:
                part.is_sampled = False
        emit(
            RequestAnswered(
                method=method,
                path=path,
                protocol=environ.get("SERVER_PROTOCOL", ""),
                endpoint=endpoint,
                status=status,
                seconds=perf_counter() - begun,
                size_bytes=size_bytes,
                is_quiet=is_quiet,
            )
        )

    def _endpoint(self, environ: WSGIEnvironment) -> tuple[str, bool]:
        if ANSWERED_AS in environ:
            return environ[ANSWERED_AS], False
        try:
            asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # a proxy has it
        except RuntimeError:  # Flask did not come so far
            return UNKNOWN, False
        rule = asked.url_rule
        if rule is None:
            return UNKNOWN, False
        name: str = rule.endpoint
        known = self._known.get(name)
        if known is None:
            view = self._views.get(name)
            label = getattr(view, "known_as", name)
            known = self._known[name] = label, getattr(view, "is_quiet", False)
        return known


def _dress(
    headers: list[tuple[str, str]], name: str, *, is_personal: bool
) -> int | None:
    """Add our headers to an answer's where it has none such; return its length."""
    size, has, has_cache = None, False, False
    for header, value in headers:
        low = header.lower()
        if low == "content-length":
            size = int(value)
        elif low == "cache-control":
            has_cache = True
        elif low in _DRESSED_NAMES:
            has = True
    headers.append(("X-Request-ID", name))
    if has:
        own = {header.lower() for header, _ in headers}
        headers.extend(pair for low, pair in _DRESS if low not in own)
    else:
        headers.extend(_DRESSED)
    if is_personal and not has_cache:
        # What somebody may see, nobody between us and them keeps for others.
        headers.append(("Cache-Control", "private, no-cache"))
    return size


def _path(environ: WSGIEnvironment) -> str:
    path: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    if not path.isascii():  # WSGI reads UTF-8 as if it were Latin-1
        path = path.encode("latin-1", "replace").decode("utf-8", "replace")
    return path if len(path) <= PATH_CHARACTERS else f"{path[:PATH_CHARACTERS]}…"
