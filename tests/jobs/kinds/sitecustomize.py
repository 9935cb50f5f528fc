"""Kinds of jobs for tests of real processes; this folder is in their PYTHONPATH.

Python imports a module of this name at every start, so the worker, the web and the
command know these kinds without knowing of tests.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

from entrepot.base.errors import Unavailable
from entrepot.jobs.spec import KINDS, QUEUES, JobKind

BEAT_SECONDS = 0.05


def note(work, what):
    """Add a line about an attempt to the job's own file."""
    line = f"{time.time():.3f} {work.id} {work.attempt} {os.getpid()} {what}\n"
    with open(work.parameters["file"], "a") as notes:
        notes.write(line)


def count(house, work):
    """Count `rows` over `seconds`, then leave a whole file with them, once."""
    rows, seconds = work.parameters["rows"], work.parameters["seconds"]
    note(work, "begin")
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        time.sleep(BEAT_SECONDS)
        try:
            work.advance(rows=int(rows * passed / seconds), rows_total=rows)
        except Exception:
            note(work, "stop")
            raise
    made = Path(work.parameters["file"]).with_suffix(f".{work.id}")
    part = made.with_name(f"{made.name}.{work.attempt}.part")
    part.write_text("".join(f"{number}\n" for number in range(rows)))
    part.replace(made)
    note(work, "end")
    return {"rows": rows, "attempt": work.attempt}


def die(house, work):
    """Kill the worker, as a fault in a library would."""
    note(work, "begin")
    os.kill(os.getpid(), signal.SIGKILL)


def away(house, work):
    """Find the other side away `times` times."""
    note(work, "begin")
    if work.attempt <= work.parameters["times"]:
        raise Unavailable("the other side is away")
    return {"attempt": work.attempt}


def deaf(house, work):
    """Never look whether it shall end."""
    note(work, "begin")
    time.sleep(work.parameters["seconds"])
    return {}


for kind in (
    JobKind(name="test.count", summary="Counts.", run=count),
    JobKind(name="test.die", summary="Kills its worker.", run=die),
    JobKind(name="test.deaf", summary="Does not listen.", run=deaf),
    JobKind(
        name="test.away", summary="Waits.", run=away, pauses_seconds=(0.1, 0.2, 0.3)
    ),
):
    KINDS[kind.name] = kind

# No worker alone comes to the limit over all of them.
QUEUES["large"] = replace(QUEUES["large"], at_once_here=2)
