"""`/api/sql/queries/<id>/versions`: what a saved query said before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from entrepot.base.errors import Conflict, Invalid
from entrepot.console.api.blueprint import bp
from entrepot.console.api.queries import GONE, ONE
from entrepot.console.saved import versions
from entrepot.console.saved.diffs import Diff
from entrepot.console.saved.spec import QuerySeen, VersionSeen
from entrepot.web.guard import require
from entrepot.web.routes import Doc, current_house, route

EXAMPLE = {"id": "1", "number": "1"}
Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffQuery:
    """Which versions are compared: the last change if none is named."""

    old: Number | None = None
    new: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreAsked:
    """The version that is to be the newest again."""

    version: Number


@route(
    bp,
    "GET",
    f"{ONE}/versions",
    Doc(data=list[VersionSeen], errors=GONE, path_examples=EXAMPLE),
)
def list_versions(id: int) -> list[VersionSeen]:
    """List every version of a saved query, the newest first."""
    return versions.list_versions(current_house(), require("viewer"), id)


@route(
    bp,
    "GET",
    f"{ONE}/versions/<int:number>",
    Doc(data=VersionSeen, errors=GONE, path_examples=EXAMPLE),
)
def get_version(id: int, number: int) -> VersionSeen:
    """Show one version of a saved query."""
    return versions.get_version(current_house(), require("viewer"), id, number)


@route(
    bp,
    "GET",
    f"{ONE}/diff",
    Doc(query=DiffQuery, data=Diff, errors=GONE, path_examples=EXAMPLE),
)
def diff_versions(id: int, query: DiffQuery) -> Diff:
    """Compare two versions of a saved query, line by line."""
    return versions.diff_versions(
        current_house(), require("viewer"), id, query.old, query.new
    )


@route(
    bp,
    "POST",
    f"{ONE}/restore",
    Doc(
        body=RestoreAsked,
        data=QuerySeen,
        errors=(*GONE, Invalid, Conflict),
        path_examples=EXAMPLE,
    ),
)
def restore_version(id: int, body: RestoreAsked) -> QuerySeen:
    """Let an older version be the newest again; none is lost."""
    who = require("viewer")
    return versions.restore_version(current_house(), who, id, body.version)
