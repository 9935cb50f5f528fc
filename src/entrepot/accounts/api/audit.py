"""`/api/audit`: the record of who did what, and whether it is whole."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated
from urllib.parse import urlencode

from flask import Response
from msgspec import Meta

from entrepot.accounts import audit, audit_questions
from entrepot.accounts.api.blueprint import bp
from entrepot.accounts.audit import LARGEST_ID, Record
from entrepot.accounts.audit_verify import Break
from entrepot.accounts.audit_verify import verify as look
from entrepot.base.errors import Missing
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

Time = Annotated[
    str,
    Meta(
        max_length=40,
        description="ISO 8601; UTC where no zone is named, the whole day for a day.",
        examples=["2026-11-20", "2026-11-20T14:30:00Z"],
    ),
]
BeforeId = Annotated[
    int, Meta(ge=1, le=LARGEST_ID, description="Only older ones than this.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which records, and how many of them."""

    actor: Annotated[str, Meta(max_length=255, description="Part of the name.")] = ""
    event: Annotated[str, Meta(max_length=100, examples=["ExportStarted"])] = ""
    since: Time = ""
    until: Time = ""
    before: BeforeId | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvQuery(AuditQuery):
    """Which records, and how many of them, for a file."""

    limit: Annotated[int, Meta(ge=1, le=10_000)] = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """Whether the trail is whole; else its first broken link."""

    is_whole: bool
    records: int
    heads: int
    first_break: Break | None


@route(
    bp,
    "GET",
    "/api/audit",
    Doc(role="admin", query=AuditQuery, data=list[Record], is_paged=True),
)
def list_records(query: AuditQuery) -> Page:
    """List who did what, newest first."""
    asked = asdict(query)
    limit = asked.pop("limit")
    found = audit.list_records(
        current_house(), audit_questions.wanted(**asked, limit=limit + 1)
    )
    shown = found[:limit]
    following = None
    if len(found) > limit:
        given = {name: value for name, value in asked.items() if value}
        given |= {"limit": limit, "before": shown[-1].id}
        following = f"/api/audit?{urlencode(given)}"
    return Page(shown, Cut(next=following, limit=limit))


@route(
    bp,
    "GET",
    "/api/audit/csv",
    Doc(role="admin", query=CsvQuery, media_types=("text/csv; charset=utf-8",)),
)
def csv(query: CsvQuery) -> Response:
    """Give the same as CSV, newest first."""
    found = audit.export_records(
        current_house(), audit_questions.wanted(**asdict(query))
    )
    response = Response(
        audit_questions.render_csv(found), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = "attachment; filename=audit.csv"
    return response


@route(bp, "GET", "/api/audit/verify", Doc(role="admin", data=AuditVerdict))
def verify() -> AuditVerdict:
    """Look at every record and tell the first that was changed, removed or added."""
    verdict = look(current_house())
    return AuditVerdict(
        is_whole=verdict.is_whole,
        records=verdict.records,
        heads=verdict.heads,
        first_break=verdict.first_break,
    )


@route(
    bp,
    "GET",
    "/api/audit/<int:id>",
    Doc(role="admin", data=Record, errors=(Missing,), path_examples={"id": "1"}),
)
def get_record(id: int) -> Record:
    """Show one record."""
    return audit.get_record(current_house(), id)
