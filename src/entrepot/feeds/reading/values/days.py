"""Days in the orders that people write them in, and as spreadsheets count them."""

from __future__ import annotations

import datetime as dt
import re

from entrepot.feeds.reading.work import Fault

_EPOCH = dt.date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 1, 2_958_465
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.ASCII)
_SIGNS = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?: .*)?", re.ASCII)
_SERIAL = re.compile(r"\d{1,7}(\.\d+)?", re.ASCII)

NO_DAY = Fault("not-a-day", "is not a day", "write days as 2026-12-31")


def read_day(text: str, order: str) -> str | Fault:
    """Return a day as 2026-12-31, also from the number that a spreadsheet keeps.

    Args:
        order: `ymd`, `dmy` or `mdy`.
    """
    if _SERIAL.fullmatch(text):
        serial = int(float(text))
        if not _FIRST_SERIAL <= serial <= _LAST_SERIAL:
            return NO_DAY
        return (_EPOCH + dt.timedelta(days=serial)).isoformat()
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[2], found[3])
    found = _SIGNS.fullmatch(text)
    if not found:
        return NO_DAY
    parts = dict(zip(order, found.groups(), strict=True))
    return _day(parts["y"], parts["m"], parts["d"])


def _day(year: str, month: str, day: str) -> str | Fault:
    full = int(year) + (2_000 if len(year) <= 2 else 0)
    try:
        return dt.date(full, int(month), int(day)).isoformat()
    except ValueError:
        return NO_DAY
