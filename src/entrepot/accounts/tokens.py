"""Signed tokens: what stands in them, and what is refused."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from entrepot.accounts import settings as knobs
from entrepot.accounts.errors import TokenRefused
from entrepot.base.house import House
from entrepot.base.secrets import derive_key

ALGORITHM = "HS256"
"""The only one; what a token says of its own algorithm is not asked."""

ISSUER = "entrepot"
AUDIENCE = "entrepot-api"
LEEWAY_SECONDS = 5
"""What the clocks of two hosts may differ by."""

CLAIMS = ["iss", "aud", "sub", "jti", "iat", "exp", "typ", "sid", "ver"]
Kind = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a good token says.

    Attributes:
        sign_in: Public name of the sign-in it belongs to.
        version: The person's `auth_version` when it was made.
    """

    user_id: int
    sign_in: str
    version: int
    expires_at: float


class Signer:
    """Makes and reads tokens; keeps the keys of one process."""

    def __init__(self, house: House) -> None:
        given = house.settings[knobs.JWT_SECRET]
        self._key = derive_key(house.settings, b"entrepot tokens 1", given=given)
        self._hash_key = derive_key(house.settings, b"entrepot hashes 1")

    def make(
        self,
        kind: Kind,
        *,
        user_id: int,
        sign_in: str,
        version: int,
        now: datetime,
        life: timedelta,
    ) -> str:
        """Return a token, no two of which are alike."""
        import jwt

        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "jti": secrets.token_urlsafe(16),
            "iat": int(now.timestamp()),
            "exp": int((now + life).timestamp()),
            "typ": kind,
            "sid": sign_in,
            "ver": version,
        }
        return jwt.encode(claims, self._key, ALGORITHM)

    def read(self, kind: Kind, token: str, now: datetime) -> Claim:
        """Return what a token says.

        Raises:
            TokenRefused: It is not ours, not of this kind, too old, or changed.
        """
        import jwt

        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                leeway=LEEWAY_SECONDS,
                options={"require": CLAIMS, "verify_exp": False},
            )
        except (jwt.InvalidTokenError, ValueError):
            raise TokenRefused("the token is not one of ours") from None
        if claims["typ"] != kind:
            raise TokenRefused(f"this is no {kind} token", hint=RENEW[kind])
        claim = _claim(claims)
        if claim.expires_at + LEEWAY_SECONDS <= now.timestamp():
            raise TokenRefused("the token has expired", hint=RENEW[kind])
        return claim

    def hash(self, secret: str) -> str:
        """Return what is kept of a secret that is long and random by itself."""
        return hmac.new(
            self._hash_key, secret.encode(errors="replace"), hashlib.sha256
        ).hexdigest()

    def close(self) -> None:
        """Nothing is held open."""


RENEW: dict[Kind, str] = {
    "access": "POST /api/auth/refresh gives another one",
    "refresh": "sign in again: POST /api/auth/login",
}


def signer(house: House) -> Signer:
    """Return the process's signer."""
    return house.shelf.get(Signer, lambda: Signer(house))


def _claim(claims: dict[str, Any]) -> Claim:
    try:
        return Claim(
            user_id=int(claims["sub"]),
            sign_in=str(claims["sid"]),
            version=int(claims["ver"]),
            expires_at=float(claims["exp"]),
        )
    except (TypeError, ValueError):
        raise TokenRefused("the token is not one of ours") from None
