"""Values bound to a statement, as SQLite stores their like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

Params = Sequence[object] | Mapping[str, object]


def bindable(params: Params) -> Params:
    """Return the values with dates as ISO text and decimals as the nearest number."""
    if isinstance(params, Mapping):
        return {name: _bindable(value) for name, value in params.items()}
    return [_bindable(value) for value in params]


def _bindable(value: object) -> object:
    match value:
        case bool():
            return int(value)
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case Decimal():
            return _number(value)
        case _:
            return value


def _number(value: Decimal) -> object:
    if not value.is_finite():
        return str(value)
    if value == value.to_integral_value() and abs(value) < 2**63:
        return int(value)
    # REAL columns hold what the nearest float is of what was written.
    return float(value)
