"""Single values as text: numbers in digits, times in ISO 8601, bytes in base64."""

from __future__ import annotations

from base64 import b64encode

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from entrepot.base.cells import joined, numbers_of, strings

PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def scalar_text(array: pa.Array) -> pa.Array:
    """Return one string a cell; NULL stays NULL.

    Moments with a zone come in UTC with `Z`; durations as `PT…S`; binary as base64.
    """
    kind = array.type
    if kinds.is_decimal(kind):
        return _decimal(array)
    if kinds.is_timestamp(kind) or kinds.is_time(kind):
        return _clock(array)
    if kinds.is_duration(kind):
        seconds = PER_SECOND[kind.unit]
        return strings(array.cast(pa.int64()), lambda n: _duration(n, seconds))
    if is_bytes(kind):
        return strings(array, lambda v: b64encode(v).decode())
    if kinds.is_interval(kind):
        return strings(array, _interval)
    return array if kinds.is_string(kind) else array.cast(pa.string())


def is_text(kind: pa.DataType) -> bool:
    """Say whether values of this type are text."""
    return bool(
        kinds.is_string(kind)
        or kinds.is_large_string(kind)
        or kinds.is_string_view(kind)
    )


def is_bytes(kind: pa.DataType) -> bool:
    """Say whether values of this type are bytes."""
    return bool(
        kinds.is_binary(kind)
        or kinds.is_large_binary(kind)
        or kinds.is_fixed_size_binary(kind)
        or kinds.is_binary_view(kind)
    )


def _decimal(array: pa.Array) -> pa.Array:
    if array.type.scale < 0:
        return strings(array, lambda v: format(v, "f"))
    text = array.cast(pa.string())
    if array.type.scale <= 6:
        return text
    # Arrow writes what is smaller than 0.000001 with an exponent.
    odd = pc.match_substring(text, "E")
    if not pc.any(odd).as_py():
        return text
    plain = strings(array.filter(odd), lambda v: format(v, "f"))
    return pc.replace_with_mask(text, pc.fill_null(odd, False), plain)


def _clock(array: pa.Array) -> pa.Array:
    kind = array.type
    zone = "Z" if kinds.is_timestamp(kind) and kind.tz else ""
    if zone:
        array = array.cast(pa.timestamp(kind.unit))
    text = _without_empty_fraction(array)
    return joined([text, zone]) if zone else text


def _without_empty_fraction(array: pa.Array) -> pa.Array:
    per_second = PER_SECOND[array.type.unit]
    text = array.cast(pa.string())
    if per_second == 1:
        return text
    width = array.type.bit_width // 8
    is_whole = numbers_of(array, f"i{width}") % per_second == 0
    if not is_whole.any():
        return text
    digits = len(str(per_second))
    short = pc.utf8_slice_codeunits(text, 0, -digits)
    return short if is_whole.all() else pc.if_else(pa.array(is_whole), short, text)


def _duration(count: int, per_second: int) -> str:
    whole, rest = divmod(abs(count), per_second)
    digits = len(str(per_second)) - 1
    fraction = f".{rest:0{digits}}".rstrip("0") if rest else ""
    return f"{'-' if count < 0 else ''}PT{whole}{fraction}S"


def _interval(value: tuple[int, int, int]) -> str:
    months, days, nanoseconds = value
    return f"P{months}M{days}D{_duration(nanoseconds, 10**9)[1:]}"


SAFE_INTEGER = 2**53
"""The largest whole number up to which a double holds every one."""


def beyond(array: pa.Array, limit: int) -> pa.Array | None:
    """Mark the integers outside ±limit; None if there are none."""
    values = numbers_of(array, array.type.to_pandas_dtype())
    far = (values > limit) | (values < -limit)
    return pa.array(far) if far.any() else None
