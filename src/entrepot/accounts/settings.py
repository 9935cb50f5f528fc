"""Settings of this room, and what must hold of them together."""

from __future__ import annotations

from entrepot.base import secrets
from entrepot.base.settings import AnySetting, Setting, Settings

ACCESS_SECONDS = Setting(
    "accounts_access_seconds",
    3600,
    "Time for which an access token is good.",
    variable="JWT_ACCESS_TOKEN_EXPIRES",
    at_least=60,
    at_most=86_400,
)
REFRESH_SECONDS = Setting(
    "accounts_refresh_seconds",
    2_592_000,
    "Time for which a refresh token is good; each use gives a new one.",
    variable="JWT_REFRESH_TOKEN_EXPIRES",
    at_least=3600,
    at_most=31_536_000,
)
JWT_SECRET = Setting(
    "accounts_jwt_secret_key",
    "",
    "Key that signs tokens; derived from the secret key when empty.",
    variable="JWT_SECRET_KEY",
    secret=True,
    guards=True,
)
SESSION_HOURS = Setting(
    "accounts_session_hours",
    12,
    "Time after its last use for which a browser stays signed in when told to.",
    at_least=1,
    at_most=720,
)
SIGN_INS = Setting(
    "accounts_sign_ins_count",
    2,
    "Passwords a process checks at once; each takes 32 MB and a core.",
    at_least=1,
    at_most=64,
)

SETTINGS: tuple[AnySetting, ...] = (
    ACCESS_SECONDS,
    REFRESH_SECONDS,
    JWT_SECRET,
    SESSION_HOURS,
    SIGN_INS,
)


def check(settings: Settings) -> None:
    """Refuse a key for tokens that others can guess.

    Raises:
        Invalid: JWT_SECRET_KEY is short or publicly known.
    """
    if settings[JWT_SECRET]:
        secrets.check_key(settings[JWT_SECRET].encode(), JWT_SECRET.variable)
