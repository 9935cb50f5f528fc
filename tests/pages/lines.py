"""Lines for whoever looks at the log and the dashboard: ordinary and hostile ones."""

from __future__ import annotations

import json
import sqlite3
import time

from entrepot.base import spans
from entrepot.base.acting import SYSTEM
from entrepot.base.house import House
from entrepot.watch.groups.service import group_id_of
from entrepot.watch.log.store import log_store
from entrepot.watch.spec import Entry, Level, Line
from entrepot.watch.traces.kept import Kept
from entrepot.watch.traces.store import trace_store

FAILED = "SupplierInvoice sync failed: duplicate key 5105600871/2026"
STACK = "Traceback (most recent call last):\n  File 'sync.py', line 7, in sync\nBoom"
REQUEST = "8c1f00aa8c1f00aa"
FAILED_ID = group_id_of(
    Line(
        id=1,
        timestamp="2026-11-20T14:32:06.020Z",
        level="ERROR",
        logger="entrepot.feeds",
        message=FAILED,
        error_type="IntegrityError",
        stack_trace=STACK,
    )
)
"""The group of the error that an ordinary half an hour has."""
HOSTILE = (
    "<script>document.title='taken'</script><img src=x onerror=document.title='taken'>",
    "\x1b[31mred\x1b[0m nul:\x00 back:\x08\x08",
    "user \u202egpj.exe\u202c \u2066iso\u2069",
    "{{ 7*7 }} javascript:alert(1) ' onmouseover='alert(1)",
)


def entry(message: str, *, ago: float = 60, level: Level = "INFO", **more) -> Entry:
    """Return a line of so many seconds ago."""
    given = {"logger": "entrepot.exports", **more}
    return Entry(at=time.time() - ago, level=level, message=message, **given)


def access(path: str, status: int, milliseconds: float, ago: float) -> Entry:
    """Return the line of an answered request."""
    return entry(
        f"GET {path} {status}",
        ago=ago,
        level="WARNING" if status >= 500 else "INFO",
        logger="entrepot.access",
        request_id=f"{int(ago):016x}",
        endpoint=path,
        method="GET",
        status_code=status,
        duration_ms=milliseconds,
    )


def write(house: House, *entries: Entry) -> None:
    """Put lines into the log, and wait until they are there."""
    store = log_store(house)
    for one in entries:
        store.put(one)
    store.flush()


def write_ordinary(house: House) -> None:
    """Write half an hour of a small server."""
    requests = [
        access(f"/api/{name}", status, 2.0 + n % 40, 1700 - n * 10)
        for n, (name, status) in enumerate(
            [("products", 200), ("exports", 200), ("query", 404), ("query", 503)] * 40
        )
    ]
    failed = entry(
        FAILED,
        ago=90,
        level="ERROR",
        logger="entrepot.feeds",
        request_id=REQUEST,
        job_id="J-9918",
        error_type="IntegrityError",
        stack_trace=STACK,
        fields={"table": "SupplierInvoice", "row": 11204},
    )
    begun = entry("Sync begun", ago=95, logger="entrepot.feeds", request_id=REQUEST)
    write(house, *requests, begun, failed)


def write_samples(house: House) -> None:
    """Write what gauges read of a pool of ten, four in use, for ten minutes."""
    now = int(time.time()) // 30 * 30
    read = (
        ("entrepot_db_pool_connections", {"state": "in_use"}, 4.0),
        ("entrepot_db_pool_size", {}, 10.0),
    )
    samples = [
        (now - n * 30, name, json.dumps(labels), "host:1", value)
        for n in range(1, 20)
        for name, labels, value in read
    ]
    with sqlite3.connect(log_store(house).path) as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO gauge_samples VALUES (?, ?, ?, ?, ?)", samples
        )


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def write_trace(house: House) -> None:
    """Keep a trace with an export, a loop of statements and a hostile name."""
    part = spans.Part("request", "exports_api.create_export", TRACE)
    part.tell(method="POST", path="/api/exports")
    part.status = 200
    export = spans.Span(part, part, "export", HOSTILE[0], {"format": "csv"})
    part.steps.append(export)
    for n in range(6):
        sql = f"SELECT name FROM suppliers WHERE id = {n}"
        step = spans.Span(part, export, "statement", "", {"sql": sql, "rows": 1})
        step.began = part.began + 0.02 * n
        step.ended = step.began + 0.01
        part.steps.append(step)
    export.ended = part.ended = part.began + 0.2
    facts = {"query": "token=tulips&page=2", "user_agent": HOSTILE[0]}
    trace_store(house).put(Kept(part, SYSTEM, "followed", facts))
    trace_store(house).flush()
