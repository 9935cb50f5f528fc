"""Who a token, a cookie or a key belongs to: checked once, then known for a moment.

What was found is kept until somebody changes an account on this host, and for five
seconds at most, so that other hosts' changes are seen as well.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, select, update
from sqlalchemy.exc import OperationalError

from entrepot.accounts import sign_ins
from entrepot.accounts.errors import KeyRefused, TokenRefused
from entrepot.accounts.models import ApiKey, SignIn, User
from entrepot.accounts.sign_ins import Clock
from entrepot.accounts.tokens import RENEW, signer
from entrepot.base.house import House
from entrepot.base.identity import Identity, Role, lower
from entrepot.base.times import now

FRESH_SECONDS = 5.0
MOST_KEPT = 10_000
TOUCH = timedelta(minutes=1)
"""How exact "last seen" is: so often it is written, not at every request."""


@dataclass(frozen=True, slots=True)
class _Known:
    identity: Identity
    until: float  # on the monotonic clock


class Proofs:
    """What one process knows of tokens, cookies and keys that came."""

    def __init__(
        self,
        house: House,
        *,
        clock: Clock = now,
        monotonic: Callable[[], float] = time.monotonic,
        most: int = MOST_KEPT,
    ) -> None:
        self._house = house
        self._generations = house.generations
        self._clock = clock
        self._monotonic = monotonic
        self._most = most
        self._generation = -1
        self._known: dict[bytes, _Known] = {}

    def __len__(self) -> int:
        """Return of how many something is known now."""
        return len(self._known)

    def of_token(self, token: str) -> Identity:
        """Return whose access token this is.

        Raises:
            TokenRefused: It is not good, or not good any more.
        """
        return self._remembered(b"t", token, self._read_token)

    def of_cookie(self, secret: str) -> Identity:
        """Return who is signed in with this browser.

        Raises:
            TokenRefused: Nobody, or nobody any more.
        """
        return self._remembered(b"c", secret, self._read_cookie)

    def of_key(self, key: str) -> Identity:
        """Return whose API key this is.

        Raises:
            KeyRefused: It is not good, or not good any more.
        """
        return self._remembered(b"k", key, self._read_key)

    def close(self) -> None:
        """Forget everything."""
        self._known = {}

    def _remembered(
        self, kind: bytes, secret: str, read: Callable[[str], tuple[Identity, float]]
    ) -> Identity:
        # First the generation, then the database: a change in between is seen later.
        generation = self._generations.read("accounts")
        known = self._known
        if generation != self._generation:
            known = self._known = {}
            self._generation = generation
        name = hashlib.blake2b(secret.encode(errors="replace"), digest_size=16)
        digest = kind + name.digest()
        now = self._monotonic()
        found = known.get(digest)
        if found is not None and now < found.until:
            return found.identity
        identity, life_seconds = read(secret)
        if len(known) >= self._most:
            known.clear()
        known[digest] = _Known(identity, now + min(life_seconds, FRESH_SECONDS))
        return identity

    def _read_token(self, token: str) -> tuple[Identity, float]:
        claim = signer(self._house).read("access", token, self._clock())
        found = self._sign_in(SignIn.public_id == claim.sign_in)
        if found is None or found.SignIn.kind != "token":
            raise TokenRefused("this sign-in has ended", hint=RENEW["refresh"])
        user: User = found.User
        if user.id != claim.user_id or user.auth_version != claim.version:
            raise TokenRefused(
                "the token is from before a change", hint=RENEW["access"]
            )
        left = claim.expires_at - self._clock().timestamp()
        return _person(user, found.SignIn), left

    def _read_cookie(self, secret: str) -> tuple[Identity, float]:
        found = self._sign_in(SignIn.secret_hash == signer(self._house).hash(secret))
        if found is None or found.SignIn.kind != "page":
            raise TokenRefused("this browser is not signed in any more")
        self._touch(SignIn, found.SignIn.id, found.SignIn.seen_at)
        return _person(found.User, found.SignIn), FRESH_SECONDS

    def _read_key(self, key: str) -> tuple[Identity, float]:
        wanted = select(ApiKey, User).outerjoin(User, User.id == ApiKey.user_id)
        wanted = wanted.where(ApiKey.key_hash == signer(self._house).hash(key))
        with self._house.store.read_session() as session:
            found = session.execute(wanted).one_or_none()
        if found is None or found.ApiKey.revoked_at is not None:
            raise KeyRefused("the key is not one of ours, or was revoked")
        row: ApiKey = found.ApiKey
        left = FRESH_SECONDS
        if row.expires_at is not None:
            left = (row.expires_at - self._clock()).total_seconds()
            if left <= 0:
                raise KeyRefused(f"the key {row.name!r} has expired")
        if found.User is not None and not found.User.is_active:
            raise KeyRefused(f"the person of the key {row.name!r} is not active")
        self._touch(ApiKey, row.id, row.last_used_at)
        return _of_key(row, found.User), left

    def _sign_in(self, where: Any) -> Row[SignIn, User] | None:
        wanted = select(SignIn, User).join(User, User.id == SignIn.user_id)
        with self._house.store.read_session() as session:
            found = session.execute(wanted.where(where)).one_or_none()
        if found is None or not found.User.is_active:
            return None
        is_over = sign_ins.is_over(self._house, found.SignIn, self._clock())
        return None if is_over else found

    def _touch(
        self, model: type[SignIn] | type[ApiKey], id: int, seen_at: datetime | None
    ) -> None:
        now = self._clock()
        if seen_at is not None and now - seen_at < TOUCH:
            return
        column = "seen_at" if model is SignIn else "last_used_at"
        # Who reads must not fail because "last seen" cannot be written just now.
        with suppress(OperationalError), self._house.store.session() as session:
            session.execute(update(model).where(model.id == id).values({column: now}))


def proofs(house: House) -> Proofs:
    """Return what this process knows."""
    return house.shelf.get(Proofs, lambda: Proofs(house))


def _person(user: User, row: SignIn) -> Identity:
    return Identity(
        name=user.email,
        role=cast(Role, user.role),
        via="session" if row.kind == "page" else "token",
        user_id=user.id,
        full_name=user.full_name,
        sign_in=row.public_id,
    )


def _of_key(row: ApiKey, user: User | None) -> Identity:
    role = cast(Role, row.role)
    if user is not None:
        role = lower(role, cast(Role, user.role))
    return Identity(
        name=row.name,
        role=role,
        via="key",
        user_id=row.user_id,
        scopes=tuple(row.scopes),
    )
