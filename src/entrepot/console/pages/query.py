"""Pages: a saved query, its versions, who uses it; shared, restored, removed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import Invalid, NotThere
from entrepot.base.house import House
from entrepot.connections import list_connections
from entrepot.console.pages.blueprint import bp
from entrepot.console.pages.console import Opening, show_console
from entrepot.console.pages.fields import shown_fields
from entrepot.console.saved import keeping, seeing, using, versions
from entrepot.console.saved.diffs import Diff
from entrepot.console.saved.links import LinkState, open_link
from entrepot.console.saved.spec import QueryChange, QuerySeen, VersionSeen
from entrepot.console.saved.using import UsedBy
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house

HERE = "/console/queries/<int:id>"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPage:
    """A saved query; `is_there` tells of its connection."""

    seen: QuerySeen
    is_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsPage:
    """The versions of a query, and how two of them differ; None for one alone."""

    seen: QuerySeen
    versions: list[VersionSeen]
    diff: Diff | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedPage:
    """Who uses a query, as far as one may see it."""

    seen: QuerySeen
    used: UsedBy


@bp.get(HERE)
@needs("viewer")
def query(id: int) -> str:
    """Show a saved query: its text and its parameters."""
    house = current_house()
    seen = seeing.get_query(house, require("viewer"), id)
    known = {one.name for one in list_connections(house)}
    page = QueryPage(seen=seen, is_there=seen.connection in known)
    return render_template("console/query.html", page=page)


@bp.get(f"{HERE}/versions")
@needs("viewer")
def query_versions(id: int) -> str:
    """Show the versions of a query, and what changed from one to another."""
    house, who = current_house(), require("viewer")
    seen = seeing.get_query(house, who, id)
    new = request.args.get("new", seen.version, type=int)
    old = request.args.get("old", max(new - 1, 1), type=int)
    diff = None
    if seen.version > 1:
        diff = versions.diff_versions(house, who, id, old, new)
    page = VersionsPage(
        seen=seen, versions=versions.list_versions(house, who, id), diff=diff
    )
    return render_template("console/query_versions.html", page=page)


@bp.post(f"{HERE}/restore")
@needs("viewer")
def restore_query(id: int) -> Response:
    """Let an older version be the newest again."""
    number = request.form.get("version", type=int)
    if number is None:
        raise Invalid("no version is named")
    versions.restore_version(current_house(), require("viewer"), id, number)
    return _to("console_pages.query_versions", id)


@bp.get(f"{HERE}/used-by")
@needs("viewer")
def query_used(id: int) -> str:
    """Show who uses a query: schedules, links, runs, queries of the same tables."""
    return render_template("console/query_used.html", page=_used_page(id))


@bp.post(f"{HERE}/share")
@needs("viewer")
def share_query(id: int) -> Response:
    """Let everybody see and run a query, or nobody else any more."""
    change = QueryChange(is_shared=request.form.get("shared") == "yes")
    keeping.change_query(current_house(), require("viewer"), id, change)
    return _to("console_pages.query", id)


@bp.get(f"{HERE}/remove")
@needs("viewer")
def confirm_query_removal(id: int) -> str:
    """Ask before a query is removed."""
    return render_template("console/remove_query.html", page=_used_page(id))


@bp.post(f"{HERE}/remove")
@needs("viewer")
def remove_query(id: int) -> Response:
    """Remove a query with its versions."""
    keeping.remove_query(current_house(), require("viewer"), id)
    return redirect(url_for("console_pages.queries"), code=303)


@bp.get(f"{HERE}/console")
@needs("viewer")
def open_query(id: int) -> tuple[str, int]:
    """Show the console with a query in it, and the defaults of its parameters."""
    seen = seeing.get_query(current_house(), require("viewer"), id)
    usual = {
        one.name: "" if one.default is None and one.required else one.default
        for one in seen.parameters
    }
    return show_console(
        Opening(
            connection=seen.connection,
            sql=seen.sql,
            fields=shown_fields(usual),
            title=seen.name,
            query=seen.id,
        )
    )


@bp.get("/console/links/<id>")
@needs("viewer")
def link(id: str) -> tuple[str, int]:
    """Show the console as a link has it; nothing runs before somebody says so."""
    house = current_house()
    state = open_link(house, id).state
    return show_console(
        Opening(
            connection=state.connection,
            sql=state.sql,
            fields=shown_fields(state.values),
            limit=state.max_rows or 0,
            title=state.title,
            query=_query_of(house, state),
            view=state.view,
            chart=state.chart,
        )
    )


def _query_of(house: House, state: LinkState) -> int:
    """Return the id of the saved query that a link shows as it says now; else 0."""
    id = state.saved_query
    if id is None:
        return 0
    try:
        seen = seeing.get_query(house, require("viewer"), id)
    except NotThere:
        return 0
    return id if seen.sql == state.sql else 0


def _used_page(id: int) -> UsedPage:
    house, who = current_house(), require("viewer")
    return UsedPage(
        seen=seeing.get_query(house, who, id), used=using.used_by(house, who, id)
    )


def _to(endpoint: str, id: int) -> Response:
    return redirect(url_for(endpoint, id=id), code=303)
