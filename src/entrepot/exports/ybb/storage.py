"""How much the files of this service take, and their end before their time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.exports import keeping, receipts
from entrepot.exports.receipts import Receipt
from entrepot.exports.ybb.catalogue import KINDS
from entrepot.exports.ybb.figures import mb
from entrepot.exports.ybb.limits import MIN_AGE_MINUTES
from entrepot.jobs import QUEUES

What = Literal["expired", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageInfo:
    """What is kept.

    Attributes:
        total_files: Those of archives counted one by one.
        max_concurrent_exports: Large ones, over all workers.
    """

    total_exports: int
    total_files: int
    total_size_bytes: int
    total_size_mb: float
    max_concurrent_exports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What was removed."""

    exports: int
    files: int
    size_bytes: int


def storage_info(house: House, by: str | None) -> StorageInfo:
    """Return what is kept of one person, of all when None."""
    kept = [r for r in _kept(house) if by is None or r.created_by == by]
    size_bytes = sum(receipt.size_bytes or 0 for receipt in kept)
    return StorageInfo(
        total_exports=len(kept),
        total_files=_files(kept),
        total_size_bytes=size_bytes,
        total_size_mb=mb(size_bytes),
        max_concurrent_exports=QUEUES["large"].at_once,
    )


def clean_up(house: House, what: What) -> Cleaned:
    """Remove files: those past their time, or all that are not quite new.

    Receipts stay, and say that the file is gone.
    """
    at, edge = now(), now() - timedelta(minutes=MIN_AGE_MINUTES)
    gone = [
        receipt
        for receipt in _kept(house)
        if receipt.started_at < edge
        and (
            what == "all"
            or (receipt.expires_at is not None and receipt.expires_at < at)
        )
    ]
    for receipt in gone:
        keeping.drop(house, receipt)
    return Cleaned(
        exports=len(gone),
        files=_files(gone),
        size_bytes=sum(receipt.size_bytes or 0 for receipt in gone),
    )


def _kept(house: House) -> list[Receipt]:
    found = receipts.list_kept(house.store)
    return [r for r in found if (r.template or "").partition(".")[0] in KINDS]


def _files(kept: list[Receipt]) -> int:
    return sum(len(receipt.files) or 1 for receipt in kept)
