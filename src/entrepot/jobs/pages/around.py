"""What stands of jobs on other pages: the top bar's indicator, a panel at home."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from entrepot.base.errors import Unavailable
from entrepot.base.house import House
from entrepot.jobs.pages.blueprint import bp
from entrepot.jobs.seeing import JobFilter, JobPage, list_jobs
from entrepot.jobs.seen_by import narrowed
from entrepot.jobs.spec import JobSeen
from entrepot.web import shell
from entrepot.web.guard import needs, require
from entrepot.web.pieces import render_piece
from entrepot.web.requests import quiet
from entrepot.web.routes import current_house

ON_HOME = 5
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """Jobs that run, maybe none: the indicator is hidden until there are some.

    Attributes:
        percent: Of the one that is farthest behind; None where nobody knows.
    """

    jobs: list[JobSeen]
    percent: float | None


@bp.get("/jobs/running")
@quiet
@needs("viewer")
def running() -> Response:
    """Show how many jobs run, as the top bar has it; 304 while that stays the same."""
    return render_piece("jobs/running.html", panel=_running(current_house()))


def _running(house: House) -> UnderWay:
    found = _list(house, ("running",), MOST)
    jobs = found.jobs if found else []
    known = [job.percent for job in jobs if job.percent is not None]
    return UnderWay(jobs=jobs, percent=min(known) if known else None)


def _in_top_bar(house: House, subject: str) -> UnderWay | None:
    try:
        return _running(house)
    except (SQLAlchemyError, Unavailable):
        return None  # the page itself says what is wrong with our database


def _on_home(house: House, subject: str) -> JobPage | None:
    found = _list(house, ("pending", "running"), ON_HOME)
    return found if found and found.jobs else None


def _list(house: House, states: tuple[str, ...], limit: int) -> JobPage | None:
    wanted = narrowed(JobFilter(states=states), require("viewer"))
    return list_jobs(house, wanted, limit=limit) if wanted else None


shell.PANELS.append(
    shell.Panel(
        page="top bar",
        endpoint="jobs_pages.running",
        template="jobs/running.html",
        load=_in_top_bar,
    )
)
shell.PANELS.append(
    shell.Panel(
        page="home",
        endpoint="jobs_pages.index",
        template="jobs/on_home.html",
        load=_on_home,
        order=10,
    )
)
