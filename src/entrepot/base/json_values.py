"""Arrow columns as values that JSON can carry exactly.

Decimals and integers outside ±2^53 become strings, bytes base64, times ISO-8601 (in
UTC with `Z` where they have a zone), NaN and infinities null.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

SAFE_INTEGER = 2**53


def json_column(array: pa.Array) -> list[object]:
    """Return one JSON-ready value for each of the column's."""
    import pyarrow.types as kinds

    values: list[object] = array.to_pylist()
    plain = (kinds.is_string, kinds.is_boolean, kinds.is_null, kinds.is_large_string)
    if any(is_kind(array.type) for is_kind in plain):
        return values
    return [json_value(value) for value in values]


def json_value(value: object) -> object:
    """Return a value as JSON can carry it."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else str(value)
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return format(value, "f")
        case datetime():
            return _moment(value)
        case date() | time():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode()
        case timedelta():
            return _duration(value)
        case Mapping():
            return {str(key): json_value(item) for key, item in value.items()}
        case list() | tuple():
            return [json_value(item) for item in value]
        case _:
            return str(value)


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _duration(value: timedelta) -> str:
    # ISO 8601 durations know no sign before the P in most readers: put it there anyway.
    seconds = abs(value).total_seconds()
    return f"{'-' if value < timedelta(0) else ''}PT{seconds:g}S"
