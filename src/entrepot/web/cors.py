"""Which pages of other origins may talk to the API."""

from __future__ import annotations

import re

from flask import Flask, current_app, request

from entrepot.base.errors import Invalid
from entrepot.base.settings import Settings
from entrepot.web import settings as knobs

ANY = "*"
MAX_AGE_SECONDS = 600
CREDENTIALS = ("Authorization", "X-API-Key")
"""Headers of a caller that shows by itself who it is, not by the browser's cookies."""
SHOWN = (
    "Content-Disposition",
    "ETag",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Repr-Digest",
    "Retry-After",
    "X-Content-SHA256",
    "X-Export-Id",
    "X-Request-ID",
)
"""Headers of answers that a page's script may read."""

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s*@]+?(:\*)?", re.IGNORECASE)


def parse_origins(text: str) -> tuple[re.Pattern[str], ...]:
    """Read origins; `http://localhost:*` means any port there, `*` everywhere.

    Raises:
        Invalid: One of them is no origin.
    """
    words = text.replace(",", " ").split()
    for word in words:
        if word != ANY and not _ORIGIN.fullmatch(word):
            raise Invalid(
                f"{knobs.CORS_ORIGINS.variable}: {word[:100]!r} is no origin",
                hint="write them like https://app.example.com or http://localhost:*, "
                "without a path",
            )
    return tuple(_pattern(word) for word in words)


def _pattern(word: str) -> re.Pattern[str]:
    if word == ANY:
        return re.compile(r".+\Z")
    name, _, port = word.rpartition(":")
    text = re.escape(name) + r"(:\d+)?" if port == ANY else re.escape(word)
    return re.compile(rf"{text}\Z", re.IGNORECASE)


def install(app: Flask, settings: Settings, *, is_open: bool) -> None:
    """Answer pages of the origins that CORS_ORIGINS names; without any, nothing.

    Raises:
        Invalid: An origin is none; or any is allowed where the person at this machine
            is known without showing anything.
    """
    origins = parse_origins(settings[knobs.CORS_ORIGINS])
    is_any = ANY in settings[knobs.CORS_ORIGINS].replace(",", " ").split()
    if is_any and is_open:
        raise Invalid(
            f"{knobs.CORS_ORIGINS.variable}=* would let every page on the web read "
            "what the person at this machine may see",
            hint="name the origins, or set ENTREPOT_AUTH=required",
        )
    app.extensions["cors_origins"] = () if is_any else origins
    app.extensions["cors_is_any"] = is_any
    if not origins:
        return
    from flask_cors import CORS

    CORS(
        app,
        resources=r"/(api/.*|health)",
        origins=ANY if is_any else list(origins),
        supports_credentials=not is_any,
        send_wildcard=is_any,
        expose_headers=list(SHOWN),
        max_age=MAX_AGE_SECONDS,
    )


def is_allowed(origin: str) -> bool:
    """Tell whether a page of this origin may write here.

    Where every origin is allowed, only a caller that shows a token or a key may: what
    the browser adds by itself would let any page act for whoever looks at it.
    """
    if current_app.extensions.get("cors_is_any"):
        return any(name in request.headers for name in CREDENTIALS)
    patterns = current_app.extensions.get("cors_origins", ())
    return any(pattern.match(origin) for pattern in patterns)
