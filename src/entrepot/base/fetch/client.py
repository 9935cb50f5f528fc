"""Ask a server that somebody named, so that nothing of ours can be reached by it.

Names are looked up once, all their addresses are checked, and the connection goes to
one of these; each redirect begins anew. The environment's proxies are not asked.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import httpcore
import httpx

from entrepot.base import spans
from entrepot.base.deadline import within
from entrepot.base.errors import Refused, TimedOut, Unavailable
from entrepot.base.fetch import settings as knobs
from entrepot.base.fetch.addresses import read_allowed
from entrepot.base.fetch.body import read_body
from entrepot.base.fetch.errors import TooManyRedirects
from entrepot.base.fetch.pinned import (
    Clock,
    PinnedNetwork,
    Resolve,
    checked_addresses,
    system_resolve,
)
from entrepot.base.fetch.requests import Request, check_request, redirected
from entrepot.base.fetch.targets import Target, parse_target
from entrepot.base.settings import Settings
from entrepot.base.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, whatever its status is.

    Attributes:
        url: Where it came from in the end, without the query.
        headers: By name in lower case; of one that came twice the last.
        body: Empty where it was written to a file.
        size_bytes: Of the body, unpacked.
    """

    status: int
    reason: str
    url: str
    headers: dict[str, str]
    body: bytes
    size_bytes: int

    @property
    def is_ok(self) -> bool:
        """Tell whether the other side did what it was asked."""
        return 200 <= self.status < 300


def fetch(
    request: Request,
    settings: Settings,
    *,
    to: BinaryIO | None = None,
    resolve: Resolve = system_resolve,
) -> Fetched:
    """Ask, and return the answer with its body, or write the body to a file.

    Args:
        to: Gets the body as it comes, so also the beginning of one that breaks off.

    Raises:
        Invalid: The URL or a header cannot be sent.
        AddressDenied: It leads, at once or by a redirect, to where nobody may go.
        TooMuch: The answer is larger than `limit_bytes`.
        TimedOut, Unavailable: The server does not answer, or not in time.
        Refused: Its certificate is not its own, it redirects too often, or its answer
            is damaged.
    """
    check_request(request)
    target = parse_target(request.url)
    name = f"{request.method} {target.host}"
    with spans.span("call", name, url=target.url, port=target.port) as step:
        fetched = _fetch(request, target, settings, to, resolve)
        step.tell(status=fetched.status, size_bytes=fetched.size_bytes)
        return fetched


def _fetch(  # as `fetch`, whose steps these are
    request: Request,
    target: Target,
    settings: Settings,
    to: BinaryIO | None,
    resolve: Resolve,
) -> Fetched:
    clock = Clock(within(request.total_seconds))
    asked = request
    for _ in range(request.redirects + 1):
        addresses = checked_addresses(target, read_allowed(settings), resolve, clock)
        with _opened(asked, target, settings, PinnedNetwork(addresses, clock)) as got:
            following = redirected(asked, target, got.status, _headers(got))
            if following is None:
                return _read(got, target, request.limit_bytes, to)
        asked, target = following
    raise TooManyRedirects(
        f"{parse_target(request.url).url} redirects more than {request.redirects} times"
    )


@contextmanager
def _opened(
    request: Request, target: Target, settings: Settings, network: PinnedNetwork
) -> Iterator[httpcore.Response]:
    limits = {"connect": request.connect_seconds, "read": request.read_seconds}
    limits |= {"write": request.read_seconds, "pool": request.connect_seconds}
    tls = _tls(settings) if target.scheme == "https" else None
    with (
        _told(target),
        httpcore.ConnectionPool(ssl_context=tls, network_backend=network) as pool,
        pool.stream(
            request.method,
            httpcore.URL(
                scheme=target.scheme.encode(),
                host=target.host.encode(),
                port=target.port,
                target=target.path,
            ),
            headers=_sent_headers(request, target),
            content=request.body or None,
            extensions={"timeout": limits},
        ) as response,
    ):
        yield response


def _sent_headers(request: Request, target: Target) -> list[tuple[bytes, bytes]]:
    headers = {"Host": target.authority, "User-Agent": f"Entrepot/{VERSION}"}
    headers |= {"Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "close"}
    given = {name.title(): value for name, value in request.headers.items()}
    if traceparent := spans.traceparent():
        given.setdefault("Traceparent", traceparent)
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        given["Content-Length"] = str(len(request.body))
    return [(n.encode(), v.encode("utf-8")) for n, v in (headers | given).items()]


def _tls(settings: Settings) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if settings[knobs.CA_FILE]:
        context.load_verify_locations(cafile=settings[knobs.CA_FILE])
    return context


@contextmanager
def _told(target: Target) -> Iterator[None]:
    """Turn what the library raises into our errors."""
    where = f"{target.host}:{target.port}"
    try:
        yield
    except httpcore.TimeoutException:
        raise TimedOut(f"{where} does not answer in time") from None
    except httpcore.ConnectError as error:
        why = _certificate_fault(error)
        if why:
            raise Refused(f"the certificate of {where} is not valid: {why}") from None
        raise Unavailable(f"{where} cannot be reached: {error}"[:300]) from None
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise Unavailable(f"{where} broke off: {error}"[:300]) from None


def _certificate_fault(error: BaseException | None) -> str:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return "" if error is None else error.verify_message


def _headers(response: httpcore.Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in response.headers
    }


def _read(
    response: httpcore.Response, target: Target, limit_bytes: int, to: BinaryIO | None
) -> Fetched:
    headers = _headers(response)
    encoding = headers.get("content-encoding", "").strip().lower()
    body, size_bytes = bytearray(), 0
    for chunk in read_body(response.iter_stream(), encoding, limit_bytes):
        size_bytes += len(chunk)
        if to is None:
            body += chunk
        else:
            to.write(chunk)
    reason = response.extensions.get("reason_phrase", b"")
    return Fetched(
        status=response.status,
        reason=reason.decode("latin-1")[:100],
        url=target.url,
        headers=headers,
        body=bytes(body),
        size_bytes=size_bytes,
    )
