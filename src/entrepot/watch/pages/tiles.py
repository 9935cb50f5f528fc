"""The figures at the top of the dashboard, each with a way to what is behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from entrepot.base.checks import Health, worst
from entrepot.watch.pages.overview import Machine, Overview, Points, Work, last_seen
from entrepot.watch.pages.times import Period
from entrepot.watch.pages.words import megabytes, milliseconds, percent, rate
from entrepot.watch.spec import Histogram, Level, Traffic
from entrepot.web.charts import Shape, spark
from entrepot.web.shell import is_served
from entrepot.web.words import plural

ERRORS: tuple[Level, ...] = ("ERROR", "CRITICAL")
TONES: Mapping[Health, str] = {"healthy": "", "degraded": "warn", "unhealthy": "bad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure, its small line, and where its details are."""

    name: str
    value: str
    note: str
    address: str
    spark: Shape
    unit: str = ""
    tone: str = ""


def service_tile(states: Mapping[str, Health]) -> Tile:
    """Return how many services are well."""
    well = sum(state == "healthy" for state in states.values())
    ill = [
        name.replace("_", " ") for name, state in states.items() if state != "healthy"
    ]
    return Tile(
        name="Services",
        value=f"{well}",
        unit=f"of {len(states)} well",
        note=f"not well: {', '.join(ill)}" if ill else "all answer as they should",
        address="#services",
        spark=spark([]),
        tone=TONES[worst(dict(states))],
    )


def tiles(found: Overview, period: Period) -> list[Tile]:
    """Return the figures of a time."""
    return [
        *_request_tiles(found.traffic, period),
        _error_tile(found.histogram, period),
        _pool_tile(found.machine),
        *_work_tiles(found.work, found.machine),
        *_machine_tiles(found.machine),
    ]


def _request_tiles(found: Traffic, period: Period) -> list[Tile]:
    times, log = found.times, period.asked
    p95, _, unit = milliseconds(times.p95).partition(" ")
    slow = f"{times.p95 or 0:.0f}"
    return [
        Tile(
            name="Requests a second",
            value=rate(found.requests / found.seconds),
            note=f"{found.requests:,} in all",
            address=log.with_(logger="entrepot.access"),
            spark=spark([moment.requests for moment in found.moments]),
        ),
        Tile(
            name="Answer time, p95",
            value=p95,
            unit=unit,
            note=f"p50 {milliseconds(times.p50)}, p99 {milliseconds(times.p99)}",
            address=log.with_(logger="entrepot.access", min_duration_ms=slow),
            spark=spark([moment.times.p95 for moment in found.moments]),
        ),
        Tile(
            name="Failed",
            value=percent(found.failed, found.requests),
            unit="%" if found.requests else "",
            note=f"{found.failed:,} of {plural(found.requests, 'request')}",
            address=log.with_(status="5xx"),
            spark=spark([moment.failed for moment in found.moments]),
            tone="bad" if found.failed else "",
        ),
    ]


def _error_tile(histogram: Histogram, period: Period) -> Tile:
    counts = [
        sum(stretch.counts.get(level, 0) for level in ERRORS)
        for stretch in histogram.stretches
    ]
    return Tile(
        name="Errors in the log",
        value=f"{sum(counts):,}",
        note="error and critical",
        address=period.asked.with_(level=list(ERRORS)),
        spark=spark(counts),
        tone="bad" if sum(counts) else "",
    )


def _pool_tile(machine: Machine) -> Tile:
    return Tile(
        name="Connections in use",
        value=_number(machine.pool),
        unit=f"of {machine.pool_limit}" if machine.pool_limit else "",
        note="to our database, all processes",
        address=_page("operations_pages.database", "#pool"),
        spark=spark(machine.pool),
    )


def _work_tiles(work: Work, machine: Machine) -> list[Tile]:
    jobs, exports = work.jobs, work.exports
    broken, gone = jobs.by_status.get("failed", 0), exports.by_status.get("failed", 0)
    states = {"state": "failed"} if broken else {}
    return [
        Tile(
            name="Jobs",
            value=f"{jobs.total:,}",
            note=f"{_failed(broken)}{_number(machine.running)} running, "
            f"{_number(machine.waiting)} waiting",
            address=_page("jobs_pages.index", "#jobs", **states),
            spark=spark(machine.running),
            tone="bad" if broken else "",
        ),
        Tile(
            name="Exports",
            value=f"{sum(exports.by_status.values()):,}",
            note=f"{_failed(gone)}{plural(exports.rows, 'row')} in their files",
            address=_page("exports_pages.index", "#jobs"),
            spark=spark([]),
            tone="bad" if gone else "",
        ),
    ]


def _failed(count: int) -> str:
    return f"{count:,} failed, " if count else ""


def _machine_tiles(machine: Machine) -> list[Tile]:
    memory, cpu = last_seen(machine.memory), last_seen(machine.cpu)
    return [
        Tile(
            name="Memory",
            value="–" if memory is None else megabytes(memory),
            unit="" if memory is None else "MB",
            note="all processes",
            address="#memory",
            spark=spark(machine.memory),
        ),
        Tile(
            name="Processor",
            value="–" if cpu is None else f"{cpu:.2g}",
            unit="" if cpu is None else "cores",
            note="busy, all processes",
            address="#cpu",
            spark=spark(machine.cpu),
        ),
    ]


def _number(points: Points) -> str:
    seen = last_seen(points)
    return "–" if seen is None else f"{seen:,.0f}"


def _page(endpoint: str, otherwise: str, **values: str) -> str:
    return url_for(endpoint, **values) if is_served(endpoint) else otherwise  # type: ignore[arg-type]  # values are texts
