"""The beginnings of bodies as they pass, for whoever switched that on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from entrepot.base.settings import Settings
from entrepot.web import settings as knobs

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CAPTURED = "entrepot.bodies"
"""Where the captured bodies of a request stand in its environ."""
MOST_BYTES = 16_000
"""Of each body so many are captured."""
TEXTS = ("json", "text/", "xml", "x-www-form-urlencoded", "javascript")
"""What the type of a body contains that people can read."""


class Bodies:
    """What was captured of one request.

    Attributes:
        asked, answered: None where it is not captured.
    """

    def __init__(self, *, asked: bool, answered: bool) -> None:
        self.asked: bytearray | None = bytearray() if asked else None
        self.answered: bytearray | None = bytearray() if answered else None
        self.answered_type = ""

    def told(self, asked_type: str) -> dict[str, object]:
        """Return the captured text by its name, with the type it has."""
        told: dict[str, object] = {}
        if self.asked:
            told["request_body"] = (asked_type, bytes(self.asked))
        if self.answered:
            told["response_body"] = (self.answered_type, bytes(self.answered))
        return told


def capturing(app: WSGIApplication, settings: Settings) -> WSGIApplication:
    """Return the application with capture around it, where a setting wants it."""
    asked = settings[knobs.LOG_REQUEST_BODY]
    answered = settings[knobs.LOG_RESPONSE_BODY]
    if not (asked or answered):
        return app

    def call(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        bodies = environ[CAPTURED] = Bodies(asked=asked, answered=answered)
        if bodies.asked is not None and _is_text(environ.get("CONTENT_TYPE", "")):
            environ["wsgi.input"] = _Tee(environ["wsgi.input"], bodies.asked)
        if bodies.answered is None:
            return app(environ, start_response)
        return _answered(app, environ, start_response, bodies)

    return call


def _answered(
    app: WSGIApplication,
    environ: WSGIEnvironment,
    start_response: StartResponse,
    bodies: Bodies,
) -> Iterable[bytes]:
    def start(
        status: str, headers: list[tuple[str, str]], *error: object
    ) -> Callable[[bytes], object]:
        found = (value for name, value in headers if name.lower() == "content-type")
        bodies.answered_type = next(found, "")
        if not _is_text(bodies.answered_type):
            bodies.answered = None
        return start_response(status, headers, *error)  # type: ignore[arg-type]  # as it came

    return _Copied(app(environ, start), bodies)


def _is_text(media_type: str) -> bool:
    return any(word in media_type.lower() for word in TEXTS)


def _keep(kept: bytearray, piece: bytes) -> None:
    if len(kept) < MOST_BYTES:
        kept += piece[: MOST_BYTES - len(kept)]


class _Tee:
    """A request's body that remembers its beginning while it is read."""

    def __init__(self, stream: BinaryIO, kept: bytearray) -> None:
        self._stream = stream
        self._kept = kept

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        _keep(self._kept, piece)
        return piece

    def readline(self, size: int = -1) -> bytes:
        piece = self._stream.readline(size)
        _keep(self._kept, piece)
        return piece

    def readlines(self, hint: int = -1) -> list[bytes]:
        pieces = self._stream.readlines(hint)
        for piece in pieces:
            _keep(self._kept, piece)
        return pieces

    def readinto(self, buffer: bytearray | memoryview) -> int:
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            _keep(self._kept, piece)
            yield piece


class _Copied:
    """An answer's body that remembers its beginning while it leaves."""

    def __init__(self, body: Iterable[bytes], bodies: Bodies) -> None:
        self._body = body
        self._pieces = iter(body)
        self._bodies = bodies

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        if self._bodies.answered is not None:
            _keep(self._bodies.answered, piece)
        return piece

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            close()
