"""What went through this server and how it did: requests and gauges over time.

Both are kept beside the lines: requests counted by the minute and by how long they
took, gauges as they were read. Where nobody asked there were no requests; where nobody
looked at a gauge nothing is known of it.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from entrepot.base.house import House
from entrepot.watch.lines.pieces import Row, by_endpoint, by_moment
from entrepot.watch.log.bins import middle_ms
from entrepot.watch.log.file import open_to_write, opened_to_read
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import EndpointTraffic, Moment, Times, Track, Traffic

FAILED = 500
"""The lowest status of an answer that is our fault."""

STEPS = (1, 2, 3, 6, 12, 30, *(60 * n for n in (1, 2, 3, 6, 12, 24)))
"""Minutes of a moment; of days it has whole ones."""

_SAMPLES = """
SELECT name, labels, (at / 60 - :origin) / :step AS moment, process, avg(value)
FROM gauge_samples WHERE at >= :first * 60 AND at < :end * 60
    AND name IN (SELECT value FROM json_each(:names))
GROUP BY 1, 2, 3, 4
"""
_SOME_SAMPLES = _SAMPLES.replace(
    "at >= :first * 60 AND at < :end * 60",
    "at IN (SELECT value FROM json_each(:times))",
)
SAMPLE_SECONDS = 30
"""Between two samples of a gauge: all processes take theirs at the same times."""
SAMPLES_OF_A_MOMENT = 8
"""How many are looked at: all would be a million in a week."""


def traffic(
    house: House, *, since: datetime, until: datetime, moments: int = 60
) -> Traffic:
    """Return the requests of a time, in whole minutes.

    Its moments have a round length by the clock, and are at most so many, and one; the
    first and the last may lie in the time for a part only.

    Raises:
        sqlite3.Error: The log's file cannot be read.
    """
    cut = _Cut.make(since, until, moments)
    by_name: dict[str, _Heap] = defaultdict(_Heap)
    statuses: Counter[str] = Counter()
    with _reading(house) as connection:
        for name, status, row in by_endpoint(connection, cut.first, cut.end):
            by_name[name].add(row, is_failed=status >= FAILED)
            statuses[str(status)] += row[1]
        whole = _Heap.merged(by_name.values())
        heaps = [whole] if cut.count == 1 else _heaps(connection, cut)
    return Traffic(
        since=since,
        until=until,
        seconds=max(1.0, cut.known_until - cut.first * 60),
        step_seconds=cut.step * 60.0,
        requests=whole.count,
        failed=whole.failed,
        times=whole.times(),
        moments=[cut.moment(n, heap) for n, heap in enumerate(heaps)],
        endpoints=_busiest_first(by_name),
        statuses=dict(sorted(statuses.items())),
    )


def tracks(
    house: House,
    names: Iterable[str],
    *,
    since: datetime,
    until: datetime,
    moments: int = 60,
) -> list[Track]:
    """Return what gauges read, in the order of the names; one for each set of labels.

    Each process counts with its mean over the moment: of samples in it, as many as are
    enough, at even distances. A gauge that nobody looked at in that time has no track.
    The moments are those of `traffic`.

    Raises:
        sqlite3.Error: The log's file cannot be read.
    """
    names = list(names)
    cut = _Cut.make(since, until, moments)
    bounds = {**cut.bounds, "names": json.dumps(names), "times": cut.sample_times}
    sql = _SOME_SAMPLES if cut.sample_times else _SAMPLES
    found: dict[tuple[str, str], list[float | None]] = {}
    with _reading(house) as connection:
        for name, labels, moment, _, value in connection.execute(sql, bounds):
            points = found.setdefault((name, labels), [None] * cut.count)
            points[moment] = (points[moment] or 0.0) + value
    ordered = sorted(found.items(), key=lambda item: (names.index(item[0][0]), item[0]))
    return [
        Track(name=name, labels=json.loads(labels), points=points)
        for (name, labels), points in ordered
    ]


def _heaps(connection: sqlite3.Connection, cut: _Cut) -> list[_Heap]:
    heaps = [_Heap() for _ in range(cut.count)]
    begin = cut.origin // cut.step
    for at, is_failed, row in by_moment(connection, cut.first, cut.end, cut.step):
        heaps[at - begin].add(row, is_failed=is_failed)
    return heaps


@contextmanager
def _reading(house: House) -> Iterator[sqlite3.Connection]:
    store = log_store(house)
    store.flush()
    if not store.path.exists():  # nobody had a line yet
        open_to_write(store.path).close()
    with opened_to_read(store.path) as connection:
        connection.row_factory = None
        connection.execute("BEGIN")  # all of it is of the same moment
        yield connection


@dataclass(frozen=True, slots=True)
class _Cut:
    """The minutes from `first` up to `end` in moments of `step`, from `origin` on."""

    first: int
    end: int
    step: int
    known_until: float

    @staticmethod
    def make(since: datetime, until: datetime, moments: int) -> _Cut:
        first = math.floor(since.timestamp() / 60)
        end = max(first + 1, math.ceil(until.timestamp() / 60))
        step = end - first if moments == 1 else _step((end - first) / moments)
        now = datetime.now(UTC).timestamp()
        known_until = min(end * 60.0, max(now, until.timestamp()))
        return _Cut(first, end, step, known_until)

    @property
    def origin(self) -> int:
        is_whole = self.end - self.first == self.step
        return self.first if is_whole else self.first // self.step * self.step

    @property
    def count(self) -> int:
        return math.ceil((self.end - self.origin) / self.step)

    @property
    def bounds(self) -> dict[str, int | str]:
        return {
            "first": self.first,
            "end": self.end,
            "origin": self.origin,
            "step": self.step,
        }

    @property
    def sample_times(self) -> str:
        """When samples are looked at, as JSON; empty for always."""
        apart = self.step * 60 // SAMPLE_SECONDS // SAMPLES_OF_A_MOMENT
        if apart <= 1:
            return ""
        times = range(self.first * 60, self.end * 60, apart * SAMPLE_SECONDS)
        return json.dumps(list(times))

    def moment(self, number: int, heap: _Heap) -> Moment:
        begins = (self.origin + number * self.step) * 60
        ends = min(begins + self.step * 60, self.known_until)
        seconds = max(1.0, ends - max(begins, self.first * 60))
        return Moment(
            at=datetime.fromtimestamp(0, UTC) + timedelta(seconds=begins),
            requests=heap.count / seconds,
            failed=heap.failed / seconds,
            times=heap.times(),
        )


def _step(minutes: float) -> int:
    days = math.ceil(minutes / STEPS[-1])
    return next((step for step in STEPS if step >= minutes), days * STEPS[-1])


@dataclass(slots=True)
class _Heap:
    """Requests thrown together: how many were in each bin, and their sums."""

    bins: dict[int, int] = field(default_factory=dict)
    failed: int = 0
    total_ms: float = 0.0
    fastest_ms: float = math.inf
    slowest_ms: float = 0.0

    @staticmethod
    def merged(heaps: Iterable[_Heap]) -> _Heap:
        whole = _Heap()
        for heap in heaps:
            for number, requests in heap.bins.items():
                whole.bins[number] = whole.bins.get(number, 0) + requests
            whole.failed += heap.failed
            whole.total_ms += heap.total_ms
            whole.fastest_ms = min(whole.fastest_ms, heap.fastest_ms)
            whole.slowest_ms = max(whole.slowest_ms, heap.slowest_ms)
        return whole

    @property
    def count(self) -> int:
        return sum(self.bins.values())

    def add(self, row: Row, *, is_failed: bool) -> None:
        number, requests, total_ms, fastest_ms, slowest_ms = row
        self.bins[number] = self.bins.get(number, 0) + requests
        if is_failed:
            self.failed += requests
        self.total_ms += total_ms
        if fastest_ms < self.fastest_ms:
            self.fastest_ms = fastest_ms
        if slowest_ms > self.slowest_ms:
            self.slowest_ms = slowest_ms

    def times(self) -> Times:
        if not self.bins:
            return _NONE
        return Times(
            count=self.count,
            avg=self.total_ms / self.count,
            min=self.fastest_ms,
            max=self.slowest_ms,
            p50=self._percentile(50),
            p95=self._percentile(95),
            p99=self._percentile(99),
        )

    def _percentile(self, percent: int) -> float:
        """Return the duration that so many took at most, by the nearest rank."""
        rank = -(-self.count * percent // 100)
        for number in sorted(self.bins):
            rank -= self.bins[number]
            if rank <= 0:
                break
        return min(max(middle_ms(number), self.fastest_ms), self.slowest_ms)


_NONE = Times(count=0, avg=None, min=None, max=None, p50=None, p95=None, p99=None)


def _busiest_first(heaps: dict[str, _Heap]) -> list[EndpointTraffic]:
    ordered = sorted(heaps.items(), key=lambda item: (-item[1].count, item[0]))
    return [
        EndpointTraffic(
            endpoint=name, requests=heap.count, failed=heap.failed, times=heap.times()
        )
        for name, heap in ordered
    ]
