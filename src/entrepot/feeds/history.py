"""The record of what imports did, and of what was undone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy.orm import Session

from entrepot.base.times import now
from entrepot.feeds.feed_models import Import
from entrepot.feeds.seen import Counts, Receipt
from entrepot.feeds.steps import count_items, finish
from entrepot.feeds.sync_models import SyncHistory

if TYPE_CHECKING:
    from entrepot.feeds.applying.noting import Notes
    from entrepot.feeds.applying.running import Found
    from entrepot.feeds.applying.undoing import Undone


def add_record(
    session: Session,
    row: Import,
    counts: Counts,
    *,
    began: datetime | None = None,
    found: Found | None = None,
    notes: Notes | None = None,
    message: str = "",
) -> SyncHistory:
    """Add what an import did to the history, with its receipt and what it says."""
    sync = _begin(session, row, "products", began)
    sync.total_items = counts.rows
    count_items(
        sync,
        successful=counts.created + counts.updated + counts.unchanged,
        failed=counts.rejected,
        skipped=counts.skipped,
    )
    sync.products_synced = counts.created + counts.updated
    if notes is not None:
        sync.errors, sync.warnings = notes.errors or None, notes.warnings or None
    finish(sync, at=now(), message=message or _said(counts))
    if found is not None:
        receipt = _receipt(row, counts, sync, found)
        facts = {} if notes is None else notes.left_out
        told = msgspec.to_builtins(receipt)
        sync.meta_data = {"import": row.id, "receipt": told, **facts}
    return sync


def add_undo_record(
    session: Session, row: Import, undone: Undone, *, began: datetime
) -> SyncHistory:
    """Add that an import was taken back."""
    sync = _begin(session, row, "undo", began)
    left = undone.kept + undone.conflict_count
    sync.total_items = undone.deleted + undone.restored + left
    count_items(sync, successful=undone.deleted + undone.restored, skipped=left)
    sync.products_synced = undone.deleted + undone.restored
    finish(
        sync,
        at=now(),
        message=f"{undone.deleted} deleted, {undone.restored} set back, "
        f"{left} left as they were changed since",
    )
    sync.meta_data = {"import": row.id, "undo_of": row.sync_id}
    return sync


def _begin(
    session: Session, row: Import, kind: str, began: datetime | None
) -> SyncHistory:
    sync = SyncHistory(
        sync_type=kind,
        sync_source=row.source,
        sync_target="local",
        started_at=began or now(),
        user_id=row.user_id,
        input_files=[row.file_name],
    )
    session.add(sync)
    session.flush()  # others point to it
    return sync


def _receipt(row: Import, counts: Counts, sync: SyncHistory, found: Found) -> Receipt:
    return Receipt(
        sync_id=sync.id,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        changes_sha256=found.changes_sha256,
        counts=counts,
        by=row.created_by,
        started_at=sync.started_at,
        completed_at=sync.completed_at or now(),
        seconds=found.seconds,
        plan=row.plan or {},
    )


def _said(counts: Counts) -> str:
    parts = [
        (counts.created, "created"),
        (counts.updated, "updated"),
        (counts.unchanged, "unchanged"),
        (counts.skipped, "skipped"),
        (counts.rejected, "rejected"),
        (counts.vanished, "vanished"),
    ]
    return ", ".join(f"{number} {word}" for number, word in parts if number) or "empty"
