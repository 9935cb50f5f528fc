"""Numbers for rules that no metric tells: how full the pool is, jobs that failed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import func, select

from entrepot.base import ground_settings
from entrepot.base.house import House
from entrepot.jobs import Job
from entrepot.watch.log.file import opened_to_read
from entrepot.watch.log.store import log_store

Measured = list[tuple[Mapping[str, str], float | None]]
"""Values by labels."""

_POOLS = """
SELECT process, json_extract(labels, '$.state') AS state, max(value)
FROM gauge_samples WHERE name = 'entrepot_db_pool_connections' AND at >= ? AND at <= ?
GROUP BY process, state
"""


def pool_usage(
    house: House, labels: Mapping[str, str], since: datetime, until: datetime
) -> Measured:
    """Return how full the fullest pool of all processes was, in percent."""
    settings = house.settings
    most = (
        settings[ground_settings.DB_POOL_SIZE]
        + settings[ground_settings.DB_MAX_OVERFLOW]
    )
    store = log_store(house)
    store.flush()
    used: dict[str, float] = {}
    if store.path.exists():
        with opened_to_read(store.path) as connection:
            bounds = (since.timestamp(), until.timestamp())
            for process, state, value in connection.execute(_POOLS, bounds):
                if state == "in_use":
                    used[process] = value
    return [({}, 100.0 * max(used.values()) / most if used else None)]


def failed_jobs(
    house: House, labels: Mapping[str, str], since: datetime, until: datetime
) -> Measured:
    """Return how many jobs failed, of one kind or of each that did."""
    wanted = (
        select(Job.script_name, func.count())
        .where(Job.status == "failed", Job.completed_at >= since)
        .where(Job.completed_at < until)
        .group_by(Job.script_name)
    )
    kind = labels.get("kind")
    if kind:
        wanted = wanted.where(Job.script_name == kind)
    with house.store.read_session() as session:
        found = {name: float(count) for name, count in session.execute(wanted)}
    if kind:
        return [({"kind": kind}, found.get(kind, 0.0))]
    return [({"kind": name}, count) for name, count in sorted(found.items())]


Measure = Callable[[House, Mapping[str, str], datetime, datetime], Measured]
DERIVED: Mapping[str, tuple[str, Measure]] = {
    "db_pool_usage": ("%", pool_usage),
    "failed_jobs": ("", failed_jobs),
}
"""By name: the unit, and what measures it."""


def parse_labels(text: str) -> dict[str, str]:
    """Return the labels of a condition: `state="in_use",kind="x"`."""
    found, rest = {}, text
    while rest:
        name, _, rest = rest.partition("=")
        value, end = json.JSONDecoder().raw_decode(rest)
        found[name.strip(" ,")] = str(value)
        rest = rest[end:]
    return found
