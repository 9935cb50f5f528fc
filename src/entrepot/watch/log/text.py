"""Text of lines: bounded, and without signs that would disturb whoever reads it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

MESSAGE_CHARACTERS = 10_000
TRACE_CHARACTERS = 5_000
VALUE_CHARACTERS = 2_000
MOST_VALUES = 50
"""Of a line's fields, those in one another included."""
_DEEPEST = 4
ENVIRON = "(surroundings of a request)"
"""Instead of a WSGI environ, into which servers copy the process's own."""
_HEAD_CHARACTERS = 1_500
"""Of a long trace: its end says what was wrong, its beginning where it came in."""

# Controls but tab and line feed; halves of pairs; what turns the direction of text
# round, so that a line reads otherwise than it is (https://trojansource.codes).
_DISTURBS = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]"
)
_PICTURES = 0x2400
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def bounded(text: str, characters: int = MESSAGE_CHARACTERS) -> str:
    """Return a text that is not longer, but for what tells how much was left out."""
    if len(text) <= characters:
        return text
    return f"{text[:characters]}…+{len(text) - characters}"


def bounded_trace(text: str) -> str:
    """Return a traceback's beginning and its end, where it is too long."""
    if len(text) <= TRACE_CHARACTERS:
        return text
    end = TRACE_CHARACTERS - _HEAD_CHARACTERS
    left_out = len(text) - TRACE_CHARACTERS
    return f"{text[:_HEAD_CHARACTERS]}\n…+{left_out}…\n{text[-end:]}"


def calmed(text: str) -> str:
    """Return a text whose control signs are shown: NUL as ␀, escape as ␛.

    Halves of pairs, as they come from bytes that are no UTF-8, are shown as �.
    """
    return text if text.isprintable() else _DISTURBS.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(_PICTURES + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else _UNKNOWN


def plain(value: object) -> object:
    """Return a value as JSON has them, bounded; of others what they look like."""
    return _plain(value, iter(range(MOST_VALUES)), 0)


def _plain(value: object, left: Iterator[int], depth: int) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if depth < _DEEPEST and isinstance(value, Mapping):
        return _plain_mapping(value, left, depth + 1)
    if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [
            _plain(one, left, depth + 1) for one, _ in zip(value, left, strict=False)
        ]
    return bounded(str(value), VALUE_CHARACTERS)


def _plain_mapping(
    value: Mapping[object, object], left: Iterator[int], depth: int
) -> object:
    if "wsgi.url_scheme" in value or "wsgi.input" in value:
        return ENVIRON
    some = zip(value.items(), left, strict=False)
    return {bounded(str(k), 100): _plain(inner, left, depth) for (k, inner), _ in some}
