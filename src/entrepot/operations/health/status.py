"""How our own database is: looked at seldom, told as often as people ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from entrepot.base import checks
from entrepot.base import ground_settings as knobs
from entrepot.base.acting import current
from entrepot.base.checks import Check, Finding, Health
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.store_engine import is_sqlite
from entrepot.base.store_look import StoreSight, find_damage
from entrepot.base.times import render_time
from entrepot.operations.errors import DatabaseUnhealthy
from entrepot.operations.events import DatabaseReconnected

NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}

DAMAGE_SECONDS = 2.0
"""The most that SQLite's check of its file may take."""
DAMAGE_AGE_SECONDS = 60.0
"""How old its answer may be: it reads the whole file."""


def _look_for_damage(house: House) -> str:
    return find_damage(house.store, limit_seconds=DAMAGE_SECONDS)


DAMAGE = Check(summary="SQLite's quick check of its file.", look=_look_for_damage)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolStatus:
    """The connections of this process."""

    pool_size: int
    checked_in: int
    checked_out: int
    overflow: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolDetails(PoolStatus):
    """The connections of this process, and how many were thrown away so far."""

    invalid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseHealth:
    """How our own database is.

    Attributes:
        timestamp: When it was looked at, which may be a while ago.
        cached: It was looked at before it was asked for; `force` looks again.
        pool_status: Counted now.
        integrity: What a look with `force` found of a SQLite file.
    """

    status: Health
    database_type: Literal["postgresql", "sqlite"]
    version: str | None
    timestamp: str
    pool_status: PoolStatus
    message: str
    response_time_ms: float | None
    cached: bool
    integrity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAddress:
    """Where our own database is, and how many connections a process may have.

    Attributes:
        database: Its name; of a file, without the folder.
    """

    database_type: Literal["postgresql", "sqlite"]
    host: str | None
    port: int | None
    database: str | None
    user: str | None
    pool_size: int
    max_overflow: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerStatus:
    """What this process knows of it."""

    initialized: bool
    last_health_check: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """What this process counted since it began.

    Attributes:
        health_success_rate: From 0 to 1; None before the first look.
        pool_utilization: The part of the connections it may have that are at work.
    """

    total_queries: int
    slow_queries: int
    failed_queries: int
    retries: int
    health_checks: int
    failed_health_checks: int
    health_success_rate: float | None
    response_time_ms: float | None
    pool_utilization: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStatus:
    """Everything about our own database at once."""

    health: DatabaseHealth
    connection: DatabaseAddress
    pool: PoolDetails
    manager_status: ManagerStatus
    metrics: Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnection:
    """What came of making the connections anew."""

    reconnection_status: Literal["completed", "failed"]
    health_after_reconnect: DatabaseHealth


def check_health(house: House, *, force: bool = False) -> DatabaseHealth:
    """Return how our own database is, looked at within DB_HEALTH_CHECK_INTERVAL.

    Bad news is at most five seconds old. It never waits longer than a look may take.

    Args:
        force: Look now; on SQLite also for damage, which is told up to a minute.
    """
    age = 0 if force else house.settings[knobs.DB_HEALTH_CHECK_INTERVAL]
    finding = checks.find(house, "database", at_most_seconds=age)
    integrity = None
    if force and finding.state == "healthy" and is_sqlite(house.store.url):
        integrity = _integrity(house)
    return _tell(house, finding, integrity)


def get_address(house: House) -> DatabaseAddress:
    """Return where our own database is; nothing secret."""
    url = house.store.url
    is_file = is_sqlite(url)
    name = url.database or ""
    return DatabaseAddress(
        database_type=_kind(house),
        host=None if is_file else url.host or _text(url.query.get("host")),
        port=None if is_file else url.port or 5432,
        database=(name.rsplit("/", 1)[-1] if is_file else name) or None,
        user=None if is_file else url.username,
        pool_size=house.settings[knobs.DB_POOL_SIZE],
        max_overflow=house.settings[knobs.DB_MAX_OVERFLOW],
    )


def get_status(house: House) -> DatabaseStatus:
    """Return everything at once, looked at now."""
    health = check_health(house, force=True)
    counts = house.store.meter.read()
    pool = house.store.pool_counts()
    address = get_address(house)
    good = counts.looks - counts.bad_looks
    return DatabaseStatus(
        health=health,
        connection=address,
        pool=PoolDetails(
            pool_size=pool.pool_size,
            checked_in=pool.checked_in,
            checked_out=pool.checked_out,
            overflow=pool.overflow,
            invalid=pool.invalid,
        ),
        manager_status=ManagerStatus(
            initialized=True, last_health_check=health.timestamp
        ),
        metrics=Metrics(
            total_queries=counts.statements,
            slow_queries=counts.slow,
            failed_queries=counts.failed,
            retries=counts.retries,
            health_checks=counts.looks,
            failed_health_checks=counts.bad_looks,
            health_success_rate=good / counts.looks if counts.looks else None,
            response_time_ms=health.response_time_ms,
            pool_utilization=pool.checked_out
            / (address.pool_size + address.max_overflow),
        ),
    )


def reconnect(house: House) -> Reconnection:
    """Make every connection of this process anew, and look whether that works.

    Requests that are at work keep theirs until they are done.

    Raises:
        DatabaseUnhealthy: It does not answer.
    """
    house.store.replace_pool()
    health = check_health(house, force=True)
    if health.status == "unhealthy":
        raise unhealthy(health)
    with house.store.session():  # the record of it is written in it
        emit(
            DatabaseReconnected(
                by=current().name, pool_size=house.settings[knobs.DB_POOL_SIZE]
            )
        )
    return Reconnection(reconnection_status="completed", health_after_reconnect=health)


def unhealthy(health: DatabaseHealth) -> DatabaseUnhealthy:
    """Return the error that says so."""
    return DatabaseUnhealthy(
        health.message, hint="is it running? DATABASE_URL says where", data=health
    )


def _kind(house: House) -> Literal["postgresql", "sqlite"]:
    return "sqlite" if is_sqlite(house.store.url) else "postgresql"


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _integrity(house: House) -> str:
    found = checks.find(
        house, "damage", at_most_seconds=DAMAGE_AGE_SECONDS, check=DAMAGE
    )
    if found.state != "healthy":
        return "not checked in time"
    return str(found.sight) or "ok"


def _tell(house: House, finding: Finding, integrity: str | None) -> DatabaseHealth:
    pool = house.store.pool_counts()
    limit = pool.pool_size + house.settings[knobs.DB_MAX_OVERFLOW]
    sight = finding.sight if isinstance(finding.sight, StoreSight) else None
    name = NAMES[_kind(house)]
    status, message = finding.state, f"{name} connection healthy"
    if sight is None:
        message = f"{name} connection failed: {finding.why}"
    elif integrity not in (None, "ok", "not checked in time"):
        status, message = "unhealthy", f"{name} finds its file damaged"
    elif not sight.is_writable:
        status, message = "degraded", f"{name} can be read, but not written"
    elif pool.checked_out >= limit:
        status, message = "degraded", f"all {limit} connections are in use"
    return DatabaseHealth(
        status=status,
        database_type=_kind(house),
        version=sight.version if sight else None,
        timestamp=render_time(finding.looked_at),
        pool_status=PoolStatus(
            pool_size=pool.pool_size,
            checked_in=pool.checked_in,
            checked_out=pool.checked_out,
            overflow=pool.overflow,
        ),
        message=message,
        response_time_ms=round(sight.seconds * 1000, 3) if sight else None,
        cached=finding.was_there,
        integrity=integrity,
    )
