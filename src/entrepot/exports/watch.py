"""Notice, while an export runs, that it should not any more."""

from __future__ import annotations

import time
from collections.abc import Callable

from entrepot.base.errors import TimedOut
from entrepot.base.store import Store
from entrepot.exports import receipts
from entrepot.exports.errors import ExportStopped

LOOK_SECONDS = 1.0


class Watch:
    """Looks after one export: time limit, cancel, and whether anybody waits for it.

    Called with the rows so far, it raises when the export must end.
    """

    def __init__(
        self,
        store: Store,
        id: str,
        *,
        limit_seconds: float,
        progress: Callable[[int], None] | None,
        is_wanted: Callable[[], bool] | None,
    ) -> None:
        self.started = time.monotonic()
        self._store = store
        self._id = id
        self._limit_seconds = limit_seconds
        self._progress = progress or (lambda rows: None)
        self._is_wanted = is_wanted or (lambda: True)
        self._next_look = self.started + LOOK_SECONDS
        self._rows = 0
        self.expected_rows: int | None = None

    @property
    def seconds(self) -> float:
        """Return the time since the export began."""
        return time.monotonic() - self.started

    @property
    def left_seconds(self) -> float:
        """Return the time until the export must have ended."""
        return max(self._limit_seconds - self.seconds, 0.001)

    def expect(self, rows: int) -> None:
        """Learn how many rows the file must have."""
        self.expected_rows = rows

    def __call__(self, rows: int) -> None:
        """Go on, or raise.

        Raises:
            TimedOut: The limit has passed.
            ExportStopped: Somebody cancelled it, or the one who asked has left.
        """
        self._rows = max(rows, self._rows)  # a child begins again
        self._progress(self._rows)
        if self.seconds > self._limit_seconds:
            raise TimedOut(
                f"the export took longer than {self._limit_seconds:g} s",
                hint="export fewer rows, or raise ENTREPOT_EXPORTS_LIMIT_SECONDS and, "
                "where a request waits for the file, REQUEST_TIMEOUT",
                rows=self._rows,
            )
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_SECONDS
            self._look()

    def _look(self) -> None:
        if not self._is_wanted():
            raise ExportStopped("the one who asked for the export has left")
        noted = receipts.note_rows(
            self._store, self._id, self._rows, self.expected_rows
        )
        if not noted:
            raise ExportStopped("somebody cancelled the export")
