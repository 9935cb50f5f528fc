"""Which time the dashboard shows, as its address says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import url_for

from entrepot.base.errors import Invalid
from entrepot.base.given_times import parse_time
from entrepot.watch.errors import InvalidDate
from entrepot.watch.pages.asked import RANGES, USUAL, LogQuery, stamp, with_parameters

LONGEST = timedelta(days=366)
SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardQuery:
    """Which time: one of `RANGES`, or from one moment to another."""

    range: str = ""
    start_date: str = ""
    end_date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A time, and the same time in the log.

    Attributes:
        name: The range; empty where moments were given.
        words: The time for people, behind a name: `last 1 h`.
        asked: For addresses of the log.
    """

    name: str
    since: datetime
    until: datetime
    words: str
    asked: LogQuery

    @property
    def hours(self) -> float:
        """Return how long it is."""
        return (self.until - self.since) / timedelta(hours=1)

    @property
    def parameters(self) -> dict[str, object]:
        """Return the parameters of an address of the same time."""
        if self.name:
            return {"range": self.name}
        return {"start_date": stamp(self.since), "end_date": stamp(self.until)}

    @property
    def wider(self) -> str:
        """Return the address of twice the time, the same moment in its middle."""
        half = (self.until - self.since) / 2
        moments = {
            "start_date": stamp(self.since - half),
            "end_date": stamp(min(self.until + half, datetime.now(UTC))),
        }
        return with_parameters(url_for("watch_pages.dashboard"), moments)


def parse_period(query: DashboardQuery, now: datetime) -> Period:
    """Return the time that is asked for.

    Raises:
        InvalidDate, Invalid: It cannot be.
    """
    if query.start_date or query.end_date:
        return _between(query, now)
    name = query.range or USUAL
    if name not in RANGES:
        raise Invalid(
            f"range: {name[:60]!r} is none", hint=f"the ranges are {', '.join(RANGES)}"
        )
    words, length = RANGES[name]
    return Period(
        name=name,
        since=now - length,
        until=now,
        words=f"last {words}",
        asked=LogQuery(range=name),
    )


def _between(query: DashboardQuery, now: datetime) -> Period:
    since = parse_time("start_date", query.start_date, error=InvalidDate)
    until = parse_time("end_date", query.end_date, is_end=True, error=InvalidDate)
    until = min(until or now, now + timedelta(minutes=1))
    since = since or until - RANGES[USUAL][1]
    if until - since < SHORTEST:
        raise Invalid(
            "the time chosen is shorter than a minute",
            hint="its end is after its beginning, and neither is in the future",
        )
    if until - since > LONGEST:
        raise Invalid(
            "the time chosen is longer than a year", hint="choose a shorter one"
        )
    is_one_day = since.date() == (until - timedelta(microseconds=1)).date()
    end = f"{until:%H:%M}" if is_one_day else f"{until:%-d %b, %H:%M}"
    return Period(
        name="",
        since=since,
        until=until,
        words=f"{since:%-d %b, %H:%M} to {end} UTC",
        asked=LogQuery(start_date=stamp(since), end_date=stamp(until)),
    )
