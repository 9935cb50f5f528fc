"""Pages: a saved query that is run, to the screen, to a file, or again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from entrepot.base.allowances import allowance
from entrepot.base.errors import EntrepotError, UnknownName
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.console import service
from entrepot.console.pages.blueprint import bp
from entrepot.console.pages.console import LIMITS, USUAL_ROWS
from entrepot.console.pages.query import HERE
from entrepot.console.pages.query_values import ValueField, fields_of, read_values
from entrepot.console.saved import seeing, using
from entrepot.console.saved.spec import QuerySeen
from entrepot.delivery import list_destinations
from entrepot.exports import ExportRequest, FormatChoice, list_choices
from entrepot.web import problems, shell
from entrepot.web.guard import needs, require
from entrepot.web.routes import current_house


@dataclass(frozen=True, slots=True, kw_only=True)
class RunForm:
    """What the form says beside the parameters' values."""

    max_rows: int = USUAL_ROWS
    format: str = "xlsx"
    template: str = ""
    deliver_to: list[str] = field(default_factory=list)
    name: str = ""
    cron: str = "0 6 * * 1-5"
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """A query that is to run.

    Attributes:
        limits: Rows that a run to the screen may have, to choose from.
        may_export: Files can be made, and by whoever asks.
    """

    seen: QuerySeen
    fields: list[ValueField]
    form: RunForm
    limits: list[int]
    formats: list[FormatChoice]
    destinations: list[str]
    may_export: bool
    problem: dict[str, object] | None = None


@bp.get(f"{HERE}/run")
@needs("viewer")
def ask_run(id: int) -> tuple[str, int]:
    """Show the fields for a query's parameters, and what can come of it."""
    seen = seeing.get_query(current_house(), require("viewer"), id)
    given = request.args if request.args else None
    form = RunForm(name=f"{seen.name} daily"[:100])
    return _show(seen, fields_of(seen.parameters, given), form)


@bp.post(f"{HERE}/run")
@needs("viewer")
def run_query(id: int) -> Response | tuple[str, int]:
    """Run the query with the form's values: to the screen, a file, or a schedule."""
    seen = seeing.get_query(current_house(), require("viewer"), id)
    fields, form = fields_of(seen.parameters, request.form), _read_form()
    action = request.form.get("action", "run")
    try:
        if action not in ACTIONS:
            raise UnknownName("action", action, list(ACTIONS))
        return ACTIONS[action](seen, fields, form)
    except EntrepotError as error:
        run = error.facts.get("query_id")
        if run is not None:
            return redirect(url_for("console_pages.console", run=run), code=303)
        return _show(seen, fields, form, error=error)


def _to_screen(seen: QuerySeen, fields: list[ValueField], form: RunForm) -> Response:
    wanted = using.wanted_run(seen, read_values(fields), max_rows=form.max_rows)
    made = service.execute(current_house(), require("viewer"), wanted)
    return redirect(url_for("console_pages.console", run=made.ready.id), code=303)


def _to_file(seen: QuerySeen, fields: list[ValueField], form: RunForm) -> Response:
    house, who = current_house(), require("analyst")
    made = using.export_query(house, who, _request(house, seen, fields, form))
    return redirect(url_for("exports_pages.receipt", id=made.id), code=303)


def _to_schedule(seen: QuerySeen, fields: list[ValueField], form: RunForm) -> Response:
    house, who = current_house(), require("analyst")
    using.schedule_query(
        house,
        who,
        seen,
        _request(house, seen, fields, form),
        name=form.name,
        cron=form.cron,
        time_zone=form.time_zone or "UTC",
    )
    return redirect(url_for("console_pages.query_used", id=seen.id), code=303)


ACTIONS: dict[str, Callable[[QuerySeen, list[ValueField], RunForm], Response]] = {
    "run": _to_screen,
    "file": _to_file,
    "schedule": _to_schedule,
}
"""What a button of the form does."""


def _request(
    house: House, seen: QuerySeen, fields: list[ValueField], form: RunForm
) -> ExportRequest:
    return using.export_request(
        house,
        seen,
        read_values(fields),
        format=form.format,
        template=form.template,
        deliver_to=form.deliver_to,
        wait=False,
    )


def _read_form() -> RunForm:
    form = request.form
    return RunForm(
        max_rows=form.get("max_rows", USUAL_ROWS, type=int),
        format=form.get("format", ""),
        template=form.get("template", "").strip(),
        deliver_to=form.getlist("deliver_to"),
        name=form.get("name", "").strip(),
        cron=form.get("cron", "").strip(),
        time_zone=form.get("time_zone", "").strip(),
    )


def _show(
    seen: QuerySeen,
    fields: list[ValueField],
    form: RunForm,
    *,
    error: EntrepotError | None = None,
) -> tuple[str, int]:
    house, who = current_house(), require("viewer")
    page = RunPage(
        seen=seen,
        fields=fields,
        form=form,
        limits=_limits(house, who),
        formats=list_choices(),
        destinations=[one.name for one in list_destinations(house)],
        may_export=who.role != "viewer" and shell.is_served("exports_pages.receipt"),
        problem=problems.describe(error) if error else None,
    )
    text = render_template("console/query_run.html", page=page)
    return text, problems.status_of(error) if error else 200


def _limits(house: House, who: Identity) -> list[int]:
    most = allowance(who.role, house.settings).screen_rows
    return [rows for rows in LIMITS if rows <= most] or [most]
