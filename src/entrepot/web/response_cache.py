"""Answers that everybody gets alike, kept until their version changes.

This stands before Flask, as WSGI. A room names the paths of its public reads, and what
tells one state of their content from the next (`stamp`): it is asked for with every
request, so that a write is seen at once, in every process. What a request must pass in
Flask it passes here as well: the host, the lists of addresses, HTTPS, and its place
among those of its address. Whoever shows who they are is not answered from here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask

from entrepot.base.house import House
from entrepot.web import guard
from entrepot.web import settings as knobs
from entrepot.web.addresses import read_lists
from entrepot.web.limits import Limits, limits_of
from entrepot.web.requests import ANSWERED_AS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
KEEPS = "entrepot.keeps"
"""A view sets it in the environ of an answer that may be kept."""
STAMP = "entrepot.stamp"
"""Stands in the environ of what may be kept: the state before the view was asked."""
BODY_BYTES = 4_000_000
"""A longer body is not kept; its tag is, so that 304 needs no view."""
PACKED_BYTES = 1_000
"""From so many on a body is worth packing."""
QUERY_CHARACTERS = 2_000
BYPASSES = (
    "HTTP_AUTHORIZATION",
    "HTTP_COOKIE",
    "HTTP_X_API_KEY",
    "HTTP_RANGE",
    "HTTP_ORIGIN",
)
"""Headers that make an answer one caller's own."""
_OVERHEAD_BYTES = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRead:
    """Reads that may be kept.

    Attributes:
        endpoint: As metrics name the view.
        parameters: Those of the query that the answer depends on; with any other one
            the view is asked.
        stamp: Names the state of the content; empty where nothing can.
    """

    endpoint: str
    stamp: Callable[[House], str]
    parameters: frozenset[str] = frozenset()


READS: dict[str, PublicRead] = {}
"""What rooms' faces register, by path; one that ends in `/` stands for any number below
it."""


@dataclass(slots=True)
class Entry:
    """An answer that is kept."""

    stamp: str
    status: str
    headers: Headers
    body: bytes | None
    tag: str
    packed: bytes | None = None

    @property
    def size_bytes(self) -> int:
        """Return about how much memory it takes."""
        return _OVERHEAD_BYTES + len(self.body or b"") + len(self.packed or b"")


@dataclass(slots=True)
class Entries:
    """Kept answers by key, the longest unused first; bounded in bytes."""

    most_bytes: int
    size_bytes: int = 0
    _by_key: OrderedDict[object, Entry] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: object) -> Entry | None:
        """Return what is kept under a key."""
        with self._lock:
            entry = self._by_key.get(key)
            if entry is not None:
                self._by_key.move_to_end(key)
            return entry

    def put(self, key: object, entry: Entry) -> None:
        """Keep an answer; the longest unused give way."""
        with self._lock:
            self._forget(key)
            self._by_key[key] = entry
            self.size_bytes += entry.size_bytes
            self._shrink()

    def pack(self, key: object, entry: Entry, packed: bytes) -> None:
        """Keep an answer's packed form beside it."""
        with self._lock:
            if self._by_key.get(key) is entry and entry.packed is None:
                entry.packed = packed
                self.size_bytes += len(packed)
                self._shrink()

    def __len__(self) -> int:
        return len(self._by_key)

    def _forget(self, key: object) -> None:
        old = self._by_key.pop(key, None)
        if old is not None:
            self.size_bytes -= old.size_bytes

    def _shrink(self) -> None:
        while self.size_bytes > self.most_bytes and self._by_key:
            self._forget(next(iter(self._by_key)))


def install(app: Flask, house: House, *, is_open: bool) -> None:
    """Answer what is kept before Flask is asked; nothing where the setting is 0."""
    most_bytes = house.settings[knobs.CACHE_BYTES]
    if not most_bytes:
        return
    cache = _Cache(app.wsgi_app, house, Entries(most_bytes), is_open)
    app.extensions["response_cache"] = cache.entries
    answer: Callable[..., Iterable[bytes]] = cache
    app.wsgi_app = answer  # type: ignore[method-assign]  # as Flask says to do


