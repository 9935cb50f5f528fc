"""Pages: searches that people keep, and files of what a search finds."""

from __future__ import annotations

from dataclasses import dataclass, fields

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from entrepot.base.errors import EntrepotError
from entrepot.exports import list_choices
from entrepot.watch.pages.asked import LogQuery
from entrepot.watch.pages.blueprint import bp
from entrepot.watch.search import saved
from entrepot.watch.search.exporting import Wish, export_lines
from entrepot.watch.search.fields import FIELDS, Field
from entrepot.watch.search.saved import SearchSeen, SearchWanted
from entrepot.watch.search.wording import query_of
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house, read_query


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A search as it stands in the form that keeps it."""

    query: str = ""
    name: str = ""
    description: str = ""
    is_shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchesPage:
    """Kept searches, and a form for one more.

    Attributes:
        formats: Of files, by name, with what people call them.
        problem: Why the form's search is not kept.
    """

    searches: list[SearchSeen]
    draft: Draft
    fields: list[Field]
    formats: list[tuple[str, str]]
    problem: dict[str, object] | None = None


@bp.get("/logs/searches")
@needs("analyst")
def searches() -> Response:
    """Show the kept searches; what is looked for now stands in the form."""
    query: LogQuery = read_query(LogQuery)
    asked = {one.name: getattr(query, one.name) for one in fields(query)}
    try:
        return _shown(Draft(query=query_of(asked)))
    except EntrepotError as error:
        return _shown(Draft(query=query.q), error)


@bp.post("/logs/searches")
@needs("analyst")
def save_search() -> BaseResponse:
    """Keep the search of the form."""
    form = request.form
    draft = Draft(
        query=form.get("query", ""),
        name=form.get("name", ""),
        description=form.get("description", ""),
        is_shared="is_shared" in form,
    )
    wanted = SearchWanted(
        name=draft.name,
        query=draft.query,
        description=draft.description,
        is_shared=draft.is_shared,
    )
    try:
        saved.save_search(current_house(), require("analyst"), wanted)
    except EntrepotError as error:
        return _shown(draft, error)
    return redirect(url_for("watch_pages.searches"), code=303)


@bp.post("/logs/searches/<int:id>/remove")
@needs("analyst")
def remove_search(id: int) -> BaseResponse:
    """Forget a search of one's own."""
    saved.remove_search(current_house(), require("analyst"), id)
    return redirect(url_for("watch_pages.searches"), code=303)


@bp.post("/logs/export")
@needs("analyst")
def export_search() -> BaseResponse:
    """Have a file made of what a search finds, and show its receipt."""
    form = request.form
    query = form.get("query", "")
    wish = Wish(asked={"q": query}, format=form.get("format", "csv"))
    try:
        made = export_lines(current_house(), require("analyst"), wish)
    except EntrepotError as error:
        return _shown(Draft(query=query), error)
    return redirect(url_for("exports_pages.receipt", id=made.id), code=303)


def _shown(draft: Draft, error: EntrepotError | None = None) -> Response:
    house, who = current_house(), require("analyst")
    page = SearchesPage(
        searches=saved.list_searches(house, who),
        draft=draft,
        fields=list(FIELDS.values()),
        formats=[(one.name, one.label) for one in list_choices()],
        problem=problems.describe(error) if error else None,
    )
    status = problems.status_of(error) if error else 200
    text = render_template("watch/searches.html", page=page)
    return Response(text, status=status, content_type="text/html; charset=utf-8")
