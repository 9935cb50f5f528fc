"""Who used what, statements by their shape, and the durable log."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from msgspec import Meta

from entrepot.base.errors import NotThere, Unavailable
from entrepot.base.given_times import parse_time
from entrepot.watch.api.asked import Cursor, Level, Text, Time
from entrepot.watch.api.blueprint import bp
from entrepot.watch.errors import InvalidCursor, InvalidDate, InvalidLevel
from entrepot.watch.history import lookup, service
from entrepot.watch.history.spec import Used, UsedThing
from entrepot.watch.history.statements import service as statements
from entrepot.watch.history.statements.spec import Sort, StatementUse
from entrepot.watch.lines.wanted import LARGEST, parse_cursor, parse_levels
from entrepot.web.guard import require
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

Days = Annotated[
    float, Meta(ge=1, le=24 * 90, description="Of the last so many hours.")
]
Few = Annotated[int, Meta(ge=1, le=500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageQuery:
    """What was used, and when; whole hours count."""

    of: UsedThing = "endpoint"
    hours: Days = 24.0
    name: Text = ""
    by_person: bool = False
    limit: Few = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementQuery:
    """Which statements; whole days count."""

    connection: Annotated[
        Text, Meta(description="Of one connection; `-` is our own database.")
    ] = ""
    hours: Days = 24.0
    sort: Sort = "total"
    limit: Few = 50
    source: Annotated[
        Literal["measured", "server"],
        Meta(description="Measured here, or by PostgreSQL's pg_stat_statements."),
    ] = "measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """Shapes of statements, and why there are none where a database tells none."""

    statements: list[StatementUse]
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DurableQuery:
    """Which lines of the durable log, and which part of them."""

    level: tuple[Level, ...] = ()
    start_date: Time = ""
    end_date: Time = ""
    q: Annotated[Text, Meta(description="The message has it, in any case.")] = ""
    logger: Annotated[Text, Meta(description="It or one below it.")] = ""
    request_id: Text = ""
    job_id: Text = ""
    user_id: Annotated[int, Meta(ge=0, le=LARGEST)] | None = None
    before: Annotated[Cursor, Meta(description="Only older lines than this.")] = ""
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100

    def wanted(self) -> lookup.Kept:
        """Return the lines that are meant.

        Raises:
            Invalid: Something is not possible; its name stands first.
        """
        ends = parse_time("end_date", self.end_date, is_end=True, error=InvalidDate)
        return lookup.Kept(
            levels=parse_levels(self.level),
            since=parse_time("start_date", self.start_date, error=InvalidDate),
            until=ends,
            q=self.q,
            logger=self.logger,
            request_id=self.request_id,
            job_id=self.job_id,
            user_id=self.user_id,
            before=parse_cursor("before", self.before),
        )


@route(
    bp,
    "GET",
    "/api/metrics/usage",
    Doc(role="analyst", query=UsageQuery, data=list[Used]),
)
def list_usage(query: UsageQuery) -> list[Used]:
    """List who used which endpoint, which table of a data product, which export.

    Requests that machines ask over and over are not among them.
    """
    now = datetime.now(UTC)
    return service.usage(
        current_house(),
        of=query.of,
        since=now - timedelta(hours=query.hours),
        until=now + timedelta(hours=1),
        name=query.name,
        is_by_person=query.by_person,
        limit=query.limit,
    )


@route(
    bp,
    "GET",
    "/api/metrics/statements",
    Doc(
        role="analyst",
        query=StatementQuery,
        data=Statements,
        errors=(NotThere, Unavailable),
    ),
)
def list_statements(query: StatementQuery) -> Statements:
    """List the statements that took longest, by their shape: without any value.

    Those with the place `measured` were measured here, for 30 days. A slow one comes
    with the plan that its database told when it was asked, without running it; plans
    of our own database are for admins.
    """
    now = datetime.now(UTC)
    found = statements.list_shapes(
        current_house(),
        connection=query.connection,
        since=now - timedelta(hours=query.hours),
        until=now,
        sort=query.sort,
        limit=query.limit,
        is_from_server=query.source == "server",
        with_own_plans=require("analyst").role == "admin",
    )
    return Statements(statements=found.statements, problem=found.problem)


@route(
    bp,
    "GET",
    "/api/system-logs",
    Doc(
        role="analyst",
        query=DurableQuery,
        data=list[lookup.DurableLine],
        is_paged=True,
        errors=(InvalidLevel, InvalidDate, InvalidCursor),
    ),
)
def list_system_logs(query: DurableQuery) -> Page:
    """List lines of the durable log, newest first.

    It has what is a warning or worse, and what happened to jobs, exports, imports,
    backups and deliveries; the nightly clean-up keeps 90 days. `page.total` is left out
    where there are more than 10,000.
    """
    found = lookup.list_kept(current_house(), query.wanted(), limit=query.limit)
    following = None if found.older is None else _address(query, found.older)
    return Page(found.lines, Cut(next=following, limit=query.limit, total=found.total))


def _address(query: DurableQuery, older: int) -> str:
    following = replace(query, before=str(older))
    given = {field.name: getattr(following, field.name) for field in fields(query)}
    usual = {field.name: field.default for field in fields(query)}
    asked = {name: value for name, value in given.items() if value != usual[name]}
    return f"/api/system-logs?{urlencode(asked, doseq=True)}"
