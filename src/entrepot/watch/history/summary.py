"""How this server did in a time, in a few numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from entrepot.base.house import House
from entrepot.watch import settings as knobs
from entrepot.watch.history import service
from entrepot.watch.history.names import CPU, MEMORY
from entrepot.watch.history.spec import Statistic
from entrepot.watch.lines.traffic import FAILED, traffic
from entrepot.watch.spec import EndpointTraffic, Times

REQUESTS = "catalogue_http_requests_total"
DURATIONS = "http_request_duration"
MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Memory of all processes together, in bytes; None where nobody looked."""

    avg: float | None
    max: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How this server did.

    Attributes:
        error_rate: Of the requests, those that failed: 0 to 1.
        request_rate: Requests a second.
        db_query_duration_ms: Of statements on registered databases.
        memory_bytes: By what processes do.
        cpu_cores: Processor seconds a second, by what processes do.
    """

    time_period_hours: float
    requests: int
    failed: int
    error_rate: float
    request_rate: float
    http_request_duration_ms: Times
    endpoints: list[EndpointTraffic]
    statuses: Mapping[str, int]
    generated_at: str
    db_query_duration_ms: Times
    memory_bytes: Mapping[str, Memory]
    cpu_cores: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Requests:
    requests: int
    failed: int
    times: Times
    endpoints: list[EndpointTraffic]
    statuses: Mapping[str, int]


def is_in_log(house: House, since: datetime) -> bool:
    """Tell whether the log has every request since a moment."""
    kept = timedelta(days=house.settings[knobs.LOG_RETENTION_DAYS], minutes=10)
    level = house.settings[knobs.LOG_LEVEL]
    return level in ("DEBUG", "INFO") and datetime.now(UTC) - since <= kept


def summarise(house: House, hours: float) -> Summary:
    """Return how this server did in the last hours."""
    now = datetime.now(UTC)
    since = now - timedelta(hours=hours)
    whole = _Whole(house, since, now)
    found = whole.of_log() if is_in_log(house, since) else whole.of_history()
    return Summary(
        time_period_hours=hours,
        requests=found.requests,
        failed=found.failed,
        error_rate=found.failed / found.requests if found.requests else 0.0,
        request_rate=found.requests / (hours * 3600),
        http_request_duration_ms=found.times,
        endpoints=found.endpoints,
        statuses=found.statuses,
        generated_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        db_query_duration_ms=whole.times("db_query_duration"),
        memory_bytes={
            name: Memory(avg=one.get("avg"), max=one.get("max"))
            for name, one in whole.split(MEMORY, "process", "avg", "max").items()
        },
        cpu_cores={
            name: one.get("rate")
            for name, one in whole.split(CPU, "process", "rate").items()
        },
    )


@dataclass(frozen=True, slots=True)
class _Whole:
    """A time as one moment."""

    house: House
    since: datetime
    until: datetime

    def of_log(self) -> _Requests:
        """Return the requests that the log counted."""
        found = traffic(self.house, since=self.since, until=self.until, moments=1)
        return _Requests(
            requests=found.requests,
            failed=found.failed,
            times=found.times,
            endpoints=found.endpoints,
            statuses=found.statuses,
        )

    def of_history(self) -> _Requests:
        """Return the requests that history counted."""
        statuses = {
            status: int(one["count"] or 0)
            for status, one in self.split(REQUESTS, "status", "count").items()
        }
        times = self.times_by("endpoint", DURATIONS)
        failed = self._failed()
        endpoints = [
            EndpointTraffic(
                endpoint=name, requests=one.count, failed=failed[name], times=one
            )
            for name, one in times.items()
        ]
        return _Requests(
            requests=sum(statuses.values()),
            failed=sum(failed.values()),
            times=self.times(DURATIONS),
            endpoints=sorted(endpoints, key=lambda one: (-one.requests, one.endpoint)),
            statuses=dict(sorted(statuses.items())),
        )

    def times(self, name: str) -> Times:
        """Return how long something took."""
        return self.times_by("", name).get("", _NONE)

    def times_by(self, label: str, name: str) -> dict[str, Times]:
        """Return how long something took, by a label."""
        found = self.split(name, label, "count", "avg", "p50", "p95", "p99")
        return {
            value: Times(
                count=int(one["count"] or 0),
                avg=one["avg"],
                min=None,
                max=None,
                p50=one["p50"],
                p95=one["p95"],
                p99=one["p99"],
            )
            for value, one in found.items()
        }

    def split(
        self, name: str, label: str, *statistics: Statistic
    ) -> dict[str, dict[str, float | None]]:
        """Return numbers of the whole time by a label; all together without one."""
        read = service.read_series(
            self.house,
            name,
            since=self.since,
            until=self.until,
            points=1,
            by=(label,) if label else (),
            statistics=statistics,
            most_curves=MOST,
        )
        found: dict[str, dict[str, float | None]] = defaultdict(dict)
        for curve in read.series:
            statistic = curve.labels.get("statistic", statistics[0])
            found[curve.labels.get(label, "")][statistic] = curve.points[0]
        return {
            value: {name: one.get(name) for name in statistics}
            for value, one in sorted(found.items())
            if value or not label
        }

    def _failed(self) -> dict[str, int]:
        read = service.read_series(
            self.house,
            REQUESTS,
            since=self.since,
            until=self.until,
            points=1,
            by=("endpoint", "status"),
            statistics=("count",),
            most_curves=MOST,
        )
        failed: dict[str, int] = defaultdict(int)
        for curve in read.series:
            status = curve.labels.get("status", "")
            if status.isdecimal() and int(status) >= FAILED:
                failed[curve.labels["endpoint"]] += int(curve.points[0] or 0)
        return failed


_NONE = Times(count=0, avg=None, min=None, max=None, p50=None, p95=None, p99=None)
