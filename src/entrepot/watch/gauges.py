"""What can be read off the log, and off the program itself."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

from sqlalchemy import func, select

from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House
from entrepot.base.version import VERSION
from entrepot.watch.alerts.models import AlertHistory, AlertRule
from entrepot.watch.alerts.spec import SEVERITIES
from entrepot.watch.log.file import opened_to_read
from entrepot.watch.log.store import log_store
from entrepot.watch.metrics.family import list_usage
from entrepot.watch.settings import traces_path


def _size(house: House) -> list[Reading]:
    return _size_of(log_store(house).path)


def _size_of(path: Path) -> list[Reading]:
    parts = [path, path.with_name(f"{path.name}-wal")]
    return [((), sum(part.stat().st_size for part in parts if part.exists()))]


def _lines(house: House) -> list[Reading]:
    path = log_store(house).path
    if not path.exists():  # nobody had a line yet
        return []
    with opened_to_read(path) as connection:
        counted = "SELECT level, sum(lines) FROM log_minutes GROUP BY level"
        return [((level,), lines) for level, lines in connection.execute(counted)]


def _waiting(house: House) -> list[Reading]:
    return [((), log_store(house).counts().waiting)]


def _traces_size(house: House) -> list[Reading]:
    return _size_of(traces_path(house.settings))


def _spans(house: House) -> list[Reading]:
    path = traces_path(house.settings)
    if not path.exists():  # nothing was kept yet
        return []
    with opened_to_read(path) as connection:
        # Each part is a step itself, with others inside.
        counted = "SELECT kind, sum(spans + 1) FROM parts GROUP BY kind ORDER BY kind"
        return [((kind,), count) for kind, count in connection.execute(counted)]


def _threads(house: House) -> list[Reading]:
    return [((), threading.active_count())]


def _memory(house: House) -> list[Reading]:
    return [((), usage.resident_bytes) for usage in list_usage([os.getpid()])]


def _places(house: House) -> dict[str, Path]:
    return {"home": house.home, "log": log_store(house).path.parent}


def _free(house: House) -> list[Reading]:
    places = _places(house).items()
    return [((n,), shutil.disk_usage(p).free) for n, p in places if p.exists()]


def _disk(house: House) -> list[Reading]:
    places = _places(house).items()
    return [((n,), shutil.disk_usage(p).total) for n, p in places if p.exists()]


def _build(house: House) -> list[Reading]:
    return [((VERSION,), 1)]


def _alert_values(house: House) -> list[Reading]:
    wanted = select(AlertRule.name, AlertRule.value).where(
        AlertRule.enabled.is_(True), AlertRule.value.is_not(None)
    )
    with house.store.read_connection() as connection:
        return [((name,), value or 0.0) for name, value in connection.execute(wanted)]


def _alerts_firing(house: House) -> list[Reading]:
    wanted = (
        select(AlertHistory.severity, func.count())
        .where(AlertHistory.state == "firing")
        .group_by(AlertHistory.severity)
    )
    with house.store.read_connection() as connection:
        found = {row[0]: row[1] for row in connection.execute(wanted)}
    return [((severity,), found.get(severity, 0)) for severity in SEVERITIES]


GAUGES["entrepot_alert_value"] = Gauge(
    help="What each alert rule that is on saw last.",
    labels=("rule",),
    read=_alert_values,
)
GAUGES["entrepot_alerts_firing"] = Gauge(
    help="Alerts that fire, by severity.", labels=("severity",), read=_alerts_firing
)
GAUGES["entrepot_build_info"] = Gauge(
    help="Always 1: the version stands in the label.", labels=("version",), read=_build
)
GAUGES["entrepot_log_size_bytes"] = Gauge(
    help="Size of the log's file, with what is not yet merged into it.", read=_size
)
GAUGES["entrepot_log_lines"] = Gauge(
    help="Lines of the log that are kept, by level.", labels=("level",), read=_lines
)
GAUGES["entrepot_log_lines_waiting"] = Gauge(
    help="Lines of the log that were taken and are not in its file yet.",
    read=_waiting,
    of="process",
)
GAUGES["entrepot_trace_size_bytes"] = Gauge(
    help="Size of the traces' file, with what is not yet merged into it.",
    read=_traces_size,
)
GAUGES["entrepot_trace_spans"] = Gauge(
    help="Spans that are kept, by what began: request, job or command.",
    labels=("kind",),
    read=_spans,
)
GAUGES["entrepot_memory_bytes"] = Gauge(
    help="Memory of the processes that answer; pages that they share count for each.",
    read=_memory,
    of="process",
)
GAUGES["entrepot_threads"] = Gauge(
    help="Threads of Python.", read=_threads, of="process"
)
GAUGES["entrepot_disk_free_bytes"] = Gauge(
    help="Room that is left on the disk of the home, and on that of the log.",
    labels=("place",),
    read=_free,
)
GAUGES["entrepot_disk_size_bytes"] = Gauge(
    help="Size of the disk of the home, and of that of the log.",
    labels=("place",),
    read=_disk,
)
