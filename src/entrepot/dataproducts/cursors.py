"""The place where a page ended, as text for the address and back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal

import msgspec

from entrepot.base.errors import Invalid

TAGS: dict[str, tuple[type, Callable[[str], object]]] = {
    "t": (datetime, datetime.fromisoformat),  # before date, which it is one of
    "d": (date, date.fromisoformat),
    "h": (time, time.fromisoformat),
    "n": (Decimal, Decimal),
    "b": (bytes, lambda text: base64.b64decode(text)),
}
"""What JSON has no value for: the tag, the type, and the way back from text."""


def render_cursor(values: Sequence[object]) -> str:
    """Return the values of a row's order columns as one word."""
    document = msgspec.json.encode([_tagged(value) for value in values])
    return base64.urlsafe_b64encode(document).decode().rstrip("=")


def parse_cursor(text: str) -> tuple[object, ...]:
    """Return the values again.

    Raises:
        Invalid: The text is no such word.
    """
    try:
        document = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values = msgspec.json.decode(document, type=list[Value])
        return tuple(_untagged(value) for value in values)
    except (ValueError, ArithmeticError, binascii.Error, msgspec.MsgspecError):
        raise Invalid(
            f"after={text[:40]!r} is not a place in this list",
            hint="take it from page.next, or leave it out for the first page",
        ) from None


Value = None | bool | int | float | str | dict[str, str]


def _tagged(value: object) -> Value:
    for tag, (kind, _) in TAGS.items():
        if isinstance(value, kind):
            return {tag: _text(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _untagged(value: Value) -> object:
    if not isinstance(value, dict):
        return value
    ((tag, text),) = value.items()
    if tag not in TAGS:
        raise ValueError(tag)
    return TAGS[tag][1](text)
