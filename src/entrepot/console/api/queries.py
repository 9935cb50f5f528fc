"""`/api/sql/queries`: saved queries, and what is done with one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from flask import Response
from msgspec import Meta

from entrepot.base.errors import Conflict, Invalid, NotThere, TooMuch, UnknownName
from entrepot.console import service
from entrepot.console.api.answer import Answer, answer_of
from entrepot.console.api.asked import Shape
from entrepot.console.api.blueprint import bp
from entrepot.console.api.execute import Later, begun_answer
from entrepot.console.api.faults import FAR, WHO
from entrepot.console.api.files import Made
from entrepot.console.saved import keeping, seeing, using
from entrepot.console.saved.spec import QueryChange, QuerySeen, QueryWanted
from entrepot.console.saved.using import UsedBy
from entrepot.console.spec import Scalar
from entrepot.exports import ExportRequest, ExportSchedule, ExportSeen
from entrepot.web.guard import require
from entrepot.web.reply import render
from entrepot.web.routes import Doc, current_house, route

HERE = "/sql/queries"
ONE = f"{HERE}/<int:id>"
GONE = (NotThere, *WHO)
EXAMPLE = {"id": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueriesQuery:
    """Which saved queries."""

    q: Annotated[
        str,
        Meta(max_length=500, description="Stands in name, description or SQL."),
    ] = ""
    tag: Annotated[str, Meta(max_length=50)] = ""
    connection: Annotated[str, Meta(max_length=100)] = ""
    whose: Literal["all", "mine", "shared"] = "all"
    limit: Annotated[int, Meta(ge=1, le=500)] = 500
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAsked:
    """Values for a saved query, and how it is to run.

    Attributes:
        params: By name; texts are read as their parameters' types.
        wait: Off, the answer comes at once, and the rows are fetched later.
    """

    params: dict[str, Scalar] = field(default_factory=dict)
    max_rows: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None
    timeout: Annotated[float, Meta(gt=0, le=3_600)] | None = None
    shape: Shape = "objects"
    wait: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAsked:
    """A file of all rows of a saved query, which no screen has to load.

    Attributes:
        deliver_to: Destinations that get it.
        wait: Have it made while the request waits; else it is a job.
    """

    params: dict[str, Scalar] = field(default_factory=dict)
    format: Annotated[str, Meta(max_length=100)] = ""
    template: Annotated[str, Meta(max_length=200)] = ""
    deliver_to: Annotated[list[str], Meta(max_length=20)] = field(default_factory=list)
    wait: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleAsked(FileAsked):
    """A file to be made again and again, at the times of a cron expression."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    cron: Annotated[str, Meta(min_length=1, max_length=100, examples=["0 6 * * 1-5"])]
    time_zone: Annotated[str, Meta(max_length=64, examples=["Europe/Berlin"])] = "UTC"


@route(bp, "GET", HERE, Doc(query=QueriesQuery, data=list[QuerySeen], errors=WHO))
def list_queries(query: QueriesQuery) -> list[QuerySeen]:
    """List saved queries by name: one's own and the shared ones."""
    wanted = seeing.QueryFilter(
        q=query.q, tag=query.tag, connection=query.connection, whose=query.whose
    )
    house, who = current_house(), require("viewer")
    return seeing.list_queries(
        house, who, wanted, limit=query.limit, offset=query.offset
    )


@route(
    bp,
    "POST",
    HERE,
    Doc(
        body=QueryWanted,
        data=QuerySeen,
        status=201,
        errors=(NotThere, Invalid, Conflict, *WHO),
    ),
)
def save_query(body: QueryWanted) -> QuerySeen:
    """Keep a query: its SQL, its parameters with their types, its tags."""
    return keeping.save_query(current_house(), require("viewer"), body)


@route(bp, "GET", ONE, Doc(data=QuerySeen, errors=GONE, path_examples=EXAMPLE))
def get_query(id: int) -> QuerySeen:
    """Show a saved query with its newest version."""
    return seeing.get_query(current_house(), require("viewer"), id)


@route(
    bp,
    "PATCH",
    ONE,
    Doc(
        body=QueryChange,
        data=QuerySeen,
        errors=(*GONE, Invalid, Conflict),
        path_examples=EXAMPLE,
    ),
)
def change_query(id: int, body: QueryChange) -> QuerySeen:
    """Change a saved query; another text makes a new version.

    With `version` a change that somebody else made meanwhile is not overwritten.
    """
    return keeping.change_query(current_house(), require("viewer"), id, body)


@route(bp, "DELETE", ONE, Doc(status=204, errors=GONE, path_examples=EXAMPLE))
def remove_query(id: int) -> Response:
    """Remove a saved query with its versions; its runs stay in the history."""
    keeping.remove_query(current_house(), require("viewer"), id)
    return Response(status=204)


@route(
    bp,
    "POST",
    f"{ONE}/run",
    Doc(
        body=RunAsked,
        data=Answer,
        also={202: Later},
        errors=(UnknownName, *FAR, *WHO),
        path_examples=EXAMPLE,
    ),
)
def run_query(id: int, body: RunAsked) -> Response:
    """Run a saved query with values of its parameters' types."""
    who, house = require("viewer"), current_house()
    wanted = using.wanted_run(
        seeing.get_query(house, who, id),
        body.params,
        max_rows=body.max_rows,
        seconds=body.timeout,
    )
    if not body.wait:
        return begun_answer(service.start_run(house, who, wanted))
    return render(answer_of(service.execute(house, who, wanted), body.shape))


@route(
    bp,
    "POST",
    f"{ONE}/export",
    Doc(
        role="analyst",
        body=FileAsked,
        data=ExportSeen,
        status=202,
        also={200: Made},
        errors=(UnknownName, Invalid, Conflict, TooMuch, *GONE),
        path_examples=EXAMPLE,
    ),
)
def export_query(id: int, body: FileAsked) -> Response:
    """Have a file made of all rows of a saved query."""
    who, house = require("analyst"), current_house()
    request = _request(id, body)
    made = using.export_query(house, who, request)
    answer = render(made, status=200 if made.status == "completed" else 202)
    answer.headers["Location"] = made.status_url
    return answer


@route(
    bp,
    "POST",
    f"{ONE}/schedule",
    Doc(
        role="analyst",
        body=ScheduleAsked,
        data=ExportSchedule,
        status=201,
        errors=(UnknownName, Invalid, Conflict, *GONE),
        path_examples=EXAMPLE,
    ),
)
def schedule_query(id: int, body: ScheduleAsked) -> ExportSchedule:
    """Have a file made again and again, of the query as it says now."""
    who, house = require("analyst"), current_house()
    return using.schedule_query(
        house,
        who,
        seeing.get_query(house, who, id),
        _request(id, body),
        name=body.name,
        cron=body.cron,
        time_zone=body.time_zone,
    )


@route(
    bp,
    "GET",
    f"{ONE}/used-by",
    Doc(data=UsedBy, errors=GONE, path_examples=EXAMPLE),
)
def used_by(id: int) -> UsedBy:
    """Tell who uses a saved query: schedules, runs, queries of the same tables."""
    return using.used_by(current_house(), require("viewer"), id)


def _request(id: int, body: FileAsked) -> ExportRequest:
    house = current_house()
    return using.export_request(
        house,
        seeing.get_query(house, require("analyst"), id),
        body.params,
        format=body.format,
        template=body.template,
        deliver_to=body.deliver_to,
        wait=body.wait,
    )
