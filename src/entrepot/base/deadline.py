"""Time limits: of a request, whoever works for it, and of one piece of work.

A request's deadline is known to whatever runs in its thread. Threads and processes
that work in the background have none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Self

from entrepot.base.errors import Stopped, TimedOut

AGAIN_SECONDS = 0.25
"""When what has not ended is stopped once more; then after twice that, and so on."""

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


STOPPED = "somebody stopped it before it was done"
HINT = "ask for less at once; REQUEST_TIMEOUT says how long a request may take"


class Switch:
    """Ends work from outside: whoever holds it may pull it, from any thread.

    What is running is stopped at once; what begins later finds the switch pulled.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: list[Callable[[], None]] = []
        self._is_pulled = False

    @property
    def is_pulled(self) -> bool:
        """Tell whether somebody has pulled it."""
        return self._is_pulled

    def pull(self) -> None:
        """Stop what is running, and let nothing else begin."""
        with self._lock:
            self._is_pulled = True
            stops = list(self._stops)
        for stop in stops:
            stop()

    @contextmanager
    def stops(self, stop: Callable[[], None]) -> Iterator[None]:
        """Have `stop` called when the switch is pulled within the block."""
        with self._lock:
            self._stops.append(stop)
            is_late = self._is_pulled
        try:
            if is_late:
                stop()
            yield
        finally:
            with self._lock:
                self._stops.remove(stop)


class Deadline:
    """Call `stop` from a thread of its own when the time is over.

    It is called more than once: a server forgets a cancel that comes a moment before
    what it should end. Once the block is left `stop` is not called any more, and not
    running either. What the thread's request has left is the limit where that is less.

    Args:
        switch: When it is pulled, the time is over too.
        grace_seconds: How much later `stop` is called than the work counts as late,
            where another limit is likely to end it first and more gently.
    """

    def __init__(
        self,
        seconds: float,
        stop: Callable[[], None],
        *,
        grace_seconds: float = 0.0,
        switch: Switch | None = None,
    ) -> None:
        self._switch = switch
        self._pulling = ExitStack()
        self._seconds = seconds = within(seconds)
        self._ends = time.monotonic() + seconds
        self._stop = stop
        self._lock = threading.Lock()
        self._is_over = False
        self._is_stopped = False
        self._again_seconds = AGAIN_SECONDS
        self._call_in(seconds + grace_seconds)

    def __enter__(self) -> Self:
        self._timer.start()
        if self._switch is not None:
            self._pulling.enter_context(self._switch.stops(self._call))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pulling.close()
        with self._lock:
            self._is_over = True
            self._timer.cancel()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Do one step; whatever goes wrong in it after `stop` is a `TimedOut`.

        Raises:
            TimedOut: On entering, when the time is over.
            Stopped: Its switch was pulled.
        """
        if time.monotonic() > self._ends or self._is_stopped:
            raise self._timed_out()
        try:
            yield
        except Exception:
            if self._is_stopped:
                raise self._timed_out() from None
            raise

    def _timed_out(self) -> TimedOut | Stopped:
        if self._switch is not None and self._switch.is_pulled:
            return Stopped(STOPPED)
        return TimedOut(f"the read took longer than its {self._seconds:g} seconds")

    def _call_in(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._call)
        self._timer.daemon = True

    def _call(self) -> None:
        with self._lock:
            if self._is_over:
                return
            self._is_stopped = True
            self._timer.cancel()
            self._stop()
            self._call_in(self._again_seconds)
            self._again_seconds *= 2
            self._timer.start()
