"""One run: executed behind the wall, its rows kept, its end written down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from entrepot.base import spans
from entrepot.base.acting import acting_as, current
from entrepot.base.deadline import STOPPED, within
from entrepot.base.errors import Broken, EntrepotError, Stopped
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.rows import BATCH_ROWS, ReadOptions
from entrepot.base.times import now
from entrepot.connections import Statement
from entrepot.console import records, spools
from entrepot.console import settings as knobs
from entrepot.console.events import QueryFailed, QueryFinished, QueryStopped
from entrepot.console.failing import told
from entrepot.console.limits import name_memory
from entrepot.console.preparing import Ready, ms_since
from entrepot.console.records import Ended
from entrepot.console.spec import ColumnHead, Timings
from entrepot.console.stopping import runs
from entrepot.console.taking import Taken
from entrepot.console.texts import plain

if TYPE_CHECKING:
    import pyarrow as pa

SPOOL_ROWS = 4_096
"""Rows in a batch: few enough that a stop is noticed and a page is quickly read."""

UNWATCHED = "nobody asked for it any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came out of a run.

    Attributes:
        batches: Its rows, as long as they are few enough for an answer.
    """

    ready: Ready
    heads: list[ColumnHead]
    batches: list[pa.RecordBatch]
    rows: int
    is_truncated: bool
    warnings: tuple[str, ...]
    timings: Timings
    seconds: float
    ended: Ended


def run_now(house: House, ready: Ready) -> Outcome:
    """Run in this thread, after waiting a moment for a place.

    Raises:
        TooManyRuns: There is no place.
        EntrepotError: Of any kind, as the statement fails.
    """
    with ended_well(house, ready), placed(house, ready):
        return _read(house, ready, within(ready.seconds))


@contextmanager
def placed(house: House, ready: Ready) -> Iterator[None]:
    """Take a place for the block, in which the run can be stopped from anywhere.

    Raises:
        TooManyRuns: There is no place.
    """
    held = runs(house)
    held.take_place()
    held.add(ready.live)
    try:
        yield
    finally:
        held.forget(ready.live)
        held.leave_place()


def run_later(house: House, ready: Ready) -> None:
    """Let a thread of this process run it when there is a place."""
    held, who, asked_by = runs(house), current(), spans.traceparent()
    held.add(ready.live)

    def carry_out() -> None:
        # The request that asked is answered by then: this is a part of its own.
        part = spans.part(
            "work", "run of the console", traceparent=asked_by, trace_id=who.trace_id
        )
        with acting_as(who), part:
            _run_watched(house, ready)

    held.pool.submit(carry_out)


def _run_watched(house: House, ready: Ready) -> None:
    held = runs(house)
    try:
        with ended_well(house, ready):
            held.wait_for_place(ready.live)
            try:
                records.set_state(house, ready.id, "running")
                _read(house, ready, ready.seconds)
            finally:
                held.leave_place()
    except EntrepotError:
        return  # it stands in the history
    finally:
        held.forget(ready.live)


@contextmanager
def ended_well(house: House, ready: Ready) -> Iterator[None]:
    """Write down how the block fails, should it; the error leaves as people get it."""
    began = time.perf_counter()
    try:
        yield
    except EntrepotError as error:
        seconds = time.perf_counter() - began
        _fail(house, ready, _explained(house, ready, error), seconds)
        raise
    except (KeyboardInterrupt, SystemExit):
        _fail(house, ready, Stopped(STOPPED), time.perf_counter() - began)
        raise
    except BaseException:
        broken = Broken("something went wrong here; the log has it")
        _fail(house, ready, broken, time.perf_counter() - began)
        raise


def _explained(house: House, ready: Ready, error: EntrepotError) -> EntrepotError:
    if isinstance(error, Stopped):
        because = ready.live.because
        error.detail = UNWATCHED if because == "unwatched" else STOPPED
    else:
        told(
            house,
            error,
            sql=ready.wanted.sql,
            bound=ready.bound,
            target=ready.target,
            schema=ready.wanted.schema,
        )
        name_memory(error, ready.memory)
    error.facts["query_id"] = ready.id
    return error


def _fail(house: House, ready: Ready, error: EntrepotError, seconds: float) -> None:
    is_stopped = isinstance(error, Stopped)
    position = error.facts.get("position")
    ended = Ended(
        state="stopped" if is_stopped else "failed",
        seconds=seconds,
        error=error.code(),
        error_detail=plain(error.detail),
        error_hint=error.hint and plain(error.hint),
        error_position=position if isinstance(position, int) else None,
    )
    records.end(house, ready.id, ended)
    if is_stopped:
        emit(
            QueryStopped(
                id=ready.id,
                connection=ready.target.name,
                query_type=ready.query_type,
                because=ready.live.because or "asked",
                seconds=seconds,
            )
        )
    else:
        emit(
            QueryFailed(
                id=ready.id,
                connection=ready.target.name,
                query_type=ready.query_type,
                code=error.code(),
                seconds=seconds,
            )
        )


def _read(house: House, ready: Ready, seconds: float) -> Outcome:
    """Read the rows into the spool; the run has ended when this returns."""
    began = time.perf_counter()
    options = ReadOptions(
        seconds=seconds,
        batch_rows=min(ready.max_rows + 1, SPOOL_ROWS, BATCH_ROWS),
        switch=ready.live.switch,
        memory_bytes=ready.memory.count,
    )
    statement = Statement(sql=ready.bound.sql, params=ready.bound.params)
    writer = spools.SpoolWriter(spools.path_of(house, ready.id))
    try:
        with ready.database.read(statement, options) as stream:
            there_ms = ms_since(began)
            taken = Taken(ready, writer)
            taken.take(stream)
        size_bytes = writer.finish()
    except BaseException:
        writer.drop()
        raise
    total_seconds = time.perf_counter() - began
    ended = _completed(house, ready, taken, size_bytes, total_seconds)
    complete(house, ready, ended)
    return Outcome(
        ready=ready,
        heads=taken.heads,
        batches=taken.batches,
        rows=taken.rows,
        is_truncated=taken.is_truncated,
        warnings=tuple(taken.warnings),
        timings=Timings(
            connect_ms=ready.connect_ms,
            execute_ms=there_ms,
            read_ms=round(total_seconds * 1000 - there_ms, 3),
        ),
        seconds=total_seconds,
        ended=ended,
    )


def complete(house: House, ready: Ready, ended: Ended) -> None:
    """Write down that a run ended well, and tell of it."""
    records.end(house, ready.id, ended)
    emit(
        QueryFinished(
            id=ready.id,
            connection=ready.target.name,
            query_type=ready.query_type,
            rows=ended.rows or 0,
            seconds=ended.seconds,
        )
    )


def _completed(
    house: House, ready: Ready, taken: Taken, size_bytes: int, seconds: float
) -> Ended:
    kept = timedelta(seconds=house.settings[knobs.RESULT_SECONDS])
    return Ended(
        state="completed",
        seconds=seconds,
        rows=taken.rows,
        result_bytes=size_bytes,
        is_truncated=taken.is_truncated,
        columns=[{"name": h.name, "type": h.type} for h in taken.heads],
        warnings=taken.warnings,
        has_result=True,
        expires_at=now() + kept,
    )
