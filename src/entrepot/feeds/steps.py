"""What happens to a synchronisation: items are counted, notes taken, it ends.

The functions change the row they are given; the session's owner commits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from entrepot.base.entities import check_count
from entrepot.base.errors import IllegalMove
from entrepot.base.times import now, render_time
from entrepot.feeds.models import SyncHistory
from entrepot.feeds.states import NOTES_KEPT, outcome


def count_items(
    sync: SyncHistory, *, successful: int = 0, failed: int = 0, skipped: int = 0
) -> None:
    """Add items to what a synchronisation has done; all of them count as processed.

    Raises:
        IllegalMove: It is over.
        InvalidValue: A number is negative.
    """
    _must_be_open(sync)
    added = (successful, failed, skipped)
    for number in added:
        check_count("an added number", number)
    sync.items_successful += successful
    sync.items_failed += failed
    sync.items_skipped += skipped
    sync.items_processed += sum(added)


def add_warning(sync: SyncHistory, message: str, **facts: object) -> None:
    """Note what people should know of; `facts` are values that JSON can hold.

    Raises:
        IllegalMove: The synchronisation is over.
    """
    _note(sync, "warnings", message, facts)


def add_error(sync: SyncHistory, message: str, **facts: object) -> None:
    """Note what went wrong, with the facts of it, such as the row.

    Raises:
        IllegalMove: The synchronisation is over.
    """
    _note(sync, "errors", message, facts)


def finish(sync: SyncHistory, *, at: datetime, message: str | None = None) -> None:
    """End a synchronisation; its status follows from its counts.

    Raises:
        IllegalMove: It is over already.
    """
    _must_be_open(sync)
    sync.status = outcome(successful=sync.items_successful, failed=sync.items_failed)
    _end(sync, at)
    sync.message = message


def abort(sync: SyncHistory, *, at: datetime, error: str) -> None:
    """End a synchronisation that could not go on, whatever it has done.

    Raises:
        IllegalMove: It is over already.
    """
    _must_be_open(sync)
    sync.status = "failed"
    _end(sync, at)
    sync.error_message = error


def _must_be_open(sync: SyncHistory) -> None:
    if sync.status != "pending":
        raise IllegalMove(f"the synchronisation is over: {sync.status}")


def _end(sync: SyncHistory, at: datetime) -> None:
    sync.completed_at = at
    sync.duration = max(0, round((at - sync.started_at).total_seconds()))


def _note(
    sync: SyncHistory,
    kind: Literal["warnings", "errors"],
    message: str,
    facts: dict[str, object],
) -> None:
    _must_be_open(sync)
    notes = getattr(sync, kind)
    if notes is None:
        setattr(sync, kind, [])
        notes = getattr(sync, kind)  # now the list that tells of its changes
    if len(notes) < NOTES_KEPT:
        notes.append({"message": message, "at": render_time(now()), **facts})
        return
    sync.meta_data = sync.meta_data or {}
    left_out = f"{kind}_left_out"
    sync.meta_data[left_out] = sync.meta_data.get(left_out, 0) + 1
