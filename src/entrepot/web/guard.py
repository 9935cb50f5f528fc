"""Who asks: the Host check, the identity, and the roles a view wants."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar, get_args

from flask import Flask, Request, g, request

from entrepot.base.acting import Actor, become
from entrepot.base.errors import Denied, Invalid, Unauthenticated
from entrepot.base.settings import Settings
from entrepot.web import settings as knobs

View = TypeVar("View", bound=Callable[..., object])

Role = Literal["viewer", "analyst", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Lowest first; each may do what the ones before it may."""

PROXY_HEADERS = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_", "HTTP_X_REAL_IP", "HTTP_VIA")
"""How the headers that only proxies send begin, as WSGI writes them."""
WRITES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who asks, and the most they may do.

    Attributes:
        name: A person's e-mail address, or a key's name.
        via: How they showed it: `local` is the person at this machine.
        user_id: Of the account; None for the local person.
    """

    name: str
    role: Role
    via: Literal["local", "token", "session", "key"] = "local"
    user_id: int | None = None


class Identify(Protocol):
    """From a request to the one who sent it; None if it does not say."""

    def __call__(self, request: Request) -> Identity | None: ...


def local_person(request: Request) -> Identity | None:
    """Take whoever sits at this machine for the admin; nobody else is known."""
    try:
        is_local = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return None
    return Identity(name="local", role="admin") if is_local else None


def install(app: Flask, settings: Settings, identify: Identify) -> None:
    """Check the host, then ask `identify`, before every request."""
    named = settings[knobs.ALLOWED_HOSTS].lower().split(",")
    allowed = {"localhost", *(name.strip() for name in named if name.strip())}
    is_open = settings[knobs.AUTH] == "open"

    def check() -> None:
        _check_host(request, allowed)
        if is_open:
            _refuse_proxy(request)
        g.identity = identify(request) if is_open else None
        become(_actor(g.identity))

    app.before_request(check)


def _actor(who: Identity | None) -> Actor:
    kind: Literal["person", "key", "local", "anonymous"] = "anonymous"
    if who is not None:
        kind = "local" if who.via == "local" else "person"
        kind = "key" if who.via == "key" else kind
    return Actor(
        name=who.name if who else "anonymous",
        kind=kind,
        user_id=who.user_id if who else None,
        address=request.remote_addr or "",
        request_id=g.get("request_id", ""),
    )


def needs(role: Role) -> Callable[[View], View]:
    """Let a view run only for this role or a higher one."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def call(*args: object, **values: object) -> object:
            require(role)
            return view(*args, **values)

        return call  # type: ignore[return-value]  # the view's own signature

    return wrap


def require(role: Role) -> Identity:
    """Return who asks, if the role suffices.

    Raises:
        Unauthenticated: We do not know who asks.
        Denied: The role is too low.
    """
    who: Identity | None = g.get("identity")
    if who is None:
        raise Unauthenticated("this needs a signed-in person")
    if ROLES.index(who.role) < ROLES.index(role):
        raise Denied(f"this needs the role {role}; {who.name} is {who.role}")
    return who


def _host_name(text: str) -> str:
    name, colon, port = text.rpartition(":")
    return name.lower() if colon and port.isdigit() else text.lower()


def _is_ours(name: str, allowed: set[str]) -> bool:
    # An address of loopback cannot be rebound to us by somebody's name server.
    if name in allowed:
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_host(request: Request, allowed: set[str]) -> None:
    host = request.headers.get("Host", "")
    if not _is_ours(_host_name(host), allowed):
        raise Denied(
            f"this server does not answer to {host[:100]!r}",
            hint="add the name to ENTREPOT_ALLOWED_HOSTS",
        )
    origin = request.headers.get("Origin")
    is_foreign = (origin or "").partition("://")[2].lower() != host.lower()
    if origin is not None and request.method in WRITES and is_foreign:
        raise Denied(f"a page of {origin[:100]!r} may not write here")


def _refuse_proxy(request: Request) -> None:
    for key in request.environ:
        if key.startswith(PROXY_HEADERS):
            name = key.removeprefix("HTTP_").replace("_", "-").title()
            raise Invalid(
                f"the header {name} says that a proxy stands before this server, "
                "which is open to the local person only",
                hint="reach this server directly, without the proxy",
            )
