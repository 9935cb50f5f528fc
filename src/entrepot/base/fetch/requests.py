"""What is asked of a server, and what is asked after it sent us elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from entrepot.base.errors import Invalid, Refused
from entrepot.base.fetch.targets import Target, parse_target
from entrepot.base.redaction import SECRET

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
OURS = {
    "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive",
    "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip
"""Headers that say how we speak, which is not the caller's business."""
KEEPING = (307, 308)
"""Redirects that want the same again; after the others a body is not sent again."""
REDIRECTS = (301, 302, 303, *KEEPING)

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something to ask of a server.

    Attributes:
        limit_bytes: The most that the answer's body may have, packed and unpacked.
        connect_seconds, read_seconds: For one connection, and between two pieces.
        total_seconds: For everything, redirects included.
        redirects: Followed at the most; 0 is none, which is then an error.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    limit_bytes: int = 10_000_000
    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    total_seconds: float = 30.0
    redirects: int = 5


def check_request(request: Request) -> None:
    """Refuse what must not be sent.

    Raises:
        Invalid: The method, or a header, is not one that may be.
    """
    if request.method not in METHODS:
        raise Invalid(f"{request.method[:20]!r} is not a method that may be used")
    for name, value in request.headers.items():
        if not _NAME.fullmatch(name) or _CONTROL.search(value):
            raise Invalid(f"the header {name[:60]!r} cannot be sent")
        if name.lower() in OURS or name.lower().startswith("proxy-"):
            raise Invalid(f"the header {name} is not for callers to set")


def redirected(
    request: Request, target: Target, status: int, headers: Mapping[str, str]
) -> tuple[Request, Target] | None:
    """Return what to ask where an answer sends us; None where it sends us nowhere.

    What names a secret stays with the server it was for, and a body is sent again only
    where the answer says so (307, 308).

    Raises:
        Invalid: It sends us to what is no URL of HTTP.
        Refused: It sends us from an encrypted connection to an open one.
    """
    if status not in REDIRECTS or "location" not in headers:
        return None
    base = f"{target.scheme}://{target.authority}{target.path.decode('ascii')}"
    following = parse_target(headers["location"], base=base)
    if (target.scheme, following.scheme) == ("https", "http"):
        raise Refused(f"{target.url} redirects to {following.url}, which is not secure")
    asked = request
    if status not in KEEPING and request.method not in ("GET", "HEAD"):
        asked = replace(asked, method="GET", body=b"", headers=_bodiless(asked.headers))
    if following.origin != target.origin:
        asked = replace(asked, headers=_harmless(asked.headers))
    return asked, following


def _bodiless(headers: Mapping[str, str]) -> dict[str, str]:
    return {n: v for n, v in headers.items() if not n.lower().startswith("content-")}


def _harmless(headers: Mapping[str, str]) -> dict[str, str]:
    return {n: v for n, v in headers.items() if not SECRET.search(n)}
