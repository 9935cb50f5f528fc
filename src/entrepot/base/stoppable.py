"""Long calls that somebody may end: a statement, a program."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from contextvars import copy_context
from typing import TypeVar

R = TypeVar("R")

LOOK_SECONDS = 0.25
"""Between two looks whether to go on."""


def run_stoppable(
    action: Callable[[], R], *, check: Callable[[], None], stop: Callable[[], object]
) -> R:
    """Return what `action` returns, which runs in a thread of its own.

    Args:
        check: Called here meanwhile, several times a second; where it raises, that is
            raised, once `stop` has ended the action.
        stop: Makes the action end soon, be it by an error.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        running: Future[R] = pool.submit(copy_context().run, action)
        try:
            check()
            while not running.done():
                wait([running], LOOK_SECONDS)
                check()
        except BaseException:
            while not running.done():  # what had not begun would not hear it
                stop()
                wait([running], LOOK_SECONDS)
            raise
        return running.result()


def read_stoppable(running: subprocess.Popen[str], check: Callable[[], None]) -> str:
    """Return what a program wrote to its errors, once it ended.

    Where `check`, called several times a second, raises, the program is killed.
    """
    while True:
        try:
            check()
        except BaseException:
            running.kill()
            raise
        with suppress(subprocess.TimeoutExpired):
            return running.communicate(timeout=LOOK_SECONDS)[1]
