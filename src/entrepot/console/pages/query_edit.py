"""Pages: a saved query that is written, new or as another version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.errors import Denied, EntrepotError
from entrepot.base.house import House
from entrepot.connections import Registered, list_connections
from entrepot.console.pages.blueprint import bp
from entrepot.console.pages.query import HERE
from entrepot.console.pages.query_form import (
    QueryForm,
    change_of,
    form_of,
    read_form,
    wanted_of,
    with_places,
)
from entrepot.console.saved import keeping, seeing
from entrepot.console.saved.spec import QuerySeen, Type
from entrepot.web import problems
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage:
    """The form of a saved query; `seen` is None for a new one."""

    form: QueryForm
    seen: QuerySeen | None
    connections: list[Registered]
    types: tuple[str, ...] = get_args(Type)
    problem: dict[str, object] | None = None


@bp.get("/console/queries/new")
@needs("viewer")
def new_query() -> tuple[str, int]:
    """Show the form for a query, with what the address says, or as a copy of one."""
    given, copied = request.args, request.args.get("copy", 0, type=int)
    if copied:
        seen = seeing.get_query(current_house(), require("viewer"), copied)
        return _show(replace(form_of(seen), name="", version=0, is_shared=False))
    form = QueryForm(connection=given.get("connection", ""), sql=given.get("sql", ""))
    return _show(_placed(current_house(), form))


@bp.post("/console/queries/new")
@needs("viewer")
def add_query() -> Response | tuple[str, int]:
    """Keep the form's query, or show the fields for its parameters."""
    house, who = current_house(), require("viewer")
    form = _placed(house, read_form(request.form))
    if request.form.get("action") == "look":
        return _show(form)
    try:
        made = keeping.save_query(house, who, wanted_of(form))
    except EntrepotError as error:
        return _show(form, error=error)
    return redirect(url_for("console_pages.query", id=made.id), code=303)


@bp.get(f"{HERE}/edit")
@needs("viewer")
def edit_query(id: int) -> tuple[str, int]:
    """Show the form of a query of one's own."""
    return _show(form_of(seen := _get_own(id)), seen)


@bp.post(f"{HERE}/edit")
@needs("viewer")
def change_query(id: int) -> Response | tuple[str, int]:
    """Keep the change; another text or other parameters make a version."""
    house, who, seen = current_house(), require("viewer"), _get_own(id)
    form = _placed(house, read_form(request.form))
    if request.form.get("action") == "look":
        return _show(form, seen)
    try:
        keeping.change_query(house, who, id, change_of(form, seen))
    except EntrepotError as error:
        return _show(form, seen, error=error)
    return redirect(url_for("console_pages.query", id=id), code=303)


def _get_own(id: int) -> QuerySeen:
    seen = seeing.get_query(current_house(), require("viewer"), id)
    if not seen.is_mine:
        raise Denied(
            f"{seen.name!r} is {seen.created_by}'s",
            hint="save a copy of your own",
        )
    return seen


def _placed(house: House, form: QueryForm) -> QueryForm:
    known = {one.name: one.dialect for one in list_connections(house)}
    return with_places(form, known.get(form.connection, ""))


def _show(
    form: QueryForm,
    seen: QuerySeen | None = None,
    *,
    error: EntrepotError | None = None,
) -> tuple[str, int]:
    page = EditPage(
        form=form,
        seen=seen,
        connections=list_connections(current_house()),
        problem=problems.describe(error) if error else None,
    )
    text = render_template("console/query_edit.html", page=page)
    return text, problems.status_of(error) if error else 200
