"""One read of PostgreSQL under our own clock, whatever the server's clock says."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

import psycopg

from entrepot.base.errors import TimedOut
from entrepot.connections.dialects._postgresql_errors import turn
from entrepot.connections.spec import Target

GRACE_SECONDS = 0.25
"""How much longer we wait than the server, which ends a statement more gently."""


class Reading:
    """A lent connection with a time limit over the whole read.

    The server counts each statement by itself, and a statement can lift its limit
    for the next ones; this limit also ends a read whose reader is slow.
    """

    def __init__(
        self, connection: psycopg.Connection, target: Target, seconds: float
    ) -> None:
        self.connection = connection
        self._target = target
        self._seconds = seconds
        self._ends = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._is_over = False
        self._is_late = False
        self._timer = threading.Timer(seconds + GRACE_SECONDS, self._end)
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
        with self._lock:  # a timer that has begun must not reach the next borrower
            self._is_over = True

    @contextmanager
    def turned(self) -> Iterator[None]:
        """Turn the driver's errors into ours; past the limit all are `TimedOut`.

        Raises:
            TimedOut: On entering, when the limit has passed.
        """
        self._check()
        try:
            with turn(self._target):
                yield
        except Exception:
            if self._is_late:
                raise self._timed_out() from None
            raise

    def _check(self) -> None:
        if self._is_late or time.monotonic() > self._ends:
            raise self._timed_out()

    def _timed_out(self) -> TimedOut:
        return TimedOut(f"the read took longer than its {self._seconds:g} seconds")

    def _end(self) -> None:
        with self._lock:
            if self._is_over:
                return
            self._is_late = True
            with suppress(psycopg.Error):
                self.connection.cancel_safe(timeout=1)
            # The reader's thread owns the connection: closing it here would free
            # memory under its feet, shutting the socket down only wakes it.
            with suppress(OSError, psycopg.Error):
                copy = os.dup(self.connection.fileno())
                with socket.socket(fileno=copy) as wire:
                    wire.shutdown(socket.SHUT_RDWR)
