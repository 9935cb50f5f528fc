"""The answer to a scrape, in Prometheus's own formats."""

from __future__ import annotations

import math
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from entrepot.base.gauges import Gauge, Reading
from entrepot.base.house import House
from entrepot.watch import settings as knobs
from entrepot.watch.metrics.family import Usage, list_family, list_usage
from entrepot.watch.metrics.folder import Gathered
from entrepot.watch.metrics.keys import Key, parse_key
from entrepot.watch.metrics.metrics import METRICS
from entrepot.watch.metrics.reading import gauges_of, read_house, read_process
from entrepot.watch.metrics.tally import Tally, tally

OPEN = "application/openmetrics-text"


@dataclass(frozen=True, slots=True)
class Told:
    """What Prometheus gets."""

    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class _Families(Collector):
    families: list[Metric]

    def collect(self) -> Iterable[Metric]:
        return self.families


def tell(house: House, *, accept: str = "") -> Told:
    """Return every metric of this server: what all its processes counted and read.

    Args:
        accept: The header of whoever asks; OpenMetrics for those who name it.
    """
    counts = tally(house)
    read_process(house)
    from_house = read_house(house)
    gathered = counts.gather()
    families = [
        *_counted(gathered, counts),
        *_gauges(gauges_of("house"), from_house),
        *_gauges(gauges_of("process"), _added(gathered)),
        *_processes(house, counts),
    ]
    all_of_them = _Families(families)
    if OPEN in accept:
        body = openmetrics.generate_latest(all_of_them)  # type: ignore[no-untyped-call]  # it says nothing of its types
        return Told(body, openmetrics.CONTENT_TYPE_LATEST)
    return Told(generate_latest(all_of_them), CONTENT_TYPE_PLAIN_0_0_4)


def _counted(gathered: Gathered, counts: Tally) -> Iterator[Metric]:
    found: dict[str, list[tuple[Key, tuple[float, ...]]]] = defaultdict(list)
    for text, numbers in sorted(gathered.counts.items()):
        key = parse_key(text)
        found[key.name].append((key, numbers))
    for metric in METRICS.values():
        if metric.is_histogram:
            family = HistogramMetricFamily(
                metric.name, metric.help, labels=metric.labels
            )
            for key, numbers in found[metric.name]:
                if key.bounds == counts.bounds:
                    buckets = _cumulated(key, numbers, counts.told_bounds)
                    family.add_metric(key.labels, buckets, numbers[-1])
            yield family
        else:
            counter = CounterMetricFamily(
                metric.name, metric.help, labels=metric.labels
            )
            for key, numbers in found[metric.name]:
                counter.add_metric(key.labels, numbers[0])
            if not metric.labels and not counter.samples:
                counter.add_metric((), 0)  # what never happened is told, too
            yield counter


def _cumulated(
    key: Key, numbers: tuple[float, ...], told: tuple[float, ...]
) -> list[tuple[str, float]]:
    total, buckets = 0.0, []
    for bound, count in zip((*key.bounds, math.inf), numbers[:-1], strict=True):
        total += count
        if bound in told:
            name = f"{bound:g}" if bound % 1 else f"{bound:.1f}"
            buckets.append((name, total))
    return [*buckets, ("+Inf", total)]


def _added(gathered: Gathered) -> dict[str, list[Reading]]:
    """Return the gauges of processes, added up over the living."""
    sums: dict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    for rows in gathered.gauges:
        for text, (value,) in rows.items():
            if not math.isnan(value):
                key = parse_key(text)
                of = sums[key.name]
                of[key.labels] = of.get(key.labels, 0.0) + value
    return {name: sorted(of.items()) for name, of in sums.items()}


def _gauges(
    gauges: dict[str, Gauge], read: dict[str, list[Reading]]
) -> Iterator[Metric]:
    for name, gauge in gauges.items():
        family = GaugeMetricFamily(name, gauge.help, labels=gauge.labels)
        for labels, value in read.get(name, []):
            family.add_metric(labels, value)
        if family.samples:
            yield family


def _processes(house: House, counts: Tally) -> Iterator[Metric]:
    whose = house.settings[knobs.METRICS_PROCESS]
    if whose == "none":
        return
    servers = counts.folder.servers() if whose == "family" else set()
    family = list_family(os.getpid(), servers)
    usage = list_usage(family)
    if usage:
        cpu = counts.folder.never_less(family[0], sum(u.cpu_seconds for u in usage))
        yield from _of_processes(usage, cpu)


def _of_processes(usage: list[Usage], cpu_seconds: float) -> Iterator[Metric]:
    most = [u.max_fds for u in usage if u.max_fds is not None]
    yield CounterMetricFamily(
        "process_cpu_seconds_total",
        "Processor time of this server's processes, the dead as well.",
        value=cpu_seconds,
    )
    for name, text, value in (
        (
            "process_resident_memory_bytes",
            "Memory of this server's processes; pages that they share count for each.",
            sum(u.resident_bytes for u in usage),
        ),
        (
            "process_virtual_memory_bytes",
            "Addresses that this server's processes have.",
            sum(u.virtual_bytes for u in usage),
        ),
        (
            "process_open_fds",
            "Files that this server's processes have open.",
            sum(u.open_fds for u in usage),
        ),
        (
            "process_max_fds",
            "The most files that they may have open, added up.",
            sum(most) if most else math.inf,
        ),
        (
            "process_start_time_seconds",
            "When the oldest of them began, in seconds since 1970.",
            min(u.started_at for u in usage),
        ),
    ):
        yield GaugeMetricFamily(name, text, value=value)