class _Cache:
    """A WSGI application around Flask's."""

    def __init__(
        self, app: WSGIApplication, house: House, entries: Entries, is_open: bool
    ) -> None:
        self.entries = entries
        self._app = app
        self._house = house
        self._is_open = is_open
        self._hosts = guard.read_allowed_hosts(house.settings)
        self._lists = read_lists(house.settings)
        self._has_lists = bool(self._lists.allowed or self._lists.denied)
        self._wants_https = house.settings[knobs.FORCE_HTTPS]
        self._limits: Limits = limits_of(house)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        read = find_read(environ["PATH_INFO"])
        if read is None or environ["REQUEST_METHOD"] != "GET":
            return self._app(environ, start_response)
        query = canonical(environ.get("QUERY_STRING", ""), read.parameters)
        if query is None or not self._may_pass(environ):
            return self._app(environ, start_response)
        is_local = self._is_open and guard.is_loopback(environ.get("REMOTE_ADDR", ""))
        key = (environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"], query, is_local)
        stamp = read.stamp(self._house)
        entry = self.entries.get(key)
        if entry is not None and stamp and entry.stamp == stamp:
            found = self._send(key, entry, environ, start_response, read, is_local)
            if found is not None:
                return found
        if not stamp or (entry is not None and entry.stamp == stamp):
            return self._app(environ, start_response)
        return self._ask(key, stamp, environ, start_response)

    def _may_pass(self, environ: WSGIEnvironment) -> bool:
        """Tell whether Flask would answer this to anybody who asks so."""
        for name in BYPASSES:
            if name in environ:
                return False
        if not guard.is_ours(environ.get("HTTP_HOST", ""), self._hosts):
            return False
        if self._wants_https and environ["wsgi.url_scheme"] != "https":
            return False
        if self._has_lists and not self._lists.admits(environ.get("REMOTE_ADDR", "")):
            return False
        return not (self._is_open and guard.has_proxy(environ))

    def _send(  # what an answer needs
        self,
        key: object,
        entry: Entry,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        read: PublicRead,
        is_local: bool,
    ) -> Iterable[bytes] | None:
        sent = environ.get("HTTP_IF_NONE_MATCH", "")
        is_same = bool(sent) and entry.tag in plain_tags(sent)
        if entry.body is None and not is_same:
            return None
        place = self._limits.place_of(environ)
        if place is None:  # Flask says so, in the words it has for that
            return None
        if is_local:
            guard.become_local(environ)
        environ[ANSWERED_AS] = read.endpoint
        if is_same:
            start_response("304 NOT MODIFIED", _headers_of_same(entry))
            place.leave()
            return ()
        body, headers = self._body(key, entry, environ)
        start_response(entry.status, headers)
        return _Sent(body, place.leave)

    def _body(
        self, key: object, entry: Entry, environ: WSGIEnvironment
    ) -> tuple[bytes, Headers]:
        body = entry.body or b""
        headers = list(entry.headers)
        if len(body) >= PACKED_BYTES:
            headers.append(("Vary", "Accept-Encoding"))
            if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
                if entry.packed is None:
                    self.entries.pack(key, entry, pack(body))
                body = entry.packed or pack(body)
                headers.append(("Content-Encoding", "gzip"))
                headers.append(("ETag", f'"{entry.tag}-gzip"'))
                headers.append(("Content-Length", str(len(body))))
                return body, headers
        headers.append(("ETag", f'"{entry.tag}"'))
        headers.append(("Content-Length", str(len(body))))
        return body, headers

    def _ask(
        self,
        key: object,
        stamp: str,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """Let Flask answer, and keep that where the view says it may be kept."""
        environ[STAMP] = stamp
        said: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *error: object) -> object:
            # What is added further out belongs to one answer, not to the next.
            said.append((status, list(headers)))
            return start_response(status, headers, *error)  # type: ignore[arg-type]  # as it came

        answer = self._app(environ, start)  # type: ignore[arg-type]  # as above
        if KEEPS not in environ or not said or not said[-1][0].startswith("200"):
            return answer
        status, headers = said[-1]
        entry = _entry(stamp, status, headers)
        if entry is None:
            return answer
        if _length(headers) > BODY_BYTES:
            self.entries.put(key, entry)
            return answer
        try:
            entry.body = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        self.entries.put(key, entry)
        return [entry.body]


class _Sent:
    """A body that gives its place back when it was sent."""

    __slots__ = ("_body", "close")

    def __init__(self, body: bytes, close: Callable[[], None]) -> None:
        self._body = body
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return iter((self._body,))


def find_read(path: str) -> PublicRead | None:
    """Return what is registered for a path."""
    read = None if path.endswith("/") else READS.get(path)
    if read is None and path[-1:].isdecimal() and path.isascii():
        parent, _, number = path.rpartition("/")
        if number.isdecimal() and len(number) < 19 and number[0] != "0":
            read = READS.get(f"{parent}/")
    return read


def canonical(query: str, parameters: frozenset[str]) -> str | None:
    """Return a query with its parameters sorted; None with an unknown one."""
    if not query:
        return ""
    if len(query) > QUERY_CHARACTERS:
        return None
    pairs = [pair for pair in query.split("&") if pair]
    for pair in pairs:
        if pair.partition("=")[0] not in parameters:
            return None
    # Two values of one parameter keep their order.
    return "&".join(sorted(pairs, key=_name))


def plain_tags(sent: str) -> set[str]:
    """Return the tags of an If-None-Match, whatever form of a body they are of."""
    found = (tag.strip().removeprefix("W/").strip('"') for tag in sent.split(","))
    return {tag.removesuffix("-gzip") for tag in found}


def takes_gzip(accepted: str) -> bool:
    """Tell whether whoever asks takes a body packed with gzip."""
    if "gzip" not in accepted:
        return False
    for part in accepted.split(","):
        name, _, weight = part.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def pack(body: bytes) -> bytes:
    """Return a body packed with gzip."""
    from isal import igzip

    packed: bytes = igzip.compress(body, compresslevel=2, mtime=0)
    return packed


def _name(pair: str) -> str:
    return pair.partition("=")[0]


def _entry(stamp: str, status: str, headers: Headers) -> Entry | None:
    low = {name.lower(): value for name, value in headers}
    tag = low.get("etag", "")
    if not tag.startswith('"') or "set-cookie" in low:
        return None
    left_out = ("etag", "content-length")
    kept = [pair for pair in headers if pair[0].lower() not in left_out]
    return Entry(stamp, status, kept, None, tag.strip('"'))


def _length(headers: Headers) -> int:
    found = [value for name, value in headers if name.lower() == "content-length"]
    return int(found[0]) if found else BODY_BYTES + 1


def _headers_of_same(entry: Entry) -> Headers:
    left_out = ("content-type", "content-encoding")
    same = [pair for pair in entry.headers if pair[0].lower() not in left_out]
    return [*same, ("ETag", f'"{entry.tag}"')]
