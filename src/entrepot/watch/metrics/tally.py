"""What one process counts and reads off, on its sheet."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable

from entrepot.base.gauges import Reading
from entrepot.base.house import House
from entrepot.watch import settings as knobs
from entrepot.watch.metrics import metrics
from entrepot.watch.metrics.buckets import parse_buckets, with_fine
from entrepot.watch.metrics.folder import Gathered, folder_of
from entrepot.watch.metrics.keys import Key, Kind
from entrepot.watch.metrics.metrics import Metric

COMBINATIONS = 1_000
"""Of labels, the most that a metric has in a process; more are counted as `other`."""
LABEL_CHARACTERS = 100
OTHER = "other"
METHODS = frozenset(
    ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
)
ABSENT = math.nan
"""Stands on a sheet where a gauge had a reading and has none now."""


def tally(house: House) -> Tally:
    """Return this process's tally; its sheet is made now if it is not there."""
    return house.shelf.get(Tally, lambda: Tally(house))


class Tally:
    """Counts for every thread of a process; a request costs a microsecond or two.

    Attributes:
        bounds: Of histograms: those that are told, and finer ones for history.
    """

    def __init__(self, house: House) -> None:
        self.folder = folder_of(house.settings)
        self.told_bounds = parse_buckets(house.settings[knobs.METRICS_BUCKETS])
        self.bounds = with_fine(self.told_bounds)
        self._sheet = self.folder.new_sheet()
        self._requests: dict[tuple[str, str, int], tuple[int, int]] = {}
        self._places: dict[tuple[str, tuple[str, ...]], int] = {}
        self._shown: dict[str, set[tuple[str, ...]]] = {}
        self._sizes: dict[str, int] = {}
        self._sum_at = len(self.bounds) + 1

    def request(self, method: str, endpoint: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        places = self._requests.get((method, endpoint, status))
        if places is None:
            places = self._place_request(method, endpoint, status)
        count, times = places
        bound = times + bisect_left(self.bounds, seconds)
        sheet = self._sheet
        with sheet.lock:
            numbers = sheet.numbers
            numbers[count] += 1
            numbers[bound] += 1
            numbers[times + self._sum_at] += seconds

    def add(self, metric: Metric, *labels: str, amount: float = 1) -> None:
        """Count something."""
        at = self._places.get((metric.name, labels))
        if at is None:
            at = self._place(metric, labels)
        with self._sheet.lock:
            self._sheet.numbers[at] += amount

    def time(self, metric: Metric, *labels: str, seconds: float) -> None:
        """Count how long something took."""
        at = self._places.get((metric.name, labels))
        if at is None:
            at = self._place(metric, labels)
        bound = at + bisect_left(self.bounds, seconds)
        with self._sheet.lock:
            numbers = self._sheet.numbers
            numbers[bound] += 1
            numbers[at + self._sum_at] += seconds

    def show(self, name: str, readings: Iterable[Reading]) -> None:
        """Let others see what a gauge reads now, instead of what it read before."""
        now = dict(readings)
        for labels in self._shown.get(name, ()):
            now.setdefault(labels, ABSENT)
        self._shown[name] = set(now)
        for labels, value in now.items():
            at = self._places.get((name, labels))
            if at is None:
                at = self._new_place("gauge", name, labels)
            with self._sheet.lock:
                self._sheet.numbers[at] = value

    def gather(self) -> Gathered:
        """Return what all processes counted, the dead as well, and what they read."""
        return self.folder.gather(self._sheet)

    def close(self) -> None:
        """Let the sheet go; what stands on it counts on."""
        self._sheet.close()

    def _place_request(
        self, method: str, endpoint: str, status: int
    ) -> tuple[int, int]:
        known = method if method in METHODS else OTHER
        places = (
            self._place(metrics.REQUESTS, (known, endpoint, str(status))),
            self._place(metrics.DURATIONS, (known, endpoint)),
        )
        if known == method and len(self._requests) < COMBINATIONS:
            self._requests[method, endpoint, status] = places
        return places

    def _place(self, metric: Metric, labels: tuple[str, ...]) -> int:
        at = self._places.get((metric.name, labels))
        if at is not None:
            return at
        bounds = self.bounds if metric.is_histogram else ()
        return self._new_place("count", metric.name, labels, bounds)

    def _new_place(
        self,
        kind: Kind,
        name: str,
        labels: tuple[str, ...],
        bounds: tuple[float, ...] = (),
    ) -> int:
        labels = tuple(label[:LABEL_CHARACTERS] for label in labels)
        sheet = self._sheet
        with sheet.lock:
            if self._sizes.get(name, 0) >= COMBINATIONS:
                labels = (OTHER,) * len(labels)
            at = self._places.get((name, labels))
            if at is None:
                key = Key(kind, name, labels, bounds)
                at = sheet.place(key.write(), key.width)
                self._places[name, labels] = at = sheet.spare if at is None else at
                self._sizes[name] = self._sizes.get(name, 0) + 1
        return at
