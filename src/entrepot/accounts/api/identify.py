"""From a request to the one who sent it: token, browser, key, or nobody."""

from __future__ import annotations

from flask import Request

from entrepot.accounts.errors import KeyRefused, TokenRefused
from entrepot.accounts.keys import BEGINS
from entrepot.accounts.proving import proofs
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.web.guard import Identify

COOKIE = "entrepot_session"
LONGEST = 4096
"""Characters of a token, a key or a cookie's value that are looked at at all."""


def identifier(house: House, *, otherwise: Identify | None) -> Identify:
    """Return a function that tells who sent a request.

    A token counts before the browser's cookie, and the cookie before a key. Who shows
    nothing, or the cookie of a session that has ended, is asked for by `otherwise`.
    """

    def identify(request: Request) -> Identity | None:
        scheme, shown = _authorization(request)
        if scheme == "bearer":
            return proofs(house).of_token(_bounded(shown))
        cookie = session_secret(request)
        if cookie:
            found = _of_cookie(house, cookie)
            if found is not None:
                return found
        key = shown if scheme == "apikey" else request.environ.get("HTTP_X_API_KEY")
        if key is not None:
            return _of_key(house, key)
        return otherwise(request) if otherwise else None

    return identify


def session_secret(request: Request) -> str:
    """Return what our cookie holds; nothing where there is none."""
    # By hand: reading a header of cookies takes Werkzeug longer than all the rest.
    sent: str = request.environ.get("HTTP_COOKIE", "")
    if COOKIE not in sent:
        return ""
    for part in sent.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            return value[:LONGEST].strip('"')
    return ""


def _authorization(request: Request) -> tuple[str, str]:
    sent: str = request.environ.get("HTTP_AUTHORIZATION", "")
    if not sent:
        return "", ""
    scheme, _, shown = sent.partition(" ")
    return scheme.lower(), shown.strip()


def _of_cookie(house: House, secret: str) -> Identity | None:
    try:
        return proofs(house).of_cookie(secret)
    except TokenRefused:
        return None  # old cookies are no crime: the browser sends them by itself


def _of_key(house: House, key: str) -> Identity:
    if not key.startswith(BEGINS) or len(key) > LONGEST:
        raise KeyRefused("this is no API key of ours", hint="a key begins with ek_")
    return proofs(house).of_key(key)


def _bounded(token: str) -> str:
    if not token or len(token) > LONGEST:
        raise TokenRefused("the token is not one of ours")
    return token
