"""Rules over feeds: imports that failed, and how many rows they rejected."""

from __future__ import annotations

from datetime import datetime, timedelta

from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.feeds import FeedSeen, ImportFilter, ImportSeen, list_feeds, list_imports
from entrepot.watch.alerts.condition import Condition
from entrepot.watch.alerts.spec import Kind, Point, Reading, Sample

PAGE = 200
MOST_IMPORTS = 2_000


def evaluate(house: House, condition: Condition, now: datetime) -> Reading:
    """Look at the newest import of one feed, or of every active feed."""
    return Reading(
        samples=tuple(
            _sample(condition, feed.name, feed.last)
            for feed in _feeds(house, condition)
            if feed.last is not None
        )
    )


def replay(
    house: House, condition: Condition, since: datetime, until: datetime
) -> list[Point]:
    """Return one point for each import of the time."""
    names = {feed.name for feed in _feeds(house, condition)}
    found: list[ImportSeen] = []
    after: str | None = None
    while len(found) < MOST_IMPORTS:
        page = list_imports(house, ImportFilter(), limit=PAGE, after=after)
        found += [one for one in page if one.feed in names]
        if len(page) < PAGE or page[-1].created_at < since - timedelta(days=1):
            break
        after = page[-1].id
    ended = [
        (one.applied_at or one.previewed_at or one.created_at, one) for one in found
    ]
    return [
        Point(at=at, samples=(_sample(condition, one.feed, one),))
        for at, one in sorted(ended, key=lambda pair: pair[0])
        if since <= at <= until
    ]


def _feeds(house: House, condition: Condition) -> list[FeedSeen]:
    name = condition.arguments.get("feed", "")
    feeds = list_feeds(house)
    if not name:
        return [feed for feed in feeds if feed.is_active]
    named = [feed for feed in feeds if feed.name == name]
    if not named:
        raise NotThere("feed", name, [feed.name for feed in feeds])
    return named


def _sample(condition: Condition, feed: str, last: ImportSeen) -> Sample:
    if condition.arguments["of"] == "failed":
        value: float | None = float(last.state == "failed")
        said = last.error or f"its last import is {last.state}"
    else:
        value, said = _rejected(condition, last)
    return Sample(
        labels={"feed": feed},
        value=value,
        is_met=condition.holds(value),
        words=f"{feed}: {said} ({condition.limit})",
    )


def _rejected(condition: Condition, last: ImportSeen) -> tuple[float | None, str]:
    counts = last.counts
    if counts is None or not counts.rows:
        return None, "no rows were read"
    said = f"{counts.rejected:,} of {counts.rows:,} rows were rejected"
    if condition.unit == "%":
        return 100.0 * counts.rejected / counts.rows, said
    return float(counts.rejected), said


KIND = Kind(
    name="feed",
    summary="Whether a feed's last import failed, or how many rows it rejected.",
    example="feed(rejects) > 5%",
    evaluate=evaluate,
    replay=replay,
)
