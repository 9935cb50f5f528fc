"""How a process leaves: by its end, by a signal, or by a fork into two."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import weakref
from types import FrameType
from typing import Protocol


class Leaver(Protocol):
    """A store that must not lose, nor double, what it has taken."""

    def end(self) -> None: ...
    def hold(self) -> None: ...
    def release(self) -> None: ...
    def begin_anew(self) -> object: ...


_STORES: weakref.WeakSet[Leaver] = weakref.WeakSet()
_HELD: list[Leaver] = []
"""The stores during a fork; else the child would close what it throws away."""
_LEFT: list[object] = []
"""What belongs to our parent: SQLite's files must not be closed in a forked child."""
# https://www.sqlite.org/howtocorrupt.html#_carrying_an_open_database_file_across_a_fork_


def remember(store: Leaver) -> None:
    """Look after a store from now on."""
    _STORES.add(store)


def flush_at_end() -> None:
    """Let this process flush its stores when it ends, however it ends but by force."""
    if is_child():
        # Such children end without Python's own end: Granian's workers are some.
        from multiprocessing.util import Finalize

        Finalize(None, flush_all, exitpriority=10)
    elif is_ours_to_set(signal.SIGTERM):
        # Servers have handlers of their own, set before or after; commands have none.
        signal.signal(signal.SIGTERM, _flush_and_die)


def is_child() -> bool:
    """Tell whether `multiprocessing` made this process."""
    module = sys.modules.get("multiprocessing")
    return module is not None and module.parent_process() is not None


def is_ours_to_set(number: signal.Signals) -> bool:
    """Tell whether nobody handles a signal, and this thread may."""
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and signal.getsignal(number) is signal.SIG_DFL


def flush_all() -> None:
    """Flush every store for the last time."""
    for store in list(_STORES):
        store.end()


def _flush_and_die(number: int, _frame: FrameType | None) -> None:
    try:
        flush_all()
    finally:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)  # so that whoever waits for us sees the signal


def _hold() -> None:
    _HELD.extend(_STORES)
    for store in _HELD:
        store.hold()


def _release() -> None:
    for store in _HELD:
        store.release()
    _HELD.clear()


def _begin_anew() -> None:
    _LEFT.extend(store.begin_anew() for store in _HELD)
    _HELD.clear()


atexit.register(flush_all)
os.register_at_fork(before=_hold, after_in_parent=_release, after_in_child=_begin_anew)
