"""What trusted proxies say about a request: its address, scheme and host."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask

from entrepot.base.networks import Networks, parse_address, parse_networks
from entrepot.base.settings import Settings
from entrepot.web import settings as knobs

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Trust:
    """Which proxies are believed: so many before us, or those in these networks."""

    count: int = 0
    networks: Networks = field(default_factory=Networks)

    def __bool__(self) -> bool:
        return bool(self.count or self.networks)

    def hops(self, peer: str, named: list[str]) -> int:
        """Return how many of the named addresses, from the right, proxies wrote.

        Args:
            peer: Who is connected to us.
            named: `X-Forwarded-For`: each proxy adds whom it was connected to.
        """
        if self.count:
            return self.count if self.count <= len(named) else 0
        hops = 0
        for address in [peer, *reversed(named[1:])]:
            if parse_address(address) not in self.networks:
                break
            hops += 1
        return min(hops, len(named))


def read_trust(settings: Settings) -> Trust:
    """Return whom TRUSTED_PROXIES names.

    Raises:
        Invalid: It is neither a number nor networks.
    """
    text = settings[knobs.TRUSTED_PROXIES].strip()
    if text.isdecimal():
        return Trust(count=int(text))
    return Trust(networks=parse_networks(text, knobs.TRUSTED_PROXIES.variable))


class Proxies:
    """A WSGI application that tells the one behind it who really asks."""

    def __init__(self, app: WSGIApplication, trust: Trust) -> None:
        self._app = app
        self._trust = trust

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        self._believe(environ)
        return self._app(environ, start_response)

    def _believe(self, environ: WSGIEnvironment) -> None:
        named = [_bare(name) for name in _values(environ, "FOR")]
        hops = self._trust.hops(environ.get("REMOTE_ADDR", ""), named)
        if not hops:
            return
        client = parse_address(named[-hops])
        if client is None:  # the proxy wrote something else than an address
            return
        environ["REMOTE_ADDR"] = str(client)
        scheme = _said(environ, "PROTO", hops)
        if scheme in PORTS:
            environ["wsgi.url_scheme"] = scheme
        host = _said(environ, "HOST", hops)
        if host:
            name, _, port = host.rpartition(":") if _has_port(host) else (host, "", "")
            environ["HTTP_HOST"] = host
            environ["SERVER_NAME"] = name
            environ["SERVER_PORT"] = port or PORTS[environ["wsgi.url_scheme"]]


def install(app: Flask, settings: Settings) -> None:
    """Believe the proxies that TRUSTED_PROXIES names, and no others."""
    trust = read_trust(settings)
    if trust:
        wrapped: Callable[..., Iterable[bytes]] = Proxies(app.wsgi_app, trust)
        app.wsgi_app = wrapped  # type: ignore[method-assign]  # as Flask says to do


def _values(environ: WSGIEnvironment, what: str) -> list[str]:
    text: str = environ.get(f"HTTP_X_FORWARDED_{what}", "")
    return [value.strip() for value in text.split(",")] if text else []


def _said(environ: WSGIEnvironment, what: str, hops: int) -> str:
    """Return what the outermost trusted proxy said; proxies add on the right."""
    values = _values(environ, what)
    return values[-min(hops, len(values))] if values else ""


def _bare(name: str) -> str:
    """Return an address without the port that some proxies add."""
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0] if name.count(":") == 1 else name


def _has_port(host: str) -> bool:
    name, colon, port = host.rpartition(":")
    return bool(colon) and port.isdecimal() and not name.endswith(":")
