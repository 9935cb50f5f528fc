"""`/api/imports/<id>/changes` and `/errors`: what an import does, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from flask import Response
from msgspec import Meta

from entrepot.base.errors import Conflict, Expired, Throttled
from entrepot.feeds import looking
from entrepot.feeds.api.blueprint import bp
from entrepot.feeds.api.imports import ADDRESS, HERE, ID
from entrepot.feeds.seen import ChangeFilter, ChangeRow, ErrorGroup
from entrepot.feeds.spec import RowError
from entrepot.feeds.states import ChangeKind
from entrepot.web import downloads
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT = (*HERE, Conflict, Expired)
Limit = Annotated[int, Meta(ge=1, le=1000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesQuery:
    """Which changes; `q` is a part of SKU or name."""

    limit: Limit = 100
    after: int | None = None
    kind: ChangeKind | None = None
    field: str = ""
    q: Annotated[str, Meta(max_length=200)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsQuery:
    """Which errors, by their code; or the warnings of rows that are taken."""

    limit: Limit = 100
    after: int | None = None
    code: str = ""
    kind: looking.NoteKind = "errors"


@route(
    bp,
    "GET",
    "/imports/<id>/changes",
    Doc(
        role="analyst",
        query=ChangesQuery,
        data=list[ChangeRow],
        path_examples=ID,
        errors=KEPT,
        is_paged=True,
    ),
)
def list_changes(id: str, query: ChangesQuery) -> Page:
    """List what it changes: one row a field of an update, one a new product."""
    wanted = ChangeFilter(kind=query.kind, field=query.field, q=query.q)
    found = looking.list_changes(
        current_house(), id, wanted, limit=query.limit, after=query.after
    )
    given = {"kind": query.kind, "field": query.field, "q": query.q}
    place = _next(f"{ADDRESS}/{id}/changes", found.next, query.limit, given)
    return Page(found.rows, Cut(next=place, limit=query.limit, total=found.total))


@route(
    bp,
    "GET",
    "/imports/<id>/errors",
    Doc(
        role="analyst",
        query=ErrorsQuery,
        data=list[RowError],
        path_examples=ID,
        errors=KEPT,
        is_paged=True,
    ),
)
def list_errors(id: str, query: ErrorsQuery) -> Page:
    """List why rows are not taken: line, column, value, reason."""
    found = looking.list_errors(
        current_house(),
        id,
        code=query.code,
        kind=query.kind,
        limit=query.limit,
        after=query.after,
    )
    given = {"code": query.code, "kind": query.kind}
    place = _next(f"{ADDRESS}/{id}/errors", found.next, query.limit, given)
    return Page(found.rows, Cut(next=place, limit=query.limit, total=found.total))


@route(
    bp,
    "GET",
    "/imports/<id>/errors/groups",
    Doc(role="analyst", data=list[ErrorGroup], path_examples=ID, errors=KEPT),
)
def group_errors(id: str) -> list[ErrorGroup]:
    """List the same by reason and column, the most frequent first."""
    return looking.group_errors(current_house(), id)


@route(
    bp,
    "GET",
    "/imports/<id>/errors.csv",
    Doc(
        role="analyst",
        media_types=("text/csv",),
        path_examples=ID,
        errors=(*KEPT, Throttled),
    ),
)
def errors_csv(id: str) -> Response:
    """Send the rejected rows as the file had them, with a column `_error`."""
    return _send(id, "csv", "text/csv")


@route(
    bp,
    "GET",
    "/imports/<id>/errors.xlsx",
    Doc(
        role="analyst", media_types=(XLSX,), path_examples=ID, errors=(*KEPT, Throttled)
    ),
)
def errors_xlsx(id: str) -> Response:
    """Send the rejected rows as a workbook, with a column `_error`."""
    return _send(id, "xlsx", XLSX)


def _send(id: str, format: Literal["csv", "xlsx"], media_type: str) -> Response:
    from entrepot.feeds.applying.spool import digest

    path = looking.make_errors_file(current_house(), id, format=format)
    with downloads.hold_slot() as slot:
        return downloads.send_file(
            path,
            slot=slot,
            name=f"errors-{id[:8]}.{format}",
            media_type=media_type,
            sha256=digest(path),
            headers={},
        )


def _next(
    address: str, after: int | None, limit: int, given: Mapping[str, str | None]
) -> str | None:
    if after is None:
        return None
    chosen = {name: value for name, value in given.items() if value}
    return f"{address}?{urlencode({'limit': limit, 'after': after, **chosen})}"
