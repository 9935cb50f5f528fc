"""`python -m entrepot.exports.intake.child`: one body read in a process of its own.

What is wanted comes over stdin, with the number of the open file; the answer goes to
stdout.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys

from entrepot.base import lifeline
from entrepot.base.errors import EntrepotError, TooMuch
from entrepot.base.faults import fault_of
from entrepot.exports.intake.apart import Answer, Errand, render_answer
from entrepot.exports.intake.kinds import read

MEMORY_BYTES = 2 << 30
"""Where a body makes a reader want more, the reader ends and not the machine."""


def main() -> None:
    """Read the body that stdin tells of."""
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints is not our answer
    errand: Errand = pickle.load(sys.stdin.buffer)
    lifeline.die_with(errand.parent, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        with os.fdopen(errand.handle, "rb") as file:
            answer = Answer(taken=read(file, errand.wanted))
    except MemoryError:
        told = TooMuch("reading the body needs too much memory")
        answer = Answer(fault=fault_of(told))
    except EntrepotError as error:
        answer = Answer(fault=fault_of(error))
    with os.fdopen(out, "wb") as answers:
        answers.write(render_answer(answer))


if __name__ == "__main__":
    main()
