"""The requests of a time, by the hour: an hour that has not changed is read once."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator

import msgspec

HOUR = 60
"""Minutes."""
HOURS_KEPT = 24 * 8

# Rows are ordered by minute, so that this one reads without sorting.
_STATES = """
SELECT minute / 60, count(*), sum(requests) FROM request_minutes
WHERE minute >= ? AND minute < ? GROUP BY 1
"""
_SUMS = "sum(requests), sum(total_ms), min(fastest_ms), max(slowest_ms)"
_BY_MINUTE = f"""
SELECT minute, status >= 500, bin, {_SUMS} FROM request_minutes
WHERE minute >= ? AND minute < ? GROUP BY 1, 2, 3
"""
_BY_ENDPOINT = f"""
SELECT endpoint, status, bin, {_SUMS} FROM request_minutes
WHERE minute >= ? AND minute < ? GROUP BY 1, 2, 3
"""

Sums = tuple[int, float, float, float]
"""Requests, and their durations in milliseconds: the sum, the least, the most."""


class Hour(msgspec.Struct, array_like=True):
    """The requests of an hour, or of a part of it, seen from two sides.

    Attributes:
        minutes: Minute, whether they failed, bin, and the sums.
        endpoints: Endpoint, status, bin, and the sums.
    """

    minutes: list[tuple[int, bool, int, int, float, float, float]]
    endpoints: list[tuple[str, int, int, int, float, float, float]]


_DECODER = msgspec.msgpack.Decoder(Hour, strict=False)
_State = tuple[int, int]


class Hours:
    """Reads hours, and keeps those that were whole for the next time.

    A kept one counts while the file has as many rows and requests for it as it had.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, tuple[_State, bytes]] = OrderedDict()

    def read(
        self, connection: sqlite3.Connection, first: int, end: int
    ) -> Iterator[Hour]:
        """Yield the hours from the minute `first` up to `end` that had requests."""
        for hour, *state in connection.execute(_STATES, (first, end)).fetchall():
            begins = max(first, hour * HOUR)
            ends = min(end, (hour + 1) * HOUR)
            if ends - begins < HOUR:
                yield _DECODER.decode(_read(connection, begins, ends))
                continue
            yield self._whole(connection, hour, (state[0], state[1]))

    def close(self) -> None:
        """Nothing is held open."""

    def _whole(self, connection: sqlite3.Connection, hour: int, state: _State) -> Hour:
        with self._lock:
            kept = self._kept.get(hour)
        if kept is None or kept[0] != state:
            read = _read(connection, hour * HOUR, (hour + 1) * HOUR)
            kept = (state, read)
            with self._lock:
                self._kept[hour] = kept
                if len(self._kept) > HOURS_KEPT:
                    self._kept.popitem(last=False)
        return _DECODER.decode(kept[1])


def _read(connection: sqlite3.Connection, first: int, end: int) -> bytes:
    rows = [
        connection.execute(query, (first, end)).fetchall()
        for query in (_BY_MINUTE, _BY_ENDPOINT)
    ]
    return msgspec.msgpack.encode(rows)
