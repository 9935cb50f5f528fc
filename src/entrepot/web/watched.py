"""What a trace tells of a request, and answers that are read while they leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from entrepot.base import spans
from entrepot.web.bodies import CAPTURED, Bodies

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

TOLD_HEADERS = {
    "HTTP_ACCEPT": "Accept",
    "HTTP_ACCEPT_LANGUAGE": "Accept-Language",
    "HTTP_IF_NONE_MATCH": "If-None-Match",
    "HTTP_ORIGIN": "Origin",
    "HTTP_RANGE": "Range",
    "HTTP_REFERER": "Referer",
    "CONTENT_LENGTH": "Content-Length",
    "CONTENT_TYPE": "Content-Type",
}
"""By their names in the environ, which itself nobody keeps: servers copy the process's
own surroundings into it. Those that show who somebody is are never told."""
CHARACTERS = 2_000
"""Of a query and of a header so many are told."""


def asked_facts(environ: WSGIEnvironment) -> Mapping[str, object]:
    """Return what a request brought, its bodies where they are captured.

    Nothing is redacted yet: whoever keeps it does that.
    """
    headers = {
        name: str(environ[key])[:CHARACTERS]
        for key, name in TOLD_HEADERS.items()
        if environ.get(key)
    }
    told: dict[str, object] = {
        "query": environ.get("QUERY_STRING", "")[:CHARACTERS],
        "headers": headers,
        "user_agent": environ.get("HTTP_USER_AGENT", "")[:CHARACTERS],
    }
    bodies: Bodies | None = environ.get(CAPTURED)
    if bodies is not None:
        told |= bodies.told(environ.get("CONTENT_TYPE", ""))
    return told


class Watched:
    """An answer's body whose request ends when the last of it has left."""

    def __init__(self, body: Iterable[bytes], part: spans.Part) -> None:
        self._body = body
        self._pieces: Iterator[bytes] = iter(body)
        self._part = part

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        # Another request may have begun in this thread since the last piece.
        with spans.inside(self._part):
            try:
                return next(self._pieces)
            except StopIteration:
                raise
            except BaseException as error:
                self._part.error = type(error).__name__
                raise

    def close(self) -> None:
        """Let the body go; the request is over."""
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            spans.end(self._part)
