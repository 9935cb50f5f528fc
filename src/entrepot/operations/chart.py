"""The pool over time as shapes on a canvas: what a template draws without a script."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from entrepot.operations.samples import Point

LEFT, RIGHT, TOP, BOTTOM = 44.0, 714.0, 14.0, 178.0
BUCKETS = 60
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""Distances of two lines of the grid."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the grid, or a time on the axis: where it is, and its words."""

    place: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Paths of SVG in a box of 720 × 200.

    Attributes:
        lines, areas: One for each stretch without a gap.
        limit: Height of the line of what all processes together may have; None
            where it lies far above.
    """

    lines: list[str]
    areas: list[str]
    grid: list[Mark]
    times: list[Mark]
    limit: float | None
    limit_count: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was seen in one stretch of time, over all processes."""

    at: datetime
    in_use: int | None
    limit: int


def gather(points: Iterable[Point], *, until: datetime, hours: float) -> list[Bucket]:
    """Return the stretches of the last hours, oldest first; None where nobody looked.

    Of each process the highest count of the stretch stands, and they are added up.
    """
    step = timedelta(hours=hours) / BUCKETS
    begins = until - step * BUCKETS
    used: dict[int, dict[str, int]] = defaultdict(dict)
    limits: dict[int, dict[str, int]] = defaultdict(dict)
    for point in points:
        place = int((datetime.fromisoformat(point.at) - begins) / step)
        if 0 <= place < BUCKETS:
            before = used[place].get(point.process, 0)
            used[place][point.process] = max(before, point.most_checked_out)
            limits[place][point.process] = point.pool_limit
    return [
        Bucket(
            begins + step * (place + 1),
            sum(used[place].values()) if place in used else None,
            sum(limits[place].values()) if place in limits else 0,
        )
        for place in range(BUCKETS)
    ]


def draw(buckets: list[Bucket]) -> Chart:
    """Return the shapes; the axis begins at zero and ends above the highest count."""
    highest = max((b.in_use or 0 for b in buckets), default=0)
    # The last seen: processes that ended meanwhile hold no connections any more.
    limit = next((b.limit for b in reversed(buckets) if b.limit), 0)
    # A limit far above would press the line flat: then it stands in words alone.
    shows_limit = 0 < limit <= max(10, highest * 4)
    top = max(highest, limit if shows_limit else 0, 1)
    step = next((s for s in STEPS if top / s <= 5), STEPS[-1])
    ceiling = -(-top // step) * step
    stretches = _stretches(buckets, ceiling)
    return Chart(
        lines=["M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in s) for s in stretches],
        areas=[_area(s) for s in stretches],
        grid=[
            Mark(_height(count, ceiling), f"{count:,}")
            for count in range(0, ceiling + 1, step)
        ],
        times=[
            Mark(_across(n), f"{buckets[n].at:%H:%M}")
            for n in (0, 15, 30, 45, BUCKETS - 1)
        ],
        limit=_height(limit, ceiling) if shows_limit else None,
        limit_count=limit,
    )


def _stretches(buckets: list[Bucket], ceiling: int) -> list[list[tuple[float, float]]]:
    found: list[list[tuple[float, float]]] = [[]]
    for number, bucket in enumerate(buckets):
        if bucket.in_use is None:
            found.append([])
        else:
            found[-1].append((_across(number), _height(bucket.in_use, ceiling)))
    # A lone point would be a line without length, which nobody sees.
    return [s if len(s) > 1 else [s[0], (s[0][0] + 3, s[0][1])] for s in found if s]


def _area(points: list[tuple[float, float]]) -> str:
    line = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{line} L{points[-1][0]:.1f} {BOTTOM} L{points[0][0]:.1f} {BOTTOM}Z"


def _across(number: int) -> float:
    return LEFT + (RIGHT - LEFT) * number / (BUCKETS - 1)


def _height(count: int, ceiling: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * count / ceiling
