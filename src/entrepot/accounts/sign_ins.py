"""Sign in and out: browsers with a cookie, programs with tokens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from entrepot.accounts import passwords, throttle
from entrepot.accounts import settings as knobs
from entrepot.accounts.errors import WrongPassword
from entrepot.accounts.events import SignedIn, SignedOut, SignInFailed
from entrepot.accounts.models import SignIn, User
from entrepot.accounts.names import address_in, plain
from entrepot.accounts.passwords import Turns
from entrepot.accounts.spec import Caller, SignInKind, SignInLine
from entrepot.accounts.throttle import Way
from entrepot.accounts.tokens import signer
from entrepot.base.acting import acting_as, current
from entrepot.base.errors import NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now

FIRST_PASSWORD_DAYS = 7
UNKEPT_HOURS = 2
"""Time after its last use for which a browser stays signed in unless told otherwise."""

LONGEST = {True: timedelta(days=30), False: timedelta(hours=12)}
"""After so long a browser asks for the password again; by `is_kept`."""

KEPT = timedelta(days=30)
"""For so long an ended sign-in is remembered."""

Clock = Callable[[], datetime]


def turns(house: House) -> Turns:
    """Return the process's turns at checking passwords."""
    return house.shelf.get(Turns, lambda: Turns(house.settings[knobs.SIGN_INS]))


def check_password(
    house: House,
    *,
    email: str,
    password: str,
    kind: SignInKind,
    caller: Caller,
    clock: Clock = now,
) -> int:
    """Return the id of whoever this is the address and password of.

    It takes the same time, and says the same, whether there is such an account or not.

    Raises:
        WrongPassword: It is nobody's, or the person is not active.
        Throttled: Too many tries failed from here, or too many people sign in now.
    """
    way = Way(plain(email.strip().lower()), caller.address)
    with turns(house).one():
        with house.store.read_session() as session:
            throttle.refuse_if_closed(session, way, clock())
            row = session.scalar(select(User).where(User.email == way.email))
        is_right = passwords.is_right(row.password_hash if row else None, password)
        if row is None or not is_right or not _may_enter(row, clock()):
            email = way.email if row else address_in(way.email)
            raise _refused(house, way, kind, email, clock())
    with house.store.session() as session:
        throttle.note_success(session, way, clock())
    return row.id


def begin(
    house: House,
    user_id: int,
    *,
    kind: SignInKind,
    secret: Callable[[User, str], str],
    caller: Caller,
    is_kept: bool = False,
    clock: Clock = now,
) -> tuple[User, SignIn]:
    """Keep a new sign-in; `secret` is told its person and name, and returns its secret.

    Raises:
        WrongPassword: The person has just been removed, or deactivated.
    """
    now, name = clock(), secrets.token_hex(16)
    with house.store.session() as session:
        user = session.get(User, user_id)
        if user is None or not user.is_active:
            raise _wrong()
        row = SignIn(
            public_id=name,
            user_id=user.id,
            kind=kind,
            secret_hash=signer(house).hash(secret(user, name)),
            is_kept=is_kept,
            address=caller.address[:45],
            agent=plain(caller.agent),
            created_at=now,
            seen_at=now,
            expires_at=now + longest(house, kind, is_kept=is_kept),
        )
        session.add(row)
        user.last_login = now
        session.execute(delete(SignIn).where(SignIn.expires_at < now - KEPT))
        session.flush()  # the deed before the event
        who = replace(current(), name=user.email, kind="person", user_id=user.id)
        with acting_as(who):  # nobody was known until now
            emit(_signed_in(user, row))
        return user, row


def _signed_in(user: User, row: SignIn) -> SignedIn:
    return SignedIn(
        user_id=user.id, email=user.email, kind=row.kind, address=row.address
    )


def longest(house: House, kind: SignInKind, *, is_kept: bool = False) -> timedelta:
    """Return the time after which a sign-in ends, however much it is used."""
    if kind == "token":
        return timedelta(seconds=house.settings[knobs.REFRESH_SECONDS])
    return LONGEST[is_kept]


