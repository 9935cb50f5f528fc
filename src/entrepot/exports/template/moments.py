"""Days, times and moments, as people and programs write them.

`2025-11-20`, `20/11/2025`, both with a time behind a space or `T`, and that with `Z` or
`+07:00`. Fractions of a second are kept to the microsecond.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

DAY = pa.date32()
TIME = pa.time64("us")
MOMENT = pa.timestamp("us")
MOMENT_UTC = pa.timestamp("us", "UTC")

_CLOCK = r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?"
_PLAIN = rf"^\d{{4}}-\d\d-\d\d([ T]{_CLOCK})?$"
_ZONED = rf"^\d{{4}}-\d\d-\d\d[ T]{_CLOCK} ?(Z|[+-]\d\d:?\d\d)$"


def read_moments(text: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return moments without a zone, and those with one, in UTC."""
    text = _year_first(text)
    is_plain = pc.match_substring_regex(text, _PLAIN)
    plain = _cast(pc.if_else(is_plain, text, None), MOMENT)
    if plain.null_count == text.null_count:
        return plain, pa.nulls(len(text), MOMENT_UTC)
    zoned = pc.if_else(pc.match_substring_regex(text, _ZONED), text, None)
    zoned = pc.replace_substring_regex(zoned, r" ([Z+-])", r"\1")
    return plain, _cast(zoned, MOMENT_UTC)


def read_times(text: pa.Array) -> pa.Array:
    """Return times of day: `14:30`, `14:30:05.5`."""
    found = pc.if_else(pc.match_substring_regex(text, f"^{_CLOCK}$"), text, None)
    on_a_day = pc.binary_join_element_wise("1970-01-01", found, " ")
    return _cast(on_a_day, MOMENT).cast(TIME)


def _year_first(text: pa.Array) -> pa.Array:
    if not pc.any(pc.match_substring(text, "/")).as_py():
        return text
    padded = pc.replace_substring_regex(text, r"^(\d)/", r"0\1/")
    padded = pc.replace_substring_regex(padded, r"^(\d\d)/(\d)/", r"\1/0\2/")
    turned = pc.replace_substring_regex(padded, r"^(\d\d)/(\d\d)/(\d{4})", r"\3-\2-\1")
    return pc.if_else(pc.match_substring_regex(turned, r"^\d{4}-"), turned, text)


def _cast(text: pa.Array, kind: pa.DataType) -> pa.Array:
    try:
        return text.cast(kind)
    except pa.ArrowInvalid:  # the 30th of February looks like a day
        words = (word if _can_be(word, kind) else None for word in text.to_pylist())
        return pa.array(words, pa.string(), size=len(text)).cast(kind)


def _can_be(word: str | None, kind: pa.DataType) -> bool:
    try:
        pa.scalar(word, pa.string()).cast(kind)
    except pa.ArrowInvalid:
        return False
    return True
