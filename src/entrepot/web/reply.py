"""The envelope of every JSON answer, and the page of a list that is cut."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec
from flask import Response, request

ENCODER = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where a list was cut: the next page's address (None at the end) and the limit."""

    next: str | None
    limit: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Data with its cut."""

    data: object
    cut: Cut


@dataclass(frozen=True, slots=True)
class Said:
    """Data with a sentence for people beside it, where a document has one."""

    data: object
    message: str


def render(value: object, *, status: int = 200) -> Response:
    """Wrap a value in the envelope; a response goes through as it is."""
    if isinstance(value, Response):
        return value
    body: dict[str, object] = {"success": True}
    if isinstance(value, Page):
        body |= {"data": value.data, "page": _cut(value.cut)}
    elif isinstance(value, Said):
        body |= {"message": value.message, "data": value.data}
    else:
        body["data"] = value
    return send_json(ENCODER.encode(body), status=status)


def send_json(body: bytes, *, status: int = 200) -> Response:
    """Answer with encoded JSON, or with 304 where the caller has the same already."""
    response = Response(body, status=status, content_type="application/json")
    if request.method in ("GET", "HEAD") and status == 200:
        _tag(response)
    return response


def _cut(cut: Cut) -> dict[str, object]:
    page: dict[str, object] = {"next": cut.next, "limit": cut.limit}
    return page | ({} if cut.total is None else {"total": cut.total})


def _tag(response: Response) -> None:
    digest = hashlib.blake2b(response.get_data(), digest_size=12).hexdigest()
    response.set_etag(digest)
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
