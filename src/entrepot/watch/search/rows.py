"""Lines of the log as rows for exports: the newest first, of one moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

import msgspec

from entrepot.base.errors import Invalid, Stopped
from entrepot.base.house import House
from entrepot.base.rows import ReadOptions, RowSource, RowStream
from entrepot.exports import NAMED, NamedRows
from entrepot.watch.lines.found import find_ids, load_lines, question_of
from entrepot.watch.lines.reading import Reading, is_made, turned_errors
from entrepot.watch.lines.service import list_lines
from entrepot.watch.lines.span import place_of
from entrepot.watch.lines.wanted import parse_wanted
from entrepot.watch.log.file import opened_to_read
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Line, Wanted

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "watch.log"
AT_ONCE = 1_000
"""Lines that are looked up together."""
NUMBERS = ("user_id",)
DECIMALS = ("min_duration_ms",)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSource:
    """Lines that are wanted, as a `RowSource` that any process can open."""

    path: Path
    wanted: Wanted
    title: str = "log"

    @contextmanager
    def open(self, options: ReadOptions) -> Iterator[RowStream]:
        """Begin to read; all of it is of one moment.

        Raises:
            TimedOut, Stopped, Unavailable: Also out of the batches.
        """
        schema = _schema()
        with ExitStack() as stack:
            lines: Iterator[Line] = iter(())
            if self.path.exists():
                stack.enter_context(turned_errors())
                connection = stack.enter_context(opened_to_read(self.path))
                if is_made(connection):
                    reading = Reading(connection, options.seconds)
                    lines = _lines(reading, self.wanted)
            batches = _batches(_unless_stopped(lines, options), schema, options)
            yield RowStream(schema, batches, is_uniform=True)


def name_of(asked: dict[str, object]) -> str:
    """Return the name of the rows that are asked for, as exports know it.

    Args:
        asked: As `parse_wanted` takes it; what is empty is left out.
    """
    said = {name: value for name, value in asked.items() if value not in ("", None, ())}
    return f"{NAME}?{urlencode(said, doseq=True)}" if said else NAME


def wanted_of(name: str) -> Wanted:
    """Return the lines that such a name means now.

    Raises:
        Invalid: It says something that cannot be.
    """
    said = parse_qs(name.partition("?")[2], keep_blank_values=True, max_num_fields=100)
    asked: dict[str, object] = {name: values[-1] for name, values in said.items()}
    if "level" in said:
        asked["level"] = said["level"]
    try:
        for name in asked.keys() & {*NUMBERS, *DECIMALS}:
            asked[name] = (int if name in NUMBERS else float)(str(asked[name]))
        return parse_wanted(**asked)  # type: ignore[arg-type]  # checked by its names
    except (TypeError, ValueError) as error:
        raise Invalid(f"{NAME}: this cannot be asked: {error}") from None


def _lines(reading: Reading, wanted: Wanted) -> Iterator[Line]:
    ids = find_ids(reading, question_of(reading, wanted), place_of(reading, wanted))
    while some := list(islice(ids, AT_ONCE)):
        yield from load_lines(reading, some)


def _unless_stopped(lines: Iterator[Line], options: ReadOptions) -> Iterator[Line]:
    switch = options.switch
    for line in lines:
        if switch is not None and switch.is_pulled:
            raise Stopped("reading the log was stopped")
        yield line


def _batches(
    lines: Iterator[Line], schema: pa.Schema, options: ReadOptions
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    while some := list(islice(lines, options.batch_rows)):
        columns = zip(*map(_row, some), strict=True)
        arrays = [
            pa.array(values, field.type)
            for values, field in zip(columns, schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _row(line: Line) -> Sequence[object]:
    return (
        line.id,
        datetime.fromisoformat(line.timestamp),
        *(_text(getattr(line, name)) for name in _TEXTS[:4]),
        _text(line.trace_id),
        line.user_id,
        *(_text(getattr(line, name)) for name in _TEXTS[4:]),
        line.status_code,
        line.duration_ms,
        _text(line.error_type),
        _text(line.stack_trace),
        msgspec.json.encode(line.fields).decode() if line.fields else None,
    )


_TEXTS = (
    *("level", "logger", "message", "request_id"),
    *("actor", "job_id", "ip_address", "endpoint", "method"),
)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _schema() -> pa.Schema:
    import pyarrow as pa

    kinds = {
        "id": pa.int64(),
        "timestamp": pa.timestamp("ms", tz="UTC"),
        **dict.fromkeys((*_TEXTS[:4], "trace_id"), pa.string()),
        "user_id": pa.int64(),
        **dict.fromkeys(_TEXTS[4:], pa.string()),
        "status_code": pa.int64(),
        "duration_ms": pa.float64(),
        **dict.fromkeys(("error_type", "stack_trace", "fields"), pa.string()),
    }
    return pa.schema(list(kinds.items()))


def _open(house: House, name: str) -> RowSource:
    store = log_store(house)
    store.flush()
    return LogSource(path=store.path, wanted=wanted_of(name))


def _mark(house: House, name: str) -> str | None:
    return None  # lines come all the time, and `now` goes on


def _estimate(house: House, name: str) -> int | None:
    return list_lines(house, wanted_of(name), limit=1).total


NAMED[NAME] = NamedRows(
    name=NAME,
    summary="Lines of the log, newest first; what narrows them as /api/logs takes it.",
    open=_open,
    mark=_mark,
    role="analyst",
    takes_more=True,
    estimate=_estimate,
)
