"""Run an export in a process of its own and watch over it."""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, BinaryIO

from entrepot.base import spans
from entrepot.base.faults import error_of
from entrepot.base.spans_apart import adopt
from entrepot.exports.errors import ExportCrashed, ExportKilled
from entrepot.exports.wire import Job, Line, parse_line
from entrepot.exports.writer import Beat, Outcome, Task

BEAT_SECONDS = 0.5
COMMAND = (sys.executable, "-P", "-m", "entrepot.exports.child")


def write_apart(
    task: Task,
    file: BinaryIO,
    beat: Beat,
    *,
    expect: Callable[[int], None] | None = None,
) -> Outcome:
    """Have a child write all rows to the file; it is gone when this returns.

    `beat` is called at least twice a second; when it raises, the child is killed.
    `expect` is told how many rows the file must have, where that is known.

    Raises:
        EntrepotError, OSError: The child's own, as it was there.
        ExportKilled: Something killed the child.
        ExportCrashed: The child ended without a word.
    """
    is_traced = spans.current() is not None
    job = Job(task=task, handle=file.fileno(), parent=os.getpid(), is_traced=is_traced)
    with _child(job.handle) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):  # it died early: its exit code says why
            pickle.dump(job, process.stdin)
            process.stdin.close()
        for line in _lines(process.stdout, beat):
            adopt(line.steps)
            if line.total is not None and expect is not None:
                expect(line.total)
            if line.fault is not None:
                raise error_of(line.fault)
            if line.errno is not None:
                raise OSError(line.errno, os.strerror(line.errno))
            if line.outcome is not None:
                return line.outcome
        raise _lost(process.wait())


@contextmanager
def _child(handle: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        # Arrow's own pool keeps what is free: 1M x 12 to Parquet 273 MB, so 222.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }
    process = subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=(handle,),
        env=environment,
        process_group=0,  # so that Ctrl-C is ours to handle
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                assert pipe is not None
                pipe.close()


def _lines(stdout: IO[bytes], beat: Beat) -> Iterator[Line]:
    rest, rows = b"", 0
    poll = select.poll()
    poll.register(stdout, select.POLLIN)
    next_beat = time.monotonic()
    while True:
        if time.monotonic() >= next_beat:
            beat(rows)
            next_beat = time.monotonic() + BEAT_SECONDS
        if not poll.poll(BEAT_SECONDS * 1000):
            continue
        chunk = os.read(stdout.fileno(), 65_536)
        if not chunk:
            return
        *texts, rest = (rest + chunk).split(b"\n")
        for line in map(parse_line, texts):
            rows = max(rows, line.rows)
            yield line


def _lost(code: int) -> Exception:
    if code >= 0:
        return ExportCrashed(f"the process that wrote the file ended with code {code}")
    name = signal.Signals(-code).name
    return ExportKilled(
        f"the process that wrote the file was ended by {name}",
        hint="the machine may be out of memory; try again, or with fewer columns",
        signal=name,
    )
