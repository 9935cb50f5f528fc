"""An export as a line of a list, and how such lists are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entrepot.base.house import House
from entrepot.base.times import now, render_time
from entrepot.exports import service
from entrepot.exports.again import find_repeatable
from entrepot.exports.receipts import LIVE, Filter, Receipt
from entrepot.exports.seen import ExportSeen
from entrepot.web.guard import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An export, and what can be done with it.

    Attributes:
        can_repeat: What was asked for is known, and its rows are still there.
    """

    seen: ExportSeen
    can_repeat: bool

    @property
    def is_live(self) -> bool:
        """Tell whether it waits or runs."""
        return self.seen.status in LIVE

    @property
    def has_file(self) -> bool:
        """Tell whether its file can be downloaded."""
        until = self.seen.expires_at
        return (
            self.seen.download_url is not None and until is not None and now() < until
        )

    @property
    def receipt(self) -> Receipt | None:
        """Return its receipt, when it is whole."""
        return self.seen.receipt


def owner(who: Identity) -> str | None:
    """Return whose exports somebody sees; None for everybody's."""
    return None if who.role == "admin" else who.name


def list_lines(
    house: House, wanted: Filter, *, limit: int, after: str | None = None
) -> list[Line]:
    """Return exports, newest first, from behind the one with the id `after`."""
    found = service.list_exports(house, wanted, limit=limit, after=after)
    return as_lines(house, found)


def as_lines(house: House, found: list[ExportSeen]) -> list[Line]:
    """Return lines of some exports."""
    known = find_repeatable(house, [seen.id for seen in found])
    return [Line(seen=seen, can_repeat=seen.id in known) for seen in found]


def cursor(lines: list[Line], *, before: datetime | None = None) -> str:
    """Return the time from which on to ask for what changed after these.

    All that is alive now is asked for again, so nobody misses how it ends.
    """
    live = [line.seen.started_at for line in lines if line.is_live]
    newest = max((line.seen.started_at for line in lines), default=before or now())
    return render_time(min(live, default=newest))
