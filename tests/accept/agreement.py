"""Whether a value read back is the value that was there, as its format may say it."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.accept.readers import BLANK_IS_NULL

GUARDED = ("=", "+", "-", "@", "\t", "\r")


def agrees(original: Any, found: Any, format: str) -> bool:
    """Say whether they mean the same; numbers by value, moments by time."""
    if original in (None, "") and format in BLANK_IS_NULL:
        return found in (None, "")
    if original is None or found is None:
        return original is found
    if isinstance(original, bytes):
        return found == original or base64.b64decode(found) == original
    if isinstance(original, (int, float, Decimal)):
        return Decimal(str(found)) == Decimal(str(original))
    if isinstance(original, (list, dict)):
        return (json.loads(found) if isinstance(found, str) else found) == original
    return found == original or _as_text(original, found, format)


def _as_text(original: Any, found: Any, format: str) -> bool:
    if format == "csv" and str(original).startswith(GUARDED):
        return found == f"'{original}"
    moment = _moment(original)
    return moment is not None and moment == _moment(found)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  # as it is
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except ValueError:
        return None
