"""What can be read off the log, and off the program itself."""

from __future__ import annotations

import os
import threading

from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House
from entrepot.base.version import VERSION
from entrepot.watch.log.file import opened_to_read
from entrepot.watch.log.store import log_store
from entrepot.watch.metrics.family import list_usage


def _size(house: House) -> list[Reading]:
    path = log_store(house).path
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


def _threads(house: House) -> list[Reading]:
    return [((), threading.active_count())]


def _memory(house: House) -> list[Reading]:
    return [((), usage.resident_bytes) for usage in list_usage([os.getpid()])]


def _build(house: House) -> list[Reading]:
    return [((VERSION,), 1)]


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
GAUGES["entrepot_memory_bytes"] = Gauge(
    help="Memory of the processes that answer; pages that they share count for each.",
    read=_memory,
    of="process",
)
GAUGES["entrepot_threads"] = Gauge(
    help="Threads of Python.", read=_threads, of="process"
)
