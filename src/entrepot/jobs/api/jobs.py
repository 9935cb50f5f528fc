"""`/api/jobs`: jobs found, cancelled, tried again and resumed; kinds and workers."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Annotated, Literal
from urllib.parse import urlencode

from msgspec import Meta

from entrepot.base.errors import Conflict, InvalidValue, Missing
from entrepot.jobs import (
    KINDS,
    QUEUES,
    Crew,
    JobFilter,
    JobPage,
    JobSeen,
    Queue,
    cancel_job,
    get_crew,
    list_jobs,
    resume_job,
    retry_job,
)
from entrepot.jobs.api.blueprint import bp
from entrepot.jobs.detail import JobDetail
from entrepot.jobs.seen_by import get_own, narrowed
from entrepot.web.guard import require
from entrepot.web.reply import Cut, Page
from entrepot.web.routes import Doc, current_house, route

EXAMPLE = {"id": "0b1e7c52-4c1f-4f0e-9d55-3f4c1b7a9e10"}
State = Literal["pending", "running", "completed", "failed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsQuery:
    """Which jobs, and which part of them."""

    state: Annotated[
        tuple[State, ...], Meta(description="Any of these.", max_length=5)
    ] = ()
    kind: Annotated[str, Meta(max_length=200, examples=["operations.back_up"])] = ""
    subject: Annotated[
        str,
        Meta(max_length=200, description="What they are about, `<noun>:<id>`."),
    ] = ""
    queue: Annotated[str, Meta(max_length=50)] = ""
    by: Annotated[
        str,
        Meta(max_length=320, description="Who asked for them; for admins, anybody."),
    ] = ""
    after: Annotated[
        str, Meta(max_length=20, description="`next` of the page before.")
    ] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50

    def wanted(self) -> JobFilter:
        """Return the jobs that are meant."""
        return JobFilter(
            states=tuple(self.state),
            kind=self.kind,
            subject=self.subject,
            queue=self.queue,
            by=self.by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesQuery(JobsQuery):
    """Which jobs, and since when."""

    since: Annotated[
        str,
        Meta(max_length=40, description="Of an earlier answer; empty for the newest."),
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Jobs that may have changed, newest first.

    Attributes:
        since: To ask with the next time; some come twice, none is left out.
        has_more: There are so many that the list should be read anew.
    """

    jobs: list[JobSeen]
    since: str
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSeen:
    """A kind of job, and the queue in which it waits."""

    name: str
    summary: str
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """What can be done in the background, and the places for it."""

    kinds: list[KindSeen]
    queues: list[Queue]


@route(
    bp,
    "GET",
    "/api/jobs",
    Doc(query=JobsQuery, data=list[JobSeen], is_paged=True, errors=(InvalidValue,)),
)
def list_some(query: JobsQuery) -> Page:
    """List jobs, newest first; people see their own, admins all."""
    found = _list(query.wanted(), after=query.after, limit=query.limit)
    following = _address(query, found.next) if found.next else None
    return Page(found.jobs, Cut(next=following, limit=query.limit))


@route(
    bp,
    "GET",
    "/api/jobs/changes",
    Doc(query=ChangesQuery, data=Changes, errors=(InvalidValue,)),
)
def list_changes(query: ChangesQuery) -> Changes:
    """List the jobs that changed since an earlier answer.

    Whoever follows jobs asks again and again with the `since` of the last answer, and
    gets 304 while nothing happens.
    """
    wanted = replace(query.wanted(), since=query.since)
    found = _list(wanted, after=query.after, limit=query.limit)
    # While nothing happens the answer stays the same, so that it need not be sent.
    since = found.since if found.jobs or not query.since else query.since
    return Changes(jobs=found.jobs, since=since, has_more=bool(found.next))


@route(bp, "GET", "/api/jobs/kinds", Doc(data=Kinds))
def list_kinds() -> Kinds:
    """List what can be done in the background, and the queues."""
    kinds = [
        KindSeen(name=kind.name, summary=kind.summary, queue=kind.queue)
        for kind in sorted(KINDS.values(), key=lambda kind: kind.name)
    ]
    return Kinds(kinds=kinds, queues=list(QUEUES.values()))


@route(bp, "GET", "/api/jobs/workers", Doc(role="admin", data=Crew))
def list_workers() -> Crew:
    """List the workers of the last day, and how much waits for them."""
    return get_crew(current_house())


@route(
    bp,
    "GET",
    "/api/jobs/<id>",
    Doc(data=JobDetail, errors=(Missing,), path_examples=EXAMPLE),
)
def get_job(id: str) -> JobDetail:
    """Show one job, with what was asked of it."""
    return get_own(current_house(), id, require("viewer"))


@route(
    bp,
    "POST",
    "/api/jobs/<id>/cancel",
    Doc(data=JobSeen, errors=(Missing, Conflict), path_examples=EXAMPLE),
)
def cancel(id: str) -> JobSeen:
    """End a job: at once if it waits, within two seconds if it runs."""
    get_own(current_house(), id, require("viewer"))
    return cancel_job(current_house(), id)


@route(
    bp,
    "POST",
    "/api/jobs/<id>/retry",
    Doc(data=JobSeen, errors=(Missing, Conflict), path_examples=EXAMPLE),
)
def retry(id: str) -> JobSeen:
    """Let a failed job be tried again, as often as its limit says."""
    get_own(current_house(), id, require("viewer"))
    return retry_job(current_house(), id)


@route(
    bp,
    "POST",
    "/api/jobs/<id>/resume",
    Doc(data=JobSeen, errors=(Missing, Conflict), path_examples=EXAMPLE),
)
def resume(id: str) -> JobSeen:
    """Let a job that failed or was cancelled begin anew, as often as one likes."""
    get_own(current_house(), id, require("viewer"))
    return resume_job(current_house(), id)


def _list(wanted: JobFilter, *, after: str, limit: int) -> JobPage:
    mine = narrowed(wanted, require("viewer"))
    if mine is None:
        return JobPage(jobs=[], next="", since=wanted.since)
    return list_jobs(current_house(), mine, after=after, limit=limit)


def _address(query: JobsQuery, after: str) -> str:
    following = replace(query, after=after)
    given = {field.name: getattr(following, field.name) for field in fields(query)}
    usual = {field.name: field.default for field in fields(query)}
    asked = {name: value for name, value in given.items() if value != usual[name]}
    return f"/api/jobs?{urlencode(asked, doseq=True)}"
