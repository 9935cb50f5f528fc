"""What requests brought, as it may be kept: without secrets, and bounded."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec

from entrepot.base.redaction import without_secrets
from entrepot.watch.log.redact import clean, clean_named
from entrepot.watch.log.text import bounded, plain

BODY_CHARACTERS = 4_000
MOST_VALUES = 100
"""Parameters of a query, and of a form, that are told."""


def asked_facts(told: Mapping[str, object]) -> dict[str, object]:
    """Return what a request brought, for people to look at."""
    found: dict[str, object] = {}
    for name, value in told.items():
        if not value:
            continue
        if name == "query":
            found[name] = _pairs(str(value))
        elif isinstance(value, tuple):  # a body, and its type
            media_type, body = value
            found[name] = clean_body(media_type, body)
        elif isinstance(value, Mapping):
            found[name] = _named(dict(value))
        else:
            found[name] = clean(str(value))
    return found


def clean_body(media_type: str, body: bytes) -> str:
    """Return the beginning of a body as text without secrets."""
    text = body.decode("utf-8", "replace")
    kind = media_type.lower()
    if "json" in kind:
        try:
            value = without_secrets(msgspec.json.decode(body))
            text = msgspec.json.encode(value).decode()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass  # it was cut off; the words of its names are looked for instead
    elif "x-www-form-urlencoded" in kind:
        text = msgspec.json.encode(_pairs(text)).decode()
    return bounded(clean(text), BODY_CHARACTERS)


def _pairs(text: str) -> dict[str, object]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_VALUES)
    except ValueError:
        return {"": f"more than {MOST_VALUES} values"}
    several: dict[str, list[str]] = {}
    for name, value in pairs:
        several.setdefault(name, []).append(value)
    one = {n: v[0] if len(v) == 1 else ", ".join(v) for n, v in several.items()}
    return _named(one)


def _named(values: Mapping[str, object]) -> dict[str, object]:
    told = plain(dict(values))
    return clean_named(told) if isinstance(told, dict) else {}
