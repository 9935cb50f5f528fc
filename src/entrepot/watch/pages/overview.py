"""What the dashboard looks at: requests, lines, gauges, work, alerts and errors."""

from __future__ import annotations

import math
import sqlite3
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from entrepot.base import ground_settings as knobs
from entrepot.base.errors import Unavailable
from entrepot.base.house import House
from entrepot.exports import ExportCounts, count_exports
from entrepot.jobs import JobStatistics, get_statistics
from entrepot.watch.alerts.service import list_firing
from entrepot.watch.alerts.spec import AlertSeen
from entrepot.watch.groups.service import list_groups
from entrepot.watch.groups.spec import ErrorGroup, Wish
from entrepot.watch.history.service import read_series
from entrepot.watch.history.spec import Statistic
from entrepot.watch.lines import service
from entrepot.watch.lines.traffic import tracks, traffic
from entrepot.watch.pages.times import Period
from entrepot.watch.spec import Histogram, Line, Track, Traffic, Wanted
from entrepot.watch.traces.service import list_slow
from entrepot.watch.traces.spec import RequestSeen, WantedRequests

POOL = "entrepot_db_pool_connections"
POOL_SIZE = "entrepot_db_pool_size"
JOBS = "entrepot_jobs"
GAUGES = (POOL, POOL_SIZE, JOBS)
SHOWN = 8
"""Errors, groups, slow requests and alerts in their lists."""

Points = Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What gauges read over the moments of the traffic; empty where nobody looked.

    Attributes:
        pool: Connections to our own database in use, of `pool_limit` that may be.
        memory: Bytes of all processes together.
        cpu: Processor cores that are busy for us.
        running, waiting: Jobs.
    """

    pool: Points
    pool_limit: int
    memory: Points
    cpu: Points
    running: Points
    waiting: Points


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What was done besides answering, in the time."""

    jobs: JobStatistics
    exports: ExportCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How this server did in a time."""

    traffic: Traffic
    histogram: Histogram
    machine: Machine
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What only people who may read the log are shown; each newest or worst first."""

    alerts: list[AlertSeen]
    groups: list[ErrorGroup]
    slow: list[RequestSeen]
    lines: list[Line]


def look(house: House, period: Period) -> Overview:
    """Return how a server did.

    Raises:
        TimedOut: It took too long.
        Unavailable: The log cannot be read, or our own database does not answer.
    """
    since, until = period.since, period.until
    found = read_traffic(house, since=since, until=until)
    return Overview(
        traffic=found,
        histogram=service.histogram(house, Wanted(), since=since, until=until),
        machine=_machine(house, period, found),
        work=_work(house, period),
    )


def look_closer(house: House, period: Period) -> Details:
    """Return what stands out.

    Raises:
        TimedOut: It took too long.
        Unavailable: The log cannot be read, or our own database does not answer.
    """
    since, until = period.since, period.until
    bad = Wanted(levels=("ERROR", "CRITICAL"), since=since, until=until)
    hours = max(1, math.ceil(period.hours))
    wish = Wish(states=("open",), hours=hours, order="last")
    slow = WantedRequests(since=since, until=until)
    return Details(
        alerts=list_firing(house, limit=SHOWN),
        groups=list_groups(house, wish, limit=SHOWN).groups,
        slow=list_slow(house, slow, limit=SHOWN).requests,
        lines=service.list_lines(house, bad, limit=SHOWN).lines,
    )


def read_traffic(house: House, *, since: datetime, until: datetime) -> Traffic:
    """Return the requests of a time.

    Raises:
        Unavailable: The log's file cannot be read.
    """
    try:
        return traffic(house, since=since, until=until)
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(
            "the file of the log cannot be read now",
            hint="look at LOG_DB_PATH, and at the room on its disk",
        ) from error


def _machine(house: House, period: Period, answered: Traffic) -> Machine:
    found = tracks(house, GAUGES, since=period.since, until=period.until)
    return Machine(
        pool=_points(found, POOL, state="in_use"),
        pool_limit=_pool_limit(house, found),
        memory=_kept(house, "memory_usage", "avg", answered),
        cpu=_kept(house, "cpu_usage", "rate", answered),
        running=_points(found, JOBS, state="running"),
        waiting=_points(found, JOBS, state="pending"),
    )


def _kept(house: House, name: str, what: Statistic, answered: Traffic) -> Points:
    """Return what history kept over the moments of the traffic, all processes."""
    begins = [moment.at.timestamp() for moment in answered.moments]
    step = answered.step_seconds
    series = read_series(
        house,
        name,
        since=answered.moments[0].at,
        until=answered.moments[-1].at + timedelta(seconds=step),
        points=len(begins),
        by=(),
        statistics=(what,),
    )
    if not series.series:
        return []
    found = [datetime.fromisoformat(text).timestamp() for text in series.timestamps]
    points = dict(zip(found, series.series[0].points, strict=True))
    # History has its own steps: a moment gets the one that its middle lies in.
    places = (bisect_right(found, begin + step / 2) - 1 for begin in begins)
    return [points[found[at]] if at >= 0 else None for at in places]


def _points(found: Sequence[Track], name: str, **labels: str) -> Points:
    wanted = labels.items()
    mine = (t for t in found if t.name == name and wanted <= dict(t.labels).items())
    return next((track.points for track in mine), [])


def _pool_limit(house: House, found: Sequence[Track]) -> int:
    """Return how many connections all processes may have together; 0 if unknown."""
    kept = house.settings[knobs.DB_POOL_SIZE]
    most = kept + house.settings[knobs.DB_MAX_OVERFLOW]
    size = last_seen(_points(found, POOL_SIZE))
    return round((size or 0) / kept * most) if kept else 0


def last_seen(points: Points) -> float | None:
    """Return the newest reading; None if nobody looked."""
    return next((point for point in reversed(points) if point is not None), None)


def _work(house: House, period: Period) -> Work:
    since, until = period.since, period.until
    with house.store.read_session() as session:
        jobs = get_statistics(session, since=since, until=until)
    return Work(jobs=jobs, exports=count_exports(house, since=since, until=until))
