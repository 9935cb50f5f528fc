"""Lines as rows of the file, and what is counted of them.

A million lines an hour pass through here: one pass makes the rows, the counting is left
to dictionaries and `Counter`, which count without coming back to Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from zlib import crc32

from msgspec.json import Encoder

from entrepot.watch.log.bins import bin_of
from entrepot.watch.spec import Entry

Row = tuple[object, ...]
RequestRow = tuple[int, str, int, int, int, float, float, float]
MARKED = {
    name: Entry._fields.index(name)
    for name in (
        *("user_id", "actor", "ip_address", "endpoint", "status_code", "error_type"),
    )
}
"""Fields whose values have marks, as the requests have; their places in an entry."""
_json = Encoder(enc_hook=str).encode
_THOUSANDTHS = [f"{number:03d}Z" for number in (*range(1000), 999)]
_HALF = 0.0005
"""What a float lacks of a whole thousandth is not worth the thousandth before it."""


class Clock:
    """Renders moments; seconds it has seen lately are not rendered again."""

    def __init__(self) -> None:
        self._seconds: dict[int, tuple[str, str]] = {}

    def second(self, second: int) -> tuple[str, str]:
        """Return the beginning of a timestamp, and the moment as SQLite writes it."""
        found = self._seconds.get(second)
        if found is None:
            if len(self._seconds) > 100:
                self._seconds.clear()
            at = datetime.fromtimestamp(second, UTC)
            found = f"{at:%Y-%m-%dT%H:%M:%S}.", f"{at:%Y-%m-%d %H:%M:%S}"
            self._seconds[second] = found
        return found


def rows_of(entries: Iterable[Entry]) -> list[tuple[bool, list[Row]]]:
    """Return rows in the order of the lines, in runs that are told in the same columns.

    Each run comes with whether its rows have the rare columns, too.
    """
    runs: list[tuple[bool, list[Row]]] = []
    rows: list[Row] = []
    was_rare = None
    seconds = Clock().second
    for entry in entries:
        _, _, _, _, _, trace_id, _, actor, job_id, *_, error, trace, _ = entry
        row = _common(entry, seconds)
        is_rare = bool(trace or trace_id or job_id or error or actor)
        if is_rare is not was_rare:
            rows, was_rare = [], is_rare
            runs.append((is_rare, rows))
        if is_rare:
            rare = (trace_id, actor, job_id, error, trace)
            row += tuple(text or None for text in rare)
        rows.append(row)
    return runs


def _common(entry: Entry, seconds: Callable[[int], tuple[str, str]]) -> Row:
    (at, level, logger, message, request_id, _, user_id, _, _, ip_address, endpoint,
     method, status, duration, _, _, fields) = entry  # fmt: skip
    second = int(at // 1)
    day, created_at = seconds(second)
    if method and not (endpoint and message.startswith(method)):
        fields = {**(fields or {}), "method": method}
    return (
        day + _THOUSANDTHS[int((at - second) * 1000 + _HALF)],
        level,
        logger,
        message,
        created_at,
        request_id or None,
        user_id,
        ip_address or None,
        endpoint or None,
        status,
        duration,
        _json(fields).decode() if fields else None,
    )


def minutes_of(entries: Sequence[Entry], first: int) -> list[Row]:
    """Return rows of `log_minutes` for lines numbered from `first`."""
    keys = [(entry[0] // 60, entry[1], entry[2]) for entry in entries]
    ids = range(first, first + len(keys))
    last = dict(zip(keys, ids, strict=True))
    begin = dict(zip(reversed(keys), reversed(ids), strict=True))
    return [
        (int(key[0]), *key[1:], lines, begin[key], last[key])
        for key, lines in Counter(keys).items()
    ]


def requests_of(entries: Iterable[Entry]) -> list[RequestRow]:
    """Return rows of `request_minutes`."""
    found: dict[tuple[int, str, int, int], list[float]] = {}
    for entry in entries:
        endpoint, status, duration = entry[10], entry[12], entry[13]
        if endpoint and status is not None and duration is not None:
            key = (int(entry[0] // 60), endpoint, status, bin_of(duration))
            if key in found:
                found[key].append(duration)
            else:
                found[key] = [duration]
    return [(*k, len(d), sum(d), min(d), max(d)) for k, d in found.items()]


def marks_of(entries: Iterable[Entry]) -> bytes:
    """Return the marks of the requests that lines tell of, one after the other."""
    ids = {entry[4] for entry in entries}
    return b"".join([mark_of(request_id) for request_id in ids if request_id])


def value_marks_of(entries: Iterable[Entry]) -> bytes:
    """Return the marks of the values that people look for, each once."""
    columns = list(zip(*entries, strict=True))
    return b"".join(
        value_mark(name, value)
        for name, column in MARKED.items()
        for value in set(columns[column])
        if value not in ("", None)
    )


def value_mark(name: str, value: object) -> bytes:
    """Return three bytes that hardly any other value of a batch has."""
    return mark_of(f"{name}={value}")


def mark_of(request_id: str) -> bytes:
    """Return three bytes that hardly any other request of a batch has.

    The lines of a request are those of the batches `WHERE instr(requests, mark)` that
    have its id: a few megabytes are looked through for a million lines.
    """
    return crc32(request_id.encode("utf-8", "replace")).to_bytes(4, "big")[1:]
