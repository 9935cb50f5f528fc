"""Try again what our own database could not do for a moment."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from entrepot.base.deadline import remaining_seconds
from entrepot.base.errors import DatabaseRetryExhausted
from entrepot.base.events import DatabaseRetried, emit
from entrepot.base.store_errors import Trouble, find_trouble
from entrepot.base.times import now

P = ParamSpec("P")
R = TypeVar("R")

JITTER_RATIO = 0.1
"""Most that a wait is drawn out, so that processes do not all come back at once."""


def with_db_retry(  # each a knob of its own, and named at the call
    max_retries: int = 3,
    base_delay: float = 1.0,
    *,
    deadline_seconds: float | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    chance: Callable[[], float] = random.random,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function run again when our own database was in no state to answer.

    The whole function runs again, so it must open its session itself, and do nothing
    beside the database that may not be done twice. The waits are `base_delay`, twice
    that, four times that, and up to a tenth more. Errors that would come again
    (a constraint, a missing table, a full disk) pass at once and unchanged.

    Args:
        deadline_seconds: After so long it is not tried again; nor after the end of
            the request.

    Raises:
        DatabaseRetryExhausted: The last retry failed as well; the cause is its error.
    """

    patience = _Patience(
        max_retries, base_delay, deadline_seconds, sleep, clock, chance
    )

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def call(*args: P.args, **values: P.kwargs) -> R:
            return patience.run(lambda: function(*args, **values))

        return call

    return wrap


@dataclass(frozen=True, slots=True)
class _Patience:
    max_retries: int
    base_delay: float
    deadline_seconds: float | None
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    chance: Callable[[], float]

    def run(self, work: Callable[[], R]) -> R:
        ends = _end(self.clock, self.deadline_seconds)
        retries = 0
        while True:
            try:
                return work()
            except Exception as error:
                wait = self.wait_after(error, retries, ends)
                if wait is None:
                    raise
            retries += 1
            self.sleep(wait)

    def wait_after(self, error: Exception, retries: int, ends: float) -> float | None:
        """Return how long to wait after an error; None where that does not help."""
        trouble = _retryable(error)
        if trouble is None:
            return None
        wait = self.base_delay * 2.0**retries * (1 + JITTER_RATIO * self.chance())
        if retries >= self.max_retries or self.clock() + wait > ends:
            raise _exhausted(trouble, retries) from error
        emit(DatabaseRetried(retry=retries + 1, why=trouble.said, wait_seconds=wait))
        return wait


def _end(clock: Callable[[], float], deadline_seconds: float | None) -> float:
    limits = (deadline_seconds, remaining_seconds())
    return clock() + min((s for s in limits if s is not None), default=float("inf"))


def _retryable(error: Exception) -> Trouble | None:
    if isinstance(error, DatabaseRetryExhausted):
        return None  # an inner function has tried already
    trouble = find_trouble(error)
    return trouble if trouble is not None and trouble.is_retryable else None


def _exhausted(trouble: Trouble, retries: int) -> DatabaseRetryExhausted:
    attempts = f"{retries} attempt" + ("" if retries == 1 else "s")
    return DatabaseRetryExhausted(
        f"{trouble.said} after {attempts}",
        retry_count=retries,
        last_attempt=now(),
        hint="try again in a moment",
    )
