"""Have a body read by a process of its own, which can be killed."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from entrepot.base import deadline
from entrepot.base.errors import Broken, TimedOut, TooMuch
from entrepot.base.faults import Fault, error_of
from entrepot.exports.intake.spec import Taken, Wanted

COMMAND = (sys.executable, "-P", "-m", "entrepot.exports.intake.child")


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What the child is told.

    Attributes:
        handle: Number of the open file, which the child inherits.
        parent: Process without which the child must not live.
    """

    wanted: Wanted
    handle: int
    parent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the child says: one of the two."""

    taken: Taken | None = None
    fault: Fault | None = None


def render_answer(answer: Answer) -> bytes:
    """Return an answer as JSON."""
    return msgspec.json.encode(answer, enc_hook=str)


def read_apart(file: BinaryIO, wanted: Wanted, *, seconds: float) -> Taken:
    """Have a child read the file from its beginning; it is gone when this returns.

    Raises:
        EntrepotError: The child's own, as it was there.
        TimedOut: It took longer than it may.
        TooMuch: Something killed it, most often for its memory.
    """
    file.flush()
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    errand = Errand(wanted=wanted, handle=file.fileno(), parent=os.getpid())
    answer = _asked(errand, deadline.within(seconds))
    if answer.fault is not None:
        raise error_of(answer.fault)
    if answer.taken is None:
        raise Broken("the process that read the body gave no answer")
    return answer.taken


def _asked(errand: Errand, seconds: float) -> Answer:
    process = subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=(errand.handle,),
        env=_environment(),
        process_group=0,  # so that Ctrl-C is ours to handle
    )
    try:
        out, _ = process.communicate(pickle.dumps(errand), timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimedOut(
            f"the body was not read within {seconds:.0f} seconds",
            hint="send it in parts",
        ) from None
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
    if process.returncode:
        raise _lost(process.returncode)
    return msgspec.json.decode(out, type=Answer, dec_hook=_path)


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        # Arrow's own pool keeps what is free: 197 MB so, 137 with the system's.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


def _path(wanted: type, value: object) -> object:
    return Path(str(value)) if wanted is Path else value


def _lost(code: int) -> Exception:
    if code > 0:
        return Broken(f"the process that read the body ended with code {code}")
    name = signal.Signals(-code).name
    return TooMuch(
        f"the process that read the body was ended by {name}",
        hint="the machine may be out of memory; send less at once",
        signal=name,
    )
