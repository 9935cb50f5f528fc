"""Lines by level over time: counted for the facet, drawn for the histogram."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from entrepot.watch.pages.asked import LogQuery
from entrepot.watch.spec import LEVELS, Histogram, Level
from entrepot.web.charts import Chart, Frame, Series, draw_bars

TONES: dict[Level, str] = {level: level.lower() for level in LEVELS}
"""Classes of the colours."""


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many lines there are of a level; `share` of the commonest, of 100."""

    level: Level
    count: int
    share: float
    is_chosen: bool


def count_levels(histogram: Histogram, chosen: tuple[Level, ...]) -> list[LevelCount]:
    """Return the levels, worst first."""
    counts = {
        level: sum(stretch.counts.get(level, 0) for stretch in histogram.stretches)
        for level in reversed(LEVELS)
    }
    most = max(counts.values()) or 1
    return [
        LevelCount(level, count, 100 * count / most, level in chosen)
        for level, count in counts.items()
    ]


def draw_levels(
    histogram: Histogram, query: LogQuery, *, levels: tuple[Level, ...] = ()
) -> Chart | None:
    """Return bars that lead to their stretch of time; None where there is no line.

    Args:
        levels: Those to draw; all when empty.
    """
    if not histogram.stretches:
        return None
    step = timedelta(seconds=histogram.step_seconds)
    series = [
        Series(
            name=level.lower(),
            tone=TONES[level],
            values=[stretch.counts.get(level, 0) for stretch in histogram.stretches],
        )
        for level in levels or LEVELS
    ]
    since = histogram.stretches[0].at
    until = histogram.stretches[-1].at + step
    frame = Frame(
        title=f"Log lines by level {query.span_words}",
        since=since,
        until=until,
        render=lambda count: f"{count:,.0f}",
        is_whole=True,
        addresses=[query.during(s.at, s.at + step) for s in histogram.stretches],
    )
    chart = draw_bars(series, frame)
    return chart if any(sum(one.values) for one in series) else None  # type: ignore[arg-type]  # counts are never None
