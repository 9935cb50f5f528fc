"""How many exports wait and run, and how much room their files take."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from entrepot.base.house import House
from entrepot.exports import settings as knobs
from entrepot.exports.models import Export


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Exports as numbers.

    Attributes:
        kept_bytes: Of the files that are kept, of at most `quota_bytes`; 0 is no limit.
    """

    queued: int
    running: int
    kept: int
    kept_bytes: int
    quota_bytes: int


def count_exports(house: House, by: str | None = None) -> Figures:
    """Return the figures of everybody, or of one person."""
    size = func.coalesce(func.sum(Export.size_bytes), 0)
    wanted = select(Export.status, func.count(), size).group_by(Export.status)
    if by is not None:
        wanted = wanted.where(Export.created_by == by)
    with house.store.session() as session:
        found = {status: (count, n) for status, count, n in session.execute(wanted)}
    kept, kept_bytes = found.get("completed", (0, 0))
    return Figures(
        queued=found.get("queued", (0, 0))[0],
        running=found.get("running", (0, 0))[0],
        kept=kept,
        kept_bytes=int(kept_bytes or 0),
        quota_bytes=house.settings[knobs.QUOTA],
    )
