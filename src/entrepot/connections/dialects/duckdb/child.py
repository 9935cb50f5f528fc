"""`python -m entrepot.connections.dialects.duckdb.child`: reads for another process.

Errands come over stdin, one after the other, and answers go to stdout as they are asked
for. No call of DuckDB's can be stopped from inside its process; this one can be killed.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import duckdb
import msgspec
import pyarrow as pa

from entrepot.base import lifeline
from entrepot.base.deadline import Deadline
from entrepot.base.errors import EntrepotError
from entrepot.base.faults import fault_of
from entrepot.base.rows import ReadOptions, RowStream
from entrepot.connections.dialects.duckdb import wire
from entrepot.connections.dialects.duckdb.database import DuckDB
from entrepot.connections.dialects.duckdb.read import open_rows
from entrepot.connections.dialects.duckdb.wire import Errand, write_frame
from entrepot.connections.spec import Statement

ROOM_BYTES = 512 << 20
"""Beside what DuckDB counts: Python, Arrow's batches, and what it does not count."""


def main() -> None:
    """Do errands until stdin ends."""
    answers = _own_stdout()
    memory_bytes, parent = map(int, sys.argv[1:])
    lifeline.die_with(parent, signal.SIGKILL)
    _warm_up()
    _limit_memory(memory_bytes)
    write_frame(answers, wire.READY)
    while (errand := _next_errand()) is not None:
        try:
            _do(errand, memory_bytes, answers)
        except EntrepotError as error:
            fault = msgspec.json.encode(fault_of(error), enc_hook=str)
            write_frame(answers, wire.FAULT, fault)
        except MemoryError:  # to say so would take some: whoever waits can tell by this
            os.kill(os.getpid(), signal.SIGKILL)


def _next_errand() -> Errand | None:
    try:
        errand: Errand = pickle.load(sys.stdin.buffer)
    except EOFError:
        return None
    return errand


def _warm_up() -> None:
    """Load what a first statement loads, which takes longer than most of them."""
    statement, options = Statement(sql="SELECT 1"), ReadOptions()
    with (
        closing(duckdb.connect()) as connection,
        Deadline(options.seconds, connection.interrupt) as deadline,
        open_rows(connection, deadline, statement, options) as stream,
    ):
        list(stream.batches)


def _do(errand: Errand, memory_bytes: int, answers: BinaryIO) -> None:
    database = DuckDB(errand.target, counted_bytes=memory_bytes)
    options = ReadOptions(seconds=errand.seconds, batch_rows=errand.batch_rows)
    if errand.kind != "read":
        run = errand.kind == "analyze"
        plan = database.explain(errand.statement, options, run=run)
        write_frame(answers, wire.PLAN, msgspec.json.encode(plan))
        return
    with database.read(errand.statement, options) as stream:
        _tell(stream, answers)
    write_frame(answers, wire.END)


def _tell(stream: RowStream, answers: BinaryIO) -> None:
    uniform = bytes([stream.is_uniform])
    write_frame(answers, wire.SCHEMA, uniform + _bytes(stream.schema, None))
    for batch in stream.batches:
        if sys.stdin.buffer.read(1) != wire.NEXT:
            return
        write_frame(answers, wire.BATCH, _bytes(batch.schema, batch))
    sys.stdin.buffer.read(1)


def _bytes(schema: pa.Schema, batch: pa.RecordBatch | None) -> bytes:
    """Return a stream of Arrow's with one batch, or none."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        if batch is not None:
            writer.write_batch(batch)
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _limit_memory(memory_bytes: int) -> None:
    """Let the system say no beyond the limit, since DuckDB does not count all."""
    if sys.platform != "linux":
        return
    pages = int(Path("/proc/self/statm").read_text().split()[5])
    most = pages * resource.getpagesize() + memory_bytes + ROOM_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _own_stdout() -> BinaryIO:
    """Return stdout for the answers alone; whatever else is printed is an error."""
    answers = os.fdopen(os.dup(1), "wb", buffering=1 << 16)
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()
