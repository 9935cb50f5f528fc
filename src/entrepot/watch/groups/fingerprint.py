"""From a line of the log to the cause it belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from entrepot.watch.groups.normal import normal, normal_path
from entrepot.watch.groups.traces import Trace, read_browser_trace, read_trace
from entrepot.watch.log.text import calmed
from entrepot.watch.spec import BROWSER, Line

ID_CHARACTERS = 16
"""Of a fingerprint, in addresses."""
TITLE_CHARACTERS, NAME_CHARACTERS = 300, 200
_REASONS = ("code", "error_code", "error", "why", "said")
"""Facts of a line that tell its cause, where the message is the same for all."""
_NO_TRACE = Trace(frames=(), error_type="", said="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One error, and the cause it belongs to.

    Attributes:
        normal: The message that stays the same for every error of the cause.
        trace_id: Also where it follows from the request's id.
    """

    fingerprint: str
    title: str
    normal: str
    error_type: str
    logger: str
    frames: tuple[str, ...]
    stack_trace: str
    at: datetime
    line: Line
    route: str
    user: str
    trace_id: str
    release: str


def sighting_of(line: Line, *, release: str) -> Sighting:
    """Return what a line of an error tells.

    Args:
        release: Our version, where the line does not say it.
    """
    trace = _trace(line)
    said = _said(line, trace)
    error_type = _clipped(line.error_type or trace.error_type, NAME_CHARACTERS)
    logger = _clipped(line.logger, NAME_CHARACTERS)
    route, plain = route_of(line), normal(said)
    return Sighting(
        fingerprint=_hash(_parts(line, trace, error_type, route, plain)),
        title=_clipped(_title(error_type, said), TITLE_CHARACTERS) or logger,
        normal=plain,
        error_type=error_type,
        logger=logger,
        frames=tuple(_clipped(str(frame), 400) for frame in trace.ours),
        stack_trace=calmed(line.stack_trace or ""),
        at=datetime.fromisoformat(line.timestamp),
        line=line,
        route=route,
        user=_clipped(_user(line), NAME_CHARACTERS),
        trace_id=_trace_id(line),
        release=_clipped(str(line.fields.get("release") or release), 50),
    )


def group_id_of(line: Line) -> str:
    """Return the id of the group that a line of an error belongs to."""
    return sighting_of(line, release="").fingerprint[:ID_CHARACTERS]


def overflow_of(one: Sighting) -> Sighting:
    """Return an error as one of those that are too many to be told apart."""
    title = f"Further errors of {one.logger}: there are too many groups"
    return replace(
        one,
        fingerprint=_hash(("too many", one.logger)),
        title=title[:TITLE_CHARACTERS],
        normal=title[:TITLE_CHARACTERS],
        error_type="",
        frames=(),
    )


def route_of(line: Line) -> str:
    """Return where an error came: an endpoint, a job's kind, a page; empty unknown."""
    fields = line.fields
    if line.logger == BROWSER:
        return normal_path(str(fields.get("url") or ""))
    endpoint = line.endpoint or fields.get("endpoint")
    if endpoint and endpoint != "unknown":
        return _clipped(str(endpoint), NAME_CHARACTERS)
    path = fields.get("path")
    return normal_path(str(path))[:NAME_CHARACTERS] if path else ""


def _parts(
    line: Line, trace: Trace, error_type: str, route: str, plain: str
) -> Iterable[str]:
    """Return what makes a cause; line numbers differ from release to release."""
    if line.logger == BROWSER:
        # Scripts are one file with names that change at each build, and one page's
        # fault shows on all of them.
        return ("browser", error_type, plain, *(f.file for f in trace.ours[-1:]))
    if not trace.frames:
        return ("line", _clipped(line.logger, NAME_CHARACTERS), error_type, plain)
    *outer, inner = trace.ours
    calls = [f"{frame.file}:{frame.function}" for frame in outer]
    calls.append(f"{inner.file}:{inner.function}:{normal(inner.text)}")
    # Where none of our own calls is told, only the words are left to tell by.
    words = () if inner.is_ours else (plain,)
    return ("trace", error_type, route, *calls, *words)


def _trace(line: Line) -> Trace:
    if line.logger == BROWSER:
        return read_browser_trace(line.message, line.stack_trace or "")
    return read_trace(line.stack_trace) if line.stack_trace else _NO_TRACE


def _said(line: Line, trace: Trace) -> str:
    if trace.said and line.logger != BROWSER:
        return trace.said
    if trace.frames:
        return line.message
    told = (str(line.fields[name]) for name in _REASONS if line.fields.get(name))
    return ": ".join((line.message, *told))


def _title(error_type: str, said: str) -> str:
    if not error_type or error_type in said:
        return said
    return f"{error_type}: {said}" if said else error_type


def _user(line: Line) -> str:
    return line.actor or ("" if line.user_id is None else f"user {line.user_id}")


def _trace_id(line: Line) -> str:
    if line.trace_id:
        return _clipped(line.trace_id, 32)
    request = line.request_id or ""
    is_hex = len(request) == 16 and all(c in "0123456789abcdef" for c in request)
    return request.zfill(32) if is_hex else ""


def _clipped(text: str, characters: int) -> str:
    return " ".join(calmed(text).split())[:characters]


def _hash(parts: Iterable[str]) -> str:
    joined = "\0".join(parts).encode("utf-8", "replace")
    return hashlib.sha256(joined).hexdigest()
