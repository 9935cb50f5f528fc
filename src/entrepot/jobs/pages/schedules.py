"""Pages: the schedules, and the form of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from entrepot.base.errors import EntrepotError
from entrepot.base.times import now
from entrepot.jobs import schedules as service
from entrepot.jobs.asked import parse_parameters
from entrepot.jobs.cron import preview_times
from entrepot.jobs.pages.blueprint import bp
from entrepot.jobs.pages.shown import as_json
from entrepot.jobs.schedules import ScheduleChange, ScheduleSeen, ScheduleWanted
from entrepot.jobs.spec import KINDS, JobKind
from entrepot.web import problems, shell
from entrepot.web.guard import needs
from entrepot.web.routes import current_house


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleForm:
    """What the fields say."""

    name: str = ""
    kind: str = ""
    cron: str = "0 2 * * *"
    time_zone: str = "UTC"
    parameters: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePage:
    """A schedule to look at and to change, or one to be made.

    Attributes:
        seen: None for a new one.
        times: When it is due next, by what the fields say.
        problem: Why it could not be kept, or its times not be told.
    """

    form: ScheduleForm
    kinds: list[JobKind]
    zones: list[str]
    seen: ScheduleSeen | None
    times: list[datetime]
    problem: dict[str, object] | None = None


@bp.get("/jobs/schedules")
@needs("admin")
def schedules() -> str:
    """List the schedules."""
    found = service.list_schedules(current_house())
    return render_template("jobs/schedules.html", schedules=found)


@bp.get("/jobs/schedules/new")
@needs("admin")
def new_schedule() -> Response:
    """Show an empty form."""
    return _show(ScheduleForm())


@bp.post("/jobs/schedules/new")
@needs("admin")
def add_schedule() -> BaseResponse:
    """Keep a new schedule, or show when it would be due."""
    form = _read()
    if "preview" in request.form:
        return _show(form)
    try:
        service.schedule_job(
            current_house(),
            ScheduleWanted(
                name=form.name,
                kind=form.kind,
                cron=form.cron,
                time_zone=form.time_zone,
                parameters=parse_parameters(form.parameters),
                description=form.description,
            ),
        )
    except EntrepotError as error:
        return _show(form, error=error)
    return redirect(url_for("jobs_pages.schedules"), code=303)


@bp.get("/jobs/schedules/<name:name>")
@needs("admin")
def schedule(name: str) -> Response:
    """Show one schedule, and when it is due."""
    found = service.get_schedule(current_house(), name)
    return _show(_form_of(found), found)


@bp.post("/jobs/schedules/<name:name>")
@needs("admin")
def change_schedule(name: str) -> BaseResponse:
    """Keep what changed, or show when it would be due."""
    house, form = current_house(), _read()
    found = service.get_schedule(house, name)
    if "preview" in request.form:
        return _show(form, found)
    try:
        own = None if found.is_shipped else parse_parameters(form.parameters)
        change = ScheduleChange(
            cron=form.cron,
            time_zone=form.time_zone,
            parameters=own,
            description=form.description,
        )
        service.change_schedule(house, name, change)
    except EntrepotError as error:
        return _show(form, found, error=error)
    return redirect(url_for("jobs_pages.schedules"), code=303)


@bp.post("/jobs/schedules/<name:name>/pause")
@needs("admin")
def pause_schedule(name: str) -> BaseResponse:
    """Let a schedule rest, or go on."""
    is_paused = request.form.get("paused") == "yes"
    change = ScheduleChange(is_paused=is_paused)
    service.change_schedule(current_house(), name, change)
    return redirect(url_for("jobs_pages.schedules"), code=303)


@bp.post("/jobs/schedules/<name:name>/run")
@needs("admin")
def run_schedule(name: str) -> BaseResponse:
    """Make a schedule's job now, and show it."""
    id = service.run_schedule(current_house(), name)
    return redirect(url_for("jobs_pages.job", id=id), code=303)


@bp.get("/jobs/schedules/<name:name>/remove")
@needs("admin")
def ask_remove_schedule(name: str) -> str:
    """Ask before a schedule is forgotten."""
    found = service.get_schedule(current_house(), name)
    return render_template("jobs/remove_schedule.html", schedule=found)


@bp.post("/jobs/schedules/<name:name>/remove")
@needs("admin")
def remove_schedule(name: str) -> BaseResponse:
    """Forget a schedule."""
    service.unschedule(current_house(), name)
    return redirect(url_for("jobs_pages.schedules"), code=303)


def _read() -> ScheduleForm:
    names = ("name", "kind", "cron", "time_zone", "parameters", "description")
    return ScheduleForm(**{n: request.form.get(n, "").strip() for n in names})


def _form_of(found: ScheduleSeen) -> ScheduleForm:
    return ScheduleForm(
        name=found.name,
        kind=found.kind,
        cron=found.cron,
        time_zone=found.time_zone,
        parameters=as_json(found.parameters) if found.parameters else "",
        description=found.description,
    )


def _show(
    form: ScheduleForm,
    seen: ScheduleSeen | None = None,
    *,
    error: EntrepotError | None = None,
) -> Response:
    times: list[datetime] = []
    try:
        times = preview_times(form.cron, form.time_zone, after=now())
    except EntrepotError as wrong:
        error = error or wrong
    page = SchedulePage(
        form=form,
        kinds=sorted(KINDS.values(), key=lambda kind: kind.name),
        zones=sorted(available_timezones()),
        seen=seen,
        times=times,
        problem=problems.describe(error) if error else None,
    )
    text = render_template("jobs/schedule.html", page=page)
    status = problems.status_of(error) if error else 200
    return Response(text, status=status, content_type="text/html; charset=utf-8")


shell.SUBJECTS["schedule"] = ("jobs_pages.schedule", "name")
