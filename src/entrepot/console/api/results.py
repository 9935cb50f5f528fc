"""`/api/sql/results`: pages of the rows a run has left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from msgspec import Meta

from entrepot.base.allowances import allowance
from entrepot.base.errors import Conflict, Expired, NotThere, UnknownName
from entrepot.console import service
from entrepot.console.answers import rows_json
from entrepot.console.api.answer import Rows, raw_rows
from entrepot.console.api.asked import Shape
from entrepot.console.api.blueprint import bp
from entrepot.console.api.faults import WHO
from entrepot.console.api.runs import EXAMPLE
from entrepot.console.spec import ColumnHead
from entrepot.web.guard import require
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultQuery:
    """Which rows of a result, and how."""

    offset: Annotated[int, Meta(ge=0, le=10**12)] = 0
    limit: Annotated[
        int, Meta(ge=1, le=10_000, description="Within what the role may see.")
    ] = 100
    shape: Shape = "arrays"
    columns: Annotated[
        str, Meta(max_length=100_000, description="Names by commas; all.")
    ] = ""
    order_by: Annotated[
        str, Meta(max_length=1_000, description="`column` or `column desc`.")
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRows:
    """Rows of a result.

    Attributes:
        rows: As `/api/sql/execute` gives them.
        total: Rows of the whole result.
        truncated: The run had more rows than were kept.
    """

    query_id: str
    columns: list[ColumnHead]
    column_names: list[str]
    rows: Rows
    offset: int
    total: int
    truncated: bool


@route(
    bp,
    "GET",
    "/sql/results/<id>",
    Doc(
        query=ResultQuery,
        data=ResultRows,
        is_paged=True,
        errors=(NotThere, Expired, Conflict, UnknownName, *WHO),
        path_examples=EXAMPLE,
    ),
)
def get_result(id: str, query: ResultQuery) -> Page:
    """Read rows of a run of one's own, as they were, without running it again."""
    who, house = require("viewer"), current_house()
    limit = min(query.limit, allowance(who.role, house.settings).screen_rows)
    found = service.read_result(
        house,
        who,
        id,
        offset=query.offset,
        limit=limit,
        columns=query.columns,
        order_by=query.order_by,
    )
    names = [head.name for head in found.heads]
    rows = ResultRows(
        query_id=id,
        columns=found.heads,
        column_names=names,
        rows=raw_rows(rows_json(found.batches, names, query.shape)),
        offset=query.offset,
        total=found.total,
        truncated=found.truncated,
    )
    end = query.offset + limit
    following = _address(id, query, end, limit) if end < found.total else None
    return Page(rows, Cut(next=following, limit=limit, total=found.total))


def _address(id: str, query: ResultQuery, offset: int, limit: int) -> str:
    asked: dict[str, object] = {"offset": offset, "limit": limit, "shape": query.shape}
    if query.columns:
        asked["columns"] = query.columns
    if query.order_by:
        asked["order_by"] = query.order_by
    return f"/api/sql/results/{id}?{urlencode(asked)}"
