"""`python -m entrepot.exports.child`: one export in a process of its own.

The job comes over stdin; lines of `wire` go to stdout.  The process does not outlive
the one that started it.
"""

from __future__ import annotations

import errno
import os
import pickle
import signal
import sys
import time
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from typing import BinaryIO

from entrepot.base import lifeline
from entrepot.base.errors import EntrepotError
from entrepot.base.faults import fault_of
from entrepot.base.spans_apart import gathered
from entrepot.connections import Database, Target, open_target
from entrepot.exports.wire import Job, Line, render_line
from entrepot.exports.writer import Outcome, write

BEAT_SECONDS = 0.2


def main() -> None:
    """Do the job that stdin holds."""
    answers = _own_stdout()
    job: Job = pickle.load(sys.stdin.buffer)
    lifeline.die_with(job.parent, signal.SIGKILL)
    if job.is_traced:
        with gathered() as found:
            line = _line(job, answers)
        line = replace(line, steps=found.steps)
    else:
        line = _line(job, answers)
    answers.write(render_line(line))
    answers.close()


def _line(job: Job, answers: BinaryIO) -> Line:
    try:
        return Line(outcome=_write(job, answers))
    except EntrepotError as error:
        return Line(fault=fault_of(error))
    except OSError as error:
        return Line(errno=error.errno or errno.EIO)


def _write(job: Job, answers: BinaryIO) -> Outcome:
    with os.fdopen(job.handle, "w+b", buffering=1 << 20) as file:
        beat = _Beat(answers)
        return write(job.task, _open, file, beat, killable=True, expect=beat.expect)


def _open(target: Target) -> AbstractContextManager[Database]:
    return closing(open_target(target))


class _Beat:
    """Tells the parent how far we are, a few times a second."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._next = 0.0

    def expect(self, rows: int) -> None:
        self._answers.write(render_line(Line(total=rows)))

    def __call__(self, rows: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + BEAT_SECONDS
            self._answers.write(render_line(Line(rows=rows)))


def _own_stdout() -> BinaryIO:
    """Keep stdout for our lines: what a library prints there goes to stderr."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()
