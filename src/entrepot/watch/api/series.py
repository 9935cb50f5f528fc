"""What may be asked of a metric over time, and where the answer comes from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from entrepot.base.errors import Invalid
from entrepot.base.given_times import parse_time
from entrepot.base.house import House
from entrepot.watch.api.asked import Text, Time
from entrepot.watch.history import service
from entrepot.watch.history.spec import STATISTICS, Series, Statistic
from entrepot.watch.history.summary import is_in_log
from entrepot.watch.metrics.reading import load_gauges
from entrepot.watch.metrics.series import SERIES, SHORT, get_series

LONGEST_HOURS = 24 * 366 * 2
Hours = Annotated[
    float,
    Meta(ge=0.01, le=LONGEST_HOURS, description="Of the last so many hours."),
]
MOST_LABELS = 10


class SeriesQuery(
    Struct, frozen=True, kw_only=True, rename={"from_": "from", "until": "to"}
):
    """Which numbers, of which time; any other parameter is a label."""

    name: Annotated[
        str, Meta(max_length=100, description="One of those of /api/metrics.")
    ] = "http_request_duration"
    hours: Hours = 1.0
    points: Annotated[int, Meta(ge=1, le=1_000)] = 60
    from_: Time = ""
    until: Time = ""
    step: (
        Annotated[int, Meta(ge=60, le=31_622_400, description="Seconds of one moment.")]
        | None
    ) = None
    by: Annotated[
        Text,
        Meta(
            description="Labels that tell curves apart, with commas; the others are "
            "added up. All, where there is `by` and it is `*`.",
            examples=["endpoint", "endpoint,status"],
        ),
    ] = ""
    statistic: tuple[
        Annotated[
            str,
            Meta(
                max_length=20,
                description=f"{', '.join(STATISTICS)}; what a metric can be asked "
                "stands in /api/metrics.",
            ),
        ],
        ...,
    ] = ()
    labels: dict[str, Annotated[str, Meta(max_length=200)]] = {}


def draw_series(house: House, query: SeriesQuery) -> Series:
    """Return the numbers, out of the log where it has them all, else out of history.

    Raises:
        UnknownName: There is no such metric.
        Invalid: It has no such label, or cannot be asked that.
    """
    if len(query.labels) > MOST_LABELS:
        raise Invalid(f"there are at most {MOST_LABELS} labels")
    now = datetime.now(UTC)
    until = parse_time("to", query.until, is_end=True) or now
    since = parse_time("from", query.from_) or until - timedelta(hours=query.hours)
    if _is_plain(query) and is_in_log(house, since):
        return get_series(
            house,
            query.name,
            gauges=list(load_gauges()),
            since=since,
            until=until,
            moments=query.points,
        )
    return service.read_series(
        house,
        query.name,
        since=since,
        until=until,
        step_seconds=query.step,
        points=query.points,
        labels=query.labels,
        by=_by(query),
        statistics=_statistics(query),
    )


def _is_plain(query: SeriesQuery) -> bool:
    """Tell whether only what the log can tell is asked for."""
    more = (query.from_, query.until, query.step, query.by, query.statistic)
    is_known = query.name in (*SERIES, *SHORT) or query.name in load_gauges()
    return is_known and not any(more) and not query.labels


def _by(query: SeriesQuery) -> tuple[str, ...] | None:
    if query.by == "*":
        return None
    return tuple(name.strip() for name in query.by.split(",") if name.strip())


def _statistics(query: SeriesQuery) -> tuple[Statistic, ...]:
    given = [s.strip() for text in query.statistic for s in text.split(",") if s]
    for one in given:
        if one not in STATISTICS:
            raise Invalid(
                f"statistic: {one[:40]!r} is none",
                hint=f"one of {', '.join(STATISTICS)}",
            )
    return tuple(s for s in STATISTICS if s in given)
