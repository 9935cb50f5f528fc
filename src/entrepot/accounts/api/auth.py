"""Sign in, stay in, sign out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from flask import Request, Response, request
from msgspec import Meta

from entrepot.accounts import entering, people, sign_ins
from entrepot.accounts.api.blueprint import bp
from entrepot.accounts.passwords import LONGEST_CHARACTERS
from entrepot.accounts.spec import Caller, Person, SignInLine, Tokens
from entrepot.base.errors import (
    Missing,
    Throttled,
    Unauthenticated,
)
from entrepot.base.identity import Identity, Role, Via
from entrepot.base.times import now
from entrepot.web.guard import require
from entrepot.web.reply import render
from entrepot.web.routes import Doc, current_house, route

PEOPLE: tuple[Via, ...] = ("token", "session")
"""How somebody with an account shows who they are; a key is a program's."""

Email = Annotated[str, Meta(min_length=3, max_length=255, examples=["ada@example.com"])]
Password = Annotated[str, Meta(min_length=1, max_length=LONGEST_CHARACTERS)]
Name = Annotated[str, Meta(max_length=100)]
RefreshToken = Annotated[str, Meta(min_length=1, max_length=4096)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """An address and its password."""

    email: Email
    password: Password = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """A refresh token, as the last login or refresh gave it."""

    refresh_token: RefreshToken = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """What to sign out.

    Attributes:
        refresh_token: Of the sign-in to end; that of the request itself when empty.
    """

    refresh_token: Annotated[str, Meta(max_length=4096)] = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who asks.

    Attributes:
        name: The address of a person, the name of a key, `local` at this machine.
        via: How they showed it: token, session, key, or local.
        user: The account; null for the local person and for the machine's keys.
    """

    name: str
    role: Role
    via: Via
    scopes: tuple[str, ...]
    user: Person | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChange:
    """What somebody changes about themselves; what is left out stays."""

    first_name: Name | None = None
    last_name: Name | None = None
    password: Password | None = field(default=None, repr=False)
    old_password: Annotated[
        str | None, Meta(description="The present one, where `password` is a new one.")
    ] = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOutAt:
    """When somebody was signed out."""

    signed_out_at: datetime


def caller_of(request: Request) -> Caller:
    """Return where a request comes from."""
    agent = request.headers.get("User-Agent", "")
    return Caller(address=request.remote_addr or "", agent=agent[:255])


@route(
    bp,
    "POST",
    "/api/auth/login",
    Doc(
        body=Login,
        data=Tokens,
        errors=(Unauthenticated, Throttled),
        is_public=True,
    ),
)
def login(body: Login) -> Response:
    """Sign in, for tokens.

    The access token goes into `Authorization: Bearer …`; when it expires, the refresh
    token gives new ones at `/api/auth/refresh`. After some wrong passwords comes a
    pause, which `Retry-After` tells.
    """
    tokens = entering.log_in(
        current_house(),
        email=body.email,
        password=body.password,
        caller=caller_of(request),
    )
    return _unkept(tokens)


@route(
    bp,
    "POST",
    "/api/auth/refresh",
    Doc(body=Refresh, data=Tokens, errors=(Unauthenticated,), is_public=True),
)
def refresh(body: Refresh) -> Response:
    """Get new tokens for a refresh token.

    It is good once: the answer holds the next one. One that comes a second time has
    been copied by somebody, so every token of its sign-in ends.
    """
    house = current_house()
    return _unkept(
        entering.refresh(house, body.refresh_token, caller=caller_of(request))
    )


@route(
    bp,
    "POST",
    "/api/auth/logout",
    Doc(body=Logout, data=SignedOutAt, errors=(Unauthenticated,), is_public=True),
)
def logout(body: Logout) -> SignedOutAt:
    """Sign out: the tokens of this sign-in are good no more.

    With a `refresh_token` in the body no other proof is needed, so that it works after
    the access token has expired.
    """
    house = current_house()
    if body.refresh_token:
        entering.log_out(house, body.refresh_token)
    else:
        who = require("viewer", via=PEOPLE)
        sign_ins.sign_out(house, who.user_id or 0, who.sign_in)
    return SignedOutAt(signed_out_at=now())


@route(bp, "GET", "/api/auth/me", Doc(data=Me))
def me() -> Me:
    """Say who asks, and what they may do."""
    return _me(require("viewer"))


@route(
    bp,
    "PATCH",
    "/api/auth/me",
    Doc(body=OwnChange, data=Me, errors=(Throttled, Missing), via=PEOPLE),
)
def change_me(body: OwnChange) -> Me:
    """Change one's own names or password.

    A new password wants the old one, and ends every other sign-in; access tokens from
    before are refused, this one's refresh token gives another.
    """
    who = require("viewer", via=PEOPLE)
    house, id = current_house(), who.user_id or 0
    if body.password is not None:
        people.change_own_password(
            house,
            id,
            old=body.old_password or "",
            new=body.password,
            keep=who.sign_in,
        )
    people.change_user(house, id, first_name=body.first_name, last_name=body.last_name)
    return _me(who)


@route(bp, "GET", "/api/auth/sessions", Doc(data=list[SignInLine], via=PEOPLE))
def list_sessions() -> list[SignInLine]:
    """List where one is signed in, the last used first."""
    who = require("viewer", via=PEOPLE)
    return sign_ins.list_sign_ins(current_house(), who.user_id or 0, now=who.sign_in)


@route(
    bp,
    "DELETE",
    "/api/auth/sessions/<id>",
    Doc(data=list[SignInLine], errors=(Missing,), via=PEOPLE),
)
def end_session(id: str) -> list[SignInLine]:
    """Sign out somewhere; list where one is still signed in."""
    who, house = require("viewer", via=PEOPLE), current_house()
    sign_ins.sign_out(house, who.user_id or 0, id)
    return sign_ins.list_sign_ins(house, who.user_id or 0, now=who.sign_in)


def _me(who: Identity) -> Me:
    user = None
    if who.user_id is not None:
        user = people.get_user(current_house(), who.user_id)
    return Me(name=who.name, role=who.role, via=who.via, scopes=who.scopes, user=user)


def _unkept(tokens: Tokens) -> Response:
    answer = render(tokens)
    answer.headers["Cache-Control"] = "no-store"
    return answer
