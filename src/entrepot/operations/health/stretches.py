"""The pool over time: what all processes noted, in stretches of equal length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from entrepot.operations.health.samples import Point

COUNT = 60


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was seen until a moment, over all processes; None where nobody looked."""

    until: datetime
    in_use: int | None
    limit: int


def gather(points: Iterable[Point], *, until: datetime, hours: float) -> list[Stretch]:
    """Return the stretches of the last hours, oldest first.

    Of each process the highest count of the stretch stands, and they are added up.
    """
    step = timedelta(hours=hours) / COUNT
    begins = until - step * COUNT
    used: dict[int, dict[str, int]] = defaultdict(dict)
    limits: dict[int, dict[str, int]] = defaultdict(dict)
    for point in points:
        place = int((datetime.fromisoformat(point.at) - begins) / step)
        if 0 <= place < COUNT:
            before = used[place].get(point.process, 0)
            used[place][point.process] = max(before, point.most_checked_out)
            limits[place][point.process] = point.pool_limit
    return [
        Stretch(
            begins + step * (place + 1),
            sum(used[place].values()) if place in used else None,
            sum(limits[place].values()) if place in limits else 0,
        )
        for place in range(COUNT)
    ]


def last_limit(stretches: list[Stretch]) -> int:
    """Return what those who were seen last may have together; 0 for nobody.

    Processes that ended meanwhile hold no connections any more.
    """
    return next((s.limit for s in reversed(stretches) if s.limit), 0)
