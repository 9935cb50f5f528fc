"""The last steps: applying, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from entrepot.base.errors import Expired, IllegalMove
from entrepot.base.house import House
from entrepot.catalogue import list_written_by
from entrepot.feeds import looking
from entrepot.feeds.errors import CatalogueMoved
from entrepot.feeds.pages.preview_step import taken_count
from entrepot.feeds.seen import Counts, ErrorGroup, ImportSeen

MOST_GROUPS = 10
MOST_WRITTEN = 200
"""Products that an address can name and a page can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyStep:
    """What is about to be written.

    Attributes:
        has_moved: The catalogue changed since the preview.
        must_agree: More of the feed vanishes than may unasked.
    """

    counts: Counts
    taken_count: int
    has_moved: bool
    must_agree: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultStep:
    """What an import did.

    Attributes:
        errors: Of the rows that were not taken, by reason.
        can_retry: There are rejected rows, and they are kept.
        written: Products that it made or changed, the first of them.
    """

    counts: Counts
    errors: list[ErrorGroup]
    can_retry: bool
    written: list[int] = field(default_factory=list)


def show_apply(seen: ImportSeen) -> ApplyStep:
    """Return what applying an import would write."""
    has_moved = seen.error_code == CatalogueMoved.code() or bool(seen.has_moved)
    return ApplyStep(
        counts=seen.counts or Counts(),
        taken_count=taken_count(seen),
        has_moved=has_moved,
        must_agree=_must_agree(seen),
    )


def _must_agree(seen: ImportSeen) -> bool:
    """Tell whether too much leaves, without what was unticked."""
    guard = seen.guard
    if guard is None or seen.missing == "keep":
        return False
    leaving = guard.vanished - len(seen.staying)
    return 100 * leaving > guard.limit_percent * guard.carried


def show_result(house: House, seen: ImportSeen) -> ResultStep:
    """Return what came of an import."""
    counts = seen.receipt.counts if seen.receipt else seen.counts or Counts()
    errors = list[ErrorGroup]()
    if counts.rejected:
        try:
            errors = looking.group_errors(house, seen.id)
        except (Expired, IllegalMove):
            errors = []
    with house.store.read_session() as session:
        written = list_written_by(session, seen.id, limit=MOST_WRITTEN)
    return ResultStep(
        counts=counts,
        errors=errors[:MOST_GROUPS],
        can_retry=bool(errors),
        written=written if seen.state == "applied" else [],
    )
