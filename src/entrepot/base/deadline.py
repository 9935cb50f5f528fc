"""A time limit over a whole piece of work, whoever is slow in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from entrepot.base.errors import TimedOut


class Deadline:
    """Call `stop` from a thread of its own when the time is over.

    Once the block is left `stop` is not called any more, and not running either.

    Args:
        grace_seconds: How much later `stop` is called than the work counts as late,
            where another limit is likely to end it first and more gently.
    """

    def __init__(
        self, seconds: float, stop: Callable[[], None], *, grace_seconds: float = 0.0
    ) -> None:
        self._seconds = seconds
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
