"""Run a saved query, make files of it, and tell who else does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from entrepot.base.allowances import allowance
from entrepot.base.errors import Invalid
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.connections import get_connection, sql_dialect
from entrepot.console.binding import bind
from entrepot.console.history import RunFilter, list_runs
from entrepot.console.saved.links import LinkSeen, list_links
from entrepot.console.saved.parameters import values_for
from entrepot.console.saved.seeing import (
    ALL,
    QueryFilter,
    get_query,
    list_queries,
)
from entrepot.console.saved.spec import QuerySeen
from entrepot.console.spec import RunSeen, Scalar, Wanted
from entrepot.exports import (
    Asker,
    Bounds,
    ExportRequest,
    ExportSchedule,
    ExportSeen,
    create_export,
    list_export_schedules,
    schedule_export,
)

LAST_RUNS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A schedule that makes files of a query."""

    name: str
    cron: str
    time_zone: str
    next_at: datetime | None
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedBy:
    """Who uses a query, as far as one may see it; runs are the last ones."""

    schedules: list[Use]
    links: list[LinkSeen]
    runs: list[RunSeen]
    also_read: list[QuerySeen]


def wanted_run(
    seen: QuerySeen,
    given: Mapping[str, Scalar],
    *,
    max_rows: int | None = None,
    seconds: float | None = None,
) -> Wanted:
    """Return a run of a saved query with values that have their types.

    Raises:
        UnknownName, Invalid: As `parameters.values_for`.
    """
    return Wanted(
        sql=seen.sql,
        connection=seen.connection,
        params=values_for(seen.parameters, given),
        max_rows=max_rows,
        seconds=seconds,
        query_id=seen.id,
    )


def export_request(
    house: House,
    seen: QuerySeen,
    given: Mapping[str, Scalar],
    *,
    format: str = "",
    template: str = "",
    deliver_to: list[str] | None = None,
    wait: bool | None = None,
) -> ExportRequest:
    """Return the export that makes a file of a saved query.

    Raises:
        UnknownName, Invalid: As `parameters.values_for`, or a destination has no name.
    """
    dialect = get_connection(house, seen.connection).dialect
    values = values_for(seen.parameters, given)
    paramstyle = sql_dialect(dialect).paramstyle
    bound = bind(seen.sql, values, dialect=dialect, paramstyle=paramstyle)
    said = {
        "source": {
            "connection": seen.connection,
            "query": bound.sql,
            "params": bound.params,
        },
        "title": seen.name,
        "format": format,
        "template": template,
        "deliver_to": deliver_to or [],
        "wait": wait,
    }
    try:
        return msgspec.convert(said, ExportRequest)
    except msgspec.ValidationError as error:
        raise Invalid(f"the file: {error}") from None


def export_query(house: House, who: Identity, request: ExportRequest) -> ExportSeen:
    """Have the file made, within what somebody may take."""
    may = allowance(who.role, house.settings)
    bounds = Bounds(rows=may.export_rows, seconds=may.export_seconds)
    return create_export(house, request, Asker(name=who.name, bounds=bounds))


def schedule_query(
    house: House,
    who: Identity,
    seen: QuerySeen,
    request: ExportRequest,
    *,
    name: str,
    cron: str,
    time_zone: str = "UTC",
) -> ExportSchedule:
    """Have the file made at the times of a cron expression.

    Raises:
        Conflict: There is a schedule of this name.
        Invalid: The times are wrong.
    """
    return schedule_export(
        house,
        request,
        role=who.role,
        name=name,
        cron=cron,
        time_zone=time_zone,
        description=seen.name,
        origin=origin_of(seen.id),
    )


def origin_of(id: int) -> str:
    """Return how a schedule names the saved query that it was made from."""
    return f"query:{id}"


def used_by(house: House, who: Identity, id: int) -> UsedBy:
    """Return who uses a query: schedules, the last runs, queries of the same tables.

    Raises:
        NotThere: There is none with this id that one may see.
    """
    seen = get_query(house, who, id)
    by = None if who.role == "admin" else who.name
    schedules = list_export_schedules(house, by=by or "")
    runs = RunFilter(by=by, saved_query=id)
    return UsedBy(
        schedules=[
            Use(
                name=one.name,
                cron=one.cron,
                time_zone=one.time_zone,
                next_at=one.next_at,
                created_by=one.created_by,
            )
            for one in schedules
            if one.origin == origin_of(id)
        ],
        links=list_links(house, id, by=by),
        runs=list_runs(house, runs, limit=LAST_RUNS).runs,
        also_read=[
            other
            for other in list_queries(house, who, QueryFilter(), limit=ALL)
            if other.id != id and set(other.tables) & set(seen.tables)
        ],
    )


def queries_of_table(
    house: House, who: Identity, connection: str, schema: str, table: str
) -> list[QuerySeen]:
    """Return the saved queries that read a table, as far as their texts tell."""
    names = {table.lower(), f"{schema}.{table}".lower()}
    found = list_queries(house, who, QueryFilter(connection=connection), limit=ALL)
    return [one for one in found if names & {name.lower() for name in one.tables}]
