"""Time limits: of a request, whoever works for it, and of one piece of work.

A request's deadline is known to whatever runs in its thread. Threads and processes
that work in the background have none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Self

from entrepot.base.errors import TimedOut

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


def begin(seconds: float) -> None:
    """Give what runs in this thread so many seconds from now; 0 is no limit."""
    _ends_at.set(time.monotonic() + seconds if seconds else None)


def end() -> None:
    """Forget the limit: what runs here next has its own, or none."""
    _ends_at.set(None)


def remaining_seconds() -> float | None:
    """Return what is left, below 0 when it is over; None where there is no limit."""
    ends_at = _ends_at.get()
    return None if ends_at is None else ends_at - time.monotonic()


def within(seconds: float) -> float:
    """Return a limit of one's own, or what is left where that is less.

    Raises:
        TimedOut: Nothing is left.
    """
    left = remaining_seconds()
    if left is None:
        return seconds
    if left <= 0:
        raise TimedOut("the request took longer than it may", hint=HINT)
    return min(seconds, left)


HINT = "ask for less at once; REQUEST_TIMEOUT says how long a request may take"


class Deadline:
    """Call `stop` from a thread of its own when the time is over.

    Once the block is left `stop` is not called any more, and not running either.
    What the thread's request has left is the limit where that is less.

    Args:
        grace_seconds: How much later `stop` is called than the work counts as late,
            where another limit is likely to end it first and more gently.
    """

    def __init__(
        self, seconds: float, stop: Callable[[], None], *, grace_seconds: float = 0.0
    ) -> None:
        self._seconds = seconds = within(seconds)
        self._ends = time.monotonic() + seconds
        self._stop = stop
        self._lock = threading.Lock()
        self._is_over = False
        self._is_stopped = False
        self._timer = threading.Timer(seconds + grace_seconds, self._call)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._is_over = True

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Do one step; whatever goes wrong in it after `stop` is a `TimedOut`.

        Raises:
            TimedOut: On entering, when the time is over.
        """
        if time.monotonic() > self._ends:
            raise self._timed_out()
        try:
            yield
        except Exception:
            if self._is_stopped:
                raise self._timed_out() from None
            raise

    def _timed_out(self) -> TimedOut:
        return TimedOut(f"the read took longer than its {self._seconds:g} seconds")

    def _call(self) -> None:
        with self._lock:
            if not self._is_over:
                self._is_stopped = True
                self._stop()
