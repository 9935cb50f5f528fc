"""Pages: jobs as they get on, and one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.jobs import asking
from entrepot.jobs.api.jobs import ChangesQuery, JobsQuery
from entrepot.jobs.detail import JobDetail
from entrepot.jobs.pages.blueprint import bp
from entrepot.jobs.seeing import JobFilter, JobPage, list_jobs
from entrepot.jobs.seen_by import get_own, narrowed
from entrepot.jobs.spec import JobSeen
from entrepot.jobs.workers import Crew, get_crew
from entrepot.web import problems, shell
from entrepot.web.guard import needs, require
from entrepot.web.pieces import render_piece
from entrepot.web.requests import quiet
from entrepot.web.routes import current_house, read_query

GROUPS: dict[str, tuple[str, ...]] = {
    "All": (),
    "Under way": ("pending", "running"),
    "Completed": ("completed",),
    "Failed": ("failed",),
    "Cancelled": ("cancelled",),
}
"""Choices of states, by what people call them."""
MOST_CHANGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsPage:
    """Jobs, newest first.

    Attributes:
        groups: What is chosen: name, address, and whether it is on.
        is_narrowed: Something but the states is filtered by.
        next: Address of the older ones; empty at the end.
        changes: Where those come that change.
    """

    found: JobPage
    crew: Crew
    query: JobsQuery
    groups: list[tuple[str, str, bool]]
    is_narrowed: bool
    next: str
    changes: str


@bp.get("/jobs")
@needs("viewer")
def index() -> str:
    """List jobs; people see their own, admins all."""
    query: JobsQuery = read_query(JobsQuery)
    found = _list(query.wanted(), after=query.after, limit=query.limit)
    rest = {n: getattr(query, n) for n in ("kind", "subject", "queue", "by")}
    rest = {name: value for name, value in rest.items() if value}
    here = rest | ({"state": query.state} if query.state else {})
    page = JobsPage(
        found=found,
        crew=get_crew(current_house()),
        query=query,
        groups=[
            (name, _address(rest | {"state": states}), states == tuple(query.state))
            for name, states in GROUPS.items()
        ],
        is_narrowed=bool(rest),
        next=_address(here | {"after": found.next}) if found.next else "",
        changes=url_for("jobs_pages.changes", **rest),
    )
    return render_template("jobs/index.html", page=page)


@bp.get("/jobs/changes")
@quiet
@needs("viewer")
def changes() -> Response:
    """Show the jobs that changed, as a part of the page; 304 while none did."""
    query: ChangesQuery = read_query(ChangesQuery)
    wanted = replace(query.wanted(), since=query.since)
    found = _list(wanted, after="", limit=MOST_CHANGES)
    since = found.since if found.jobs or not query.since else query.since
    return render_piece("jobs/changes.html", found=found, since=since)


@bp.get("/jobs/<id>")
@needs("viewer")
def job(id: str) -> Response:
    """Show one job."""
    found = get_own(current_house(), id, require("viewer"))
    return _show(found)


@bp.post("/jobs/<id>/cancel")
@needs("viewer")
def cancel(id: str) -> BaseResponse:
    """End a job."""
    return _do(asking.cancel_job, id)


@bp.post("/jobs/<id>/retry")
@needs("viewer")
def retry(id: str) -> BaseResponse:
    """Let a failed job be tried again."""
    return _do(asking.retry_job, id)


@bp.post("/jobs/<id>/resume")
@needs("viewer")
def resume(id: str) -> BaseResponse:
    """Let a job begin anew."""
    return _do(asking.resume_job, id)


def _do(step: Callable[[House, str], JobSeen], id: str) -> BaseResponse:
    house, who = current_house(), require("viewer")
    get_own(house, id, who)
    try:
        step(house, id)
    except EntrepotError as error:  # it ended meanwhile, say: the page tells
        return _show(get_own(house, id, who), error)
    if request.form.get("back") == "list":
        return redirect(url_for("jobs_pages.index"), code=303)
    return redirect(url_for("jobs_pages.job", id=id), code=303)


def _show(found: JobDetail, error: EntrepotError | None = None) -> Response:
    problem = problems.describe(error) if error else None
    status = problems.status_of(error) if error else 200
    panels = shell.load_panels(current_house(), "job", found.job.id)
    return render_piece(
        "jobs/job.html", status=status, page=found, problem=problem, panels=panels
    )


def _list(wanted: JobFilter, *, after: str, limit: int) -> JobPage:
    mine = narrowed(wanted, require("viewer"))
    if mine is None:
        return JobPage(jobs=[], next="", since="")
    return list_jobs(current_house(), mine, after=after, limit=limit)


def _address(parameters: dict[str, object]) -> str:
    given = {name: value for name, value in parameters.items() if value}
    return url_for("jobs_pages.index", **given)  # type: ignore[arg-type]  # texts and lists of them


shell.SUBJECTS["job"] = ("jobs_pages.job", "id")
shell.PLACES.append(
    shell.Place(
        label="Jobs",
        endpoint="jobs_pages.index",
        icon="jobs",
        group="In and out",
        letter="J",
        order=25,
    )
)