def idle_limit(house: House, *, is_kept: bool) -> timedelta:
    """Return the time after its last use at which a browser is signed out."""
    hours = house.settings[knobs.SESSION_HOURS]
    return timedelta(hours=hours if is_kept else min(UNKEPT_HOURS, hours))


def is_over(house: House, row: SignIn, now: datetime) -> bool:
    """Tell whether a sign-in has ended, or has to."""
    if row.ended_at is not None or row.expires_at <= now:
        return True
    idle = now - row.seen_at
    return row.kind == "page" and idle > idle_limit(house, is_kept=row.is_kept)


def list_sign_ins(
    house: House, user_id: int, *, now: str = "", clock: Clock = now
) -> list[SignInLine]:
    """Return where somebody is signed in, the last used first; `now` is the current."""
    with house.store.read_session() as session:
        rows = session.scalars(
            select(SignIn)
            .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
            .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
        ).all()
    at = clock()
    return [_line(row, now) for row in rows if not is_over(house, row, at)]


def sign_out(house: House, user_id: int, name: str) -> None:
    """End one sign-in of a person; its tokens and its cookie are good no more.

    Raises:
        NotThere: They have none of this name.
    """
    with house.store.session() as session:
        user = session.get(User, user_id)
        wanted = select(SignIn).where(
            SignIn.public_id == plain(name), SignIn.user_id == user_id
        )
        row = session.scalar(wanted)
        if user is None or row is None:
            raise NotThere("sign-in", name[:40], [])
        if row.ended_at is None:
            end(session, user, row, because="signed out")
    house.generations.bump("accounts")


def sign_out_elsewhere(house: House, user_id: int, *, keep: str = "") -> int:
    """End every sign-in of a person but one; return how many."""
    with house.store.session() as session:
        user = session.get(User, user_id)
        count = end_all(session, user, because="signed out", keep=keep) if user else 0
    house.generations.bump("accounts")
    return count


def end(session: Session, user: User, row: SignIn, *, because: str) -> None:
    """End a sign-in; once is enough, whoever is quicker."""
    ended = session.execute(
        update(SignIn)
        .where(SignIn.id == row.id, SignIn.ended_at.is_(None))
        .values(ended_at=now(), ended_because=because)
    )
    if cast(CursorResult[Any], ended).rowcount:  # an UPDATE's result has it
        emit(
            SignedOut(user_id=user.id, email=user.email, kind=row.kind, because=because)
        )


def end_all(session: Session, user: User, *, because: str, keep: str = "") -> int:
    """End every sign-in of a person but the one named; return how many."""
    rows = session.scalars(
        select(SignIn).where(
            SignIn.user_id == user.id,
            SignIn.ended_at.is_(None),
            SignIn.public_id != keep,
        )
    ).all()
    for row in rows:
        end(session, user, row, because=because)
    return len(rows)


def _may_enter(row: User, now: datetime) -> bool:
    is_stale = now - row.password_changed_at > timedelta(days=FIRST_PASSWORD_DAYS)
    return row.is_active and not (row.has_first_password and is_stale)


def _refused(
    house: House, way: Way, kind: SignInKind, email: str, now: datetime
) -> WrongPassword:
    with house.store.session() as session:
        left = throttle.note_failure(session, way, now)
        session.flush()  # the deed before the event
        emit(SignInFailed(email=email, kind=kind, address=way.address))
    return _wrong(left)


def _wrong(left: int | None = None) -> WrongPassword:
    hint = None
    if left is not None:
        tries = f"{left} more {'try' if left == 1 else 'tries'} before a pause"
        hint = tries if left else "the next try is open after a pause"
    return WrongPassword("no active account has this address and password", hint=hint)


def _line(row: SignIn, current: str) -> SignInLine:
    return SignInLine(
        id=row.public_id,
        kind="page" if row.kind == "page" else "token",
        address=row.address,
        agent=row.agent,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        is_current=row.public_id == current,
    )
