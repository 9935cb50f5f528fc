"""How our own database is; only an access token counts here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from entrepot.base.errors import TooMuch, Unavailable
from entrepot.operations.api.blueprint import bp
from entrepot.operations.errors import DatabaseUnhealthy, QueryFailed, QueryTooSlow
from entrepot.operations.health import monitor, samples
from entrepot.operations.health import status as health
from entrepot.operations.trials import query as trial
from entrepot.web.guard import require
from entrepot.web.reply import Said
from entrepot.web.routes import Doc, current_house, route

ROOT = "/api/database"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseHealthQuery:
    """How health is asked for."""

    force: Annotated[
        bool, Meta(description="Look now, whatever was seen a moment ago.")
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """How much of the history is wanted."""

    hours: Annotated[float, Meta(gt=0, le=24 * 366)] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBody:
    """A query to run.

    Attributes:
        timeout: Seconds.
    """

    query: Annotated[str, Meta(min_length=1, max_length=20_000)] = "SELECT 1 as test"
    timeout: Annotated[float, Meta(ge=1, le=60)] = 10.0


@bp.before_app_request
def watch() -> None:
    """Begin to watch our own database with the first request of this process."""
    monitor.watch_database(current_house())


@route(
    bp,
    "GET",
    f"{ROOT}/health",
    Doc(
        data=health.DatabaseHealth,
        query=DatabaseHealthQuery,
        errors=(DatabaseUnhealthy,),
        via=("token",),
    ),
)
def database_health(query: DatabaseHealthQuery) -> Said:
    """Say how our own database is.

    The last look is told again for DB_HEALTH_CHECK_INTERVAL, a failed one for five
    seconds. When it is unhealthy the answer is a problem with the same `data`.
    """
    found = health.check_health(current_house(), force=query.force)
    if found.status == "unhealthy":
        raise health.unhealthy(found)
    return Said(found, "Health check done")


@route(
    bp,
    "GET",
    f"{ROOT}/info",
    Doc(data=health.DatabaseAddress, via=("token",)),
)
def database_info() -> health.DatabaseAddress:
    """Say where our own database is; never its password."""
    return health.get_address(current_house())


@route(
    bp,
    "GET",
    f"{ROOT}/status",
    Doc(data=health.DatabaseStatus, via=("token",)),
)
def database_status() -> health.DatabaseStatus:
    """Say everything about our own database at once, looked at now."""
    return health.get_status(current_house())


@route(
    bp,
    "GET",
    f"{ROOT}/history",
    Doc(
        data=list[samples.Point],
        query=HistoryQuery,
        errors=(Unavailable,),
        via=("token",),
    ),
)
def database_history(query: HistoryQuery) -> list[samples.Point]:
    """List what every process noted of our own database, oldest first.

    At most the newest 5,000 points.
    """
    return samples.list_points(current_house(), hours=query.hours)


@route(
    bp,
    "POST",
    f"{ROOT}/test",
    Doc(
        data=trial.DatabaseTrial,
        body=TrialBody,
        is_body_optional=True,
        errors=(QueryFailed, QueryTooSlow, Unavailable, TooMuch),
        via=("token",),
    ),
)
def database_test(body: TrialBody) -> Said:
    """Run one SELECT on our own database and give its first ten rows.

    It runs on a connection of its own that cannot write. What is secret is refused:
    hashes and sealed values to everybody, tables about people to all but admins.
    """
    asked = trial.Asked(
        query=body.query,
        seconds=body.timeout,
        is_admin=require("viewer").role == "admin",
    )
    return Said(trial.try_query(current_house(), asked), "Database test completed")


@route(
    bp,
    "POST",
    f"{ROOT}/reconnect",
    Doc(
        role="admin",
        data=health.Reconnection,
        errors=(DatabaseUnhealthy,),
        via=("token",),
    ),
)
def database_reconnect() -> Said:
    """Make the connections to our own database anew, in the process that answers.

    Requests that are at work keep their connections until they are done.
    """
    done = health.reconnect(current_house())
    return Said(done, "The connections were made anew")
