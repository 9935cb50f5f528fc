"""The two ways in: a browser gets a secret for its cookie, a program gets tokens."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from entrepot.accounts import settings as knobs
from entrepot.accounts import sign_ins
from entrepot.accounts.errors import TokenRefused
from entrepot.accounts.events import TokenReuseFound
from entrepot.accounts.models import SignIn, User
from entrepot.accounts.people import person_of
from entrepot.accounts.sign_ins import Clock
from entrepot.accounts.spec import Caller, PageSession, Tokens
from entrepot.accounts.tokens import Kind, signer
from entrepot.base.errors import NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now


def open_page_session(
    house: House,
    *,
    email: str,
    password: str,
    caller: Caller,
    is_kept: bool = False,
    clock: Clock = now,
) -> PageSession:
    """Sign somebody in with a browser.

    Raises:
        WrongPassword, Throttled: As `sign_ins.check_password`.
    """
    user_id = sign_ins.check_password(
        house, email=email, password=password, kind="page", caller=caller, clock=clock
    )
    secret = secrets.token_urlsafe(32)
    user, row = sign_ins.begin(
        house,
        user_id,
        kind="page",
        secret=lambda user, name: secret,
        caller=caller,
        is_kept=is_kept,
        clock=clock,
    )
    return PageSession(secret=secret, user=person_of(user), expires_at=row.expires_at)


def log_in(
    house: House,
    *,
    email: str,
    password: str,
    caller: Caller,
    clock: Clock = now,
) -> Tokens:
    """Sign somebody in with a program.

    Raises:
        WrongPassword, Throttled: As `sign_ins.check_password`.
    """
    user_id = sign_ins.check_password(
        house, email=email, password=password, kind="token", caller=caller, clock=clock
    )
    now = clock()
    made: list[str] = []

    def secret(user: User, name: str) -> str:
        made.append(_token(house, "refresh", user, name, now))
        return made[0]

    user, row = sign_ins.begin(
        house, user_id, kind="token", secret=secret, caller=caller, clock=clock
    )
    return _tokens(house, user, row.public_id, made[0], now)


def refresh(
    house: House, refresh_token: str, *, caller: Caller, clock: Clock = now
) -> Tokens:
    """Return new tokens for a refresh token, which is good no more from then on.

    One that comes a second time was copied by somebody: every token of its sign-in
    ends, whoever has them.

    Raises:
        TokenRefused: It is not good, or not good any more.
    """
    now = clock()
    claim = signer(house).read("refresh", refresh_token, now)
    with house.store.session() as session:
        user = session.get(User, claim.user_id)
        row = session.scalar(_of_name(claim.sign_in))
        if user is None or row is None or not user.is_active:
            raise _over()
        if sign_ins.is_over(house, row, now):
            raise _over()
        renewed = _token(house, "refresh", user, row.public_id, now)
        is_newest = _renew(session, house, row, refresh_token, renewed, now)
        if not is_newest:
            _end_family(session, user, row, caller)
    if not is_newest:
        house.generations.bump("accounts")
        raise TokenRefused(
            "this refresh token was used before, so all of its sign-in ended",
            hint="sign in again; if you did not use it twice, somebody has a copy",
        )
    return _tokens(house, user, claim.sign_in, renewed, now)


def log_out(house: House, refresh_token: str, *, clock: Clock = now) -> None:
    """End the sign-in that a refresh token belongs to.

    Raises:
        TokenRefused: It is not one of ours, or has expired.
    """
    claim = signer(house).read("refresh", refresh_token, clock())
    try:
        sign_ins.sign_out(house, claim.user_id, claim.sign_in)
    except NotThere:
        raise _over() from None


def _renew(
    session: Session, house: House, row: SignIn, old: str, new: str, now: datetime
) -> bool:
    """Put the new token in the old one's place; False if the old is not there."""
    life = sign_ins.longest(house, "token")
    done = session.execute(
        update(SignIn)
        .where(SignIn.id == row.id, SignIn.secret_hash == signer(house).hash(old))
        .values(secret_hash=signer(house).hash(new), seen_at=now, expires_at=now + life)
    )
    return bool(cast(CursorResult[Any], done).rowcount)  # an UPDATE's result has it


def _end_family(session: Session, user: User, row: SignIn, caller: Caller) -> None:
    sign_ins.end(session, user, row, because="token used twice")
    emit(TokenReuseFound(user_id=user.id, email=user.email, address=caller.address))


def _token(house: House, kind: Kind, user: User, name: str, now: datetime) -> str:
    knob = knobs.ACCESS_SECONDS if kind == "access" else knobs.REFRESH_SECONDS
    return signer(house).make(
        kind,
        user_id=user.id,
        sign_in=name,
        version=user.auth_version,
        now=now,
        life=timedelta(seconds=house.settings[knob]),
    )


def _tokens(
    house: House, user: User, name: str, refresh_token: str, now: datetime
) -> Tokens:
    return Tokens(
        access_token=_token(house, "access", user, name, now),
        refresh_token=refresh_token,
        token_type="Bearer",
        expires_in=house.settings[knobs.ACCESS_SECONDS],
        user=person_of(user),
    )


def _of_name(name: str) -> Any:
    return select(SignIn).where(SignIn.public_id == name, SignIn.kind == "token")


def _over() -> TokenRefused:
    return TokenRefused(
        "this sign-in has ended", hint="sign in again: POST /api/auth/login"
    )
