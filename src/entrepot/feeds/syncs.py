"""The history of synchronisations, as people see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.feeds.sync_models import SyncHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSeen:
    """One synchronisation.

    Attributes:
        items: `total`, `processed`, `successful`, `failed`, `skipped`.
        counts: `products`, `categories`, `icons`.
        receipt: Of an import; empty of others.
    """

    id: int
    type: str
    source: str
    target: str
    status: str
    started_at: datetime
    completed_at: datetime | None
    duration: int | None
    items: Mapping[str, int]
    counts: Mapping[str, int]
    message: str
    error_message: str
    warnings: list[Any] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)
    receipt: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncFilter:
    """Which synchronisations; what is empty does not matter."""

    type: str = ""
    status: str = ""
    days: int | None = None


def list_syncs(
    house: House,
    wanted: SyncFilter,
    *,
    limit: int,
    before: int | None = None,
    skip: int = 0,
) -> list[SyncSeen]:
    """Return synchronisations, the newest first."""
    query = _chosen(select(SyncHistory), wanted)
    if before is not None:
        query = query.where(SyncHistory.id < before)
    query = query.order_by(SyncHistory.id.desc()).limit(limit).offset(skip)
    with house.store.read_session() as session:
        return [_seen(row) for row in session.scalars(query)]


def count_syncs(house: House, wanted: SyncFilter) -> int:
    """Return how many there are."""
    query = _chosen(select(func.count()).select_from(SyncHistory), wanted)
    with house.store.read_session() as session:
        return session.scalar(query) or 0


def get_sync(house: House, id: int) -> SyncSeen:
    """Return one synchronisation.

    Raises:
        NotThere: There is none with this id.
    """
    with house.store.read_session() as session:
        row = session.get(SyncHistory, id)
        if row is None:
            raise NotThere("synchronisation", str(id), [])
        return _seen(row)


def _chosen(query: Select[Any], wanted: SyncFilter) -> Select[Any]:
    if wanted.type:
        query = query.where(SyncHistory.sync_type == wanted.type)
    if wanted.status:
        query = query.where(SyncHistory.status == wanted.status)
    if wanted.days is not None:
        since = now() - timedelta(days=wanted.days)
        query = query.where(SyncHistory.started_at >= since)
    return query


def _seen(row: SyncHistory) -> SyncSeen:
    return SyncSeen(
        id=row.id,
        type=row.sync_type,
        source=row.sync_source or "",
        target=row.sync_target or "",
        status=row.status,
        started_at=row.started_at,
        completed_at=row.completed_at,
        duration=row.duration,
        items={
            "total": row.total_items,
            "processed": row.items_processed,
            "successful": row.items_successful,
            "failed": row.items_failed,
            "skipped": row.items_skipped,
        },
        counts={
            "products": row.products_synced,
            "categories": row.categories_synced,
            "icons": row.icons_synced,
        },
        message=row.message or "",
        error_message=row.error_message or "",
        warnings=list(row.warnings or []),
        errors=list(row.errors or []),
        receipt=dict((row.meta_data or {}).get("receipt") or {}),
    )
