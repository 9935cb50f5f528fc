"""Who asks: the Host check, the identity, and the roles a view wants."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from flask import Flask, Request, current_app, g, request

from entrepot.base.acting import Actor, become
from entrepot.base.errors import Denied, Invalid, Unauthenticated
from entrepot.base.identity import ROLES, Identity, Role, Via
from entrepot.base.settings import Settings
from entrepot.web import cors
from entrepot.web import settings as knobs
from entrepot.web.requests import ASKED, PERSONAL, request_id, trace_id

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

View = TypeVar("View", bound=Callable[..., object])

PROXY_HEADERS = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_", "HTTP_X_REAL_IP", "HTTP_VIA")
"""How the headers that only proxies send begin, as WSGI writes them."""
WRITES = ("POST", "PUT", "PATCH", "DELETE")
FOREIGN = ("cross-site", "same-site")
"""What browsers say in `Sec-Fetch-Site` of pages that are not ours."""

ASK_FOR_TOKEN = "POST /api/auth/login gives a token, for Authorization: Bearer …"

KINDS: dict[Via, Literal["person", "key", "local"]] = {
    "local": "local",
    "token": "person",
    "session": "person",
    "key": "key",
}
"""Which kind of actor somebody is, by how they showed it."""

_LOCAL = Identity(name="local", role="admin")


class Identify(Protocol):
    """From a request to the one who sent it; None if it does not say.

    Raises:
        Unauthenticated: It says so, and it is not true.
    """

    def __call__(self, request: Request) -> Identity | None: ...


def local_person(request: Request) -> Identity | None:
    """Take whoever sits at this machine for the admin; nobody else is known."""
    return _LOCAL if is_loopback(request.remote_addr or "") else None


def install(
    app: Flask, settings: Settings, identify: Identify, *, is_open: bool = False
) -> None:
    """Check the host, then ask `identify`, before every request.

    Who shows something false is nobody, and told so where somebody is needed: a public
    page may be read with an old token.
    """
    allowed = read_allowed_hosts(settings)
    app.extensions["is_open"] = is_open

    def check() -> None:
        # The proxies of Flask take longer than all the rest: each is asked once.
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # a proxy has it
        known = g._get_current_object()
        known.identity = None
        if asked.url_rule is not None:
            name = asked.url_rule.endpoint
            view = app.view_functions.get(name)
            asked.environ[ASKED] = getattr(view, "known_as", name)
        _check_host(asked, allowed)
        if is_open:
            _refuse_proxy(asked)
        try:
            known.identity = who = identify(asked)
        except Unauthenticated as refusal:
            known.refusal, who = refusal, None
        if who is not None:
            become(partial(_actor, who, asked.environ))
            asked.environ[PERSONAL] = True
        if who is not None and who.via == "session" and asked.method in WRITES:
            require_same_origin()

    app.before_request(check)


def read_allowed_hosts(settings: Settings) -> frozenset[str]:
    """Return the names that this server answers to, beside addresses of loopback."""
    named = settings[knobs.ALLOWED_HOSTS].lower().split(",")
    return frozenset({"localhost", *(n.strip() for n in named if n.strip())})


def become_local(environ: WSGIEnvironment) -> None:
    """Let what follows be done by the person at this machine."""
    become(partial(_actor, _LOCAL, environ))
    environ[PERSONAL] = True


def is_open() -> bool:
    """Tell whether the person at this machine needs no account."""
    found: bool = current_app.extensions["is_open"]
    return found


def _actor(who: Identity, environ: WSGIEnvironment) -> Actor:
    return Actor(
        name=who.name,
        kind=KINDS[who.via],
        user_id=who.user_id,
        address=environ.get("REMOTE_ADDR", ""),
        request_id=request_id(environ),
        trace_id=trace_id(environ),
        role=who.role,
        endpoint=environ.get(ASKED, ""),
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


def require(role: Role, *, via: tuple[Via, ...] = ()) -> Identity:
    """Return who asks, if role and scopes suffice.

    Args:
        via: The only ways of showing who one is that count here; any when empty.

    Raises:
        Unauthenticated: We do not know who asks, or not in such a way.
        Denied: The role is too low, or a key has no such scope.
    """
    who: Identity | None = g.get("identity")
    if who is None:
        raise g.get("refusal") or Unauthenticated(
            "this needs a signed-in person", hint=ASK_FOR_TOKEN
        )
    if via and who.via not in via:
        raise _wrong_way(who, via)
    if ROLES.index(who.role) < ROLES.index(role):
        raise Denied(
            f"this needs the role {role}; {who.name} is {who.role}",
            hint="an admin can change roles",
            needs_role=role,
        )
    if who.scopes:
        _check_scopes(who)
    return who


def require_same_origin() -> None:
    """Let a write pass only if one of our own pages sent it.

    Raises:
        Denied: A browser does not say that it was.
    """
    # Compared with the host once more: what else `_check_host` may let pass is for
    # programs, which show themselves with every request.
    origin = request.headers.get("Origin")
    if origin is None:
        is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    else:
        is_ours = _is_same_origin(origin, request.environ.get("HTTP_HOST", ""))
    if is_ours:
        return
    raise Denied(
        "a browser that is signed in writes from our own pages only",
        hint="programs use a token or an API key instead of the cookie",
    )


def _wrong_way(who: Identity, via: tuple[Via, ...]) -> Denied:
    if via == ("token",):
        return Unauthenticated("this needs an access token", hint=ASK_FOR_TOKEN)
    if who.via == "key":
        return Denied("an API key may not do this: it is for people")
    return Denied(
        "this is for people with an account; the person at this machine has none",
        hint="make one: entrepot db create-admin EMAIL",
    )


def _check_scopes(who: Identity) -> None:
    room = (request.blueprint or "").rpartition("_")[0]
    is_write = request.method in WRITES
    if not who.may_enter(room, is_write=is_write):
        wanted = f"{room}:{'write' if is_write else 'read'}"
        raise Denied(
            f"the key {who.name} has no scope {wanted}",
            hint=f"it has {', '.join(who.scopes)}",
        )


def _host_name(text: str) -> str:
    name, colon, port = text.rpartition(":")
    return name.lower() if colon and port.isdigit() else text.lower()


@functools.lru_cache(maxsize=1024)
def is_ours(host: str, allowed: frozenset[str]) -> bool:
    """Tell whether a `Host` is one that this server answers to."""
    # An address of loopback cannot be rebound to us by somebody's name server.
    name = _host_name(host)
    return name in allowed or is_loopback(name.strip("[]"))


@functools.lru_cache(maxsize=1024)
def is_loopback(address: str) -> bool:
    """Tell whether an address is of this machine itself."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _check_host(request: Request, allowed: frozenset[str]) -> None:
    # From the environ: Werkzeug's headers take a microsecond each.
    host = request.environ.get("HTTP_HOST", "")
    if not is_ours(host, allowed):
        raise Denied(
            f"this server does not answer to {host[:100]!r}",
            hint="add the name to ENTREPOT_ALLOWED_HOSTS",
        )
    if request.method not in WRITES:
        return
    origin = request.environ.get("HTTP_ORIGIN")
    if origin is None:
        if request.environ.get("HTTP_SEC_FETCH_SITE") in FOREIGN:
            raise Denied("a page of somebody else's may not write here")
        return
    if not _is_same_origin(origin, host) and not cors.is_allowed(origin):
        raise Denied(f"a page of {origin[:100]!r} may not write here")


def _is_same_origin(origin: str, host: str) -> bool:
    return origin.partition("://")[2].lower() == host.lower()


def has_proxy(environ: WSGIEnvironment) -> bool:
    """Tell whether a header says that a proxy stands before this server."""
    return any(key.startswith(PROXY_HEADERS) for key in environ)


def _refuse_proxy(request: Request) -> None:
    for key in request.environ:
        if key.startswith(PROXY_HEADERS):
            name = key.removeprefix("HTTP_").replace("_", "-").title()
            raise Invalid(
                f"the header {name} says that a proxy stands before this server, "
                "which is open to the local person only",
                hint="reach this server directly, without the proxy",
            )


__all__ = [
    "ROLES",
    "Identify",
    "Identity",
    "Role",
    "Via",
    "become_local",
    "has_proxy",
    "install",
    "is_loopback",
    "is_open",
    "is_ours",
    "local_person",
    "needs",
    "read_allowed_hosts",
    "require",
    "require_same_origin",
]
