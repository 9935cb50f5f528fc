"""A thread in processes that serve or work: it folds errors soon after they came."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from entrepot.base.errors import EntrepotError
from entrepot.base.events import Event, RequestAnswered

if TYPE_CHECKING:
    from entrepot.base.house import House

SECONDS = 10.0
"""Between two looks at the log; whoever lists errors looks at once."""
WORKING = "entrepot.jobs"
"""Whose events tell that a process works."""


class Follower:
    """Folds errors every few seconds; begun with the first request or job."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None
        self._birth = threading.Lock()

    def hear(self, event: Event) -> None:
        """Begin, if this process serves, works, or met an error."""
        if self._thread is not None:
            return
        is_error = event.level in ("error", "critical")
        if isinstance(event, RequestAnswered) or is_error or _is_work(event):
            self._begin()

    def close(self) -> None:
        """Stop after the lines that are under way."""
        self._ends.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(5)

    def look(self) -> None:
        """Fold what came; what cannot be done now is done at the next look."""
        from entrepot.watch.groups.folding import fold  # imports models

        with suppress(EntrepotError, SQLAlchemyError):
            while not fold(self._house).is_done and not self._ends.is_set():
                continue

    def _begin(self) -> None:
        with self._birth:
            if self._thread is None and not self._ends.is_set():
                self._thread = threading.Thread(
                    target=self._run, name="errors", daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        while not self._ends.wait(SECONDS):
            try:
                self.look()
            except Exception:  # noqa: BLE001  # a thread that ends folds nothing more
                continue


def _is_work(event: Event) -> bool:
    return type(event).__module__.startswith(WORKING)
