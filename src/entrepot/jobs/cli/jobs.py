"""`entrepot jobs list`, `show`, `watch`, `cancel`, `retry` and `resume`."""

from __future__ import annotations

import json
import sys
import time

import click
import msgspec

from entrepot.base import spans
from entrepot.base.house import House
from entrepot.jobs import asking
from entrepot.jobs.detail import get_detail
from entrepot.jobs.seeing import JobFilter, list_jobs
from entrepot.jobs.shown import bar_line
from entrepot.jobs.spec import JobSeen
from entrepot.jobs.states import MOVES
from entrepot.web import terminal
from entrepot.web.words import ago, moment

WATCH_SECONDS = 0.5
UNDER_WAY = ("pending", "running")


@click.command("list")
@click.option(
    "--state", "states", multiple=True, type=click.Choice(list(MOVES)), help="Only so."
)
@click.option("--kind", default="", help="Only of this kind.")
@click.option("--subject", default="", help="Only about this, `<noun>:<id>`.")
@click.option("--by", default="", help="Only of this person.")
@click.option("--limit", default=50, show_default=True, help="The most to show.")
@click.option("--after", default="", help="`next` of the page before.")
@terminal.json_option
@terminal.pass_house
def list_some(
    house: House,
    *,
    states: tuple[str, ...],
    kind: str,
    subject: str,
    by: str,
    limit: int,
    after: str,
    as_json: bool,
) -> None:
    """List jobs, newest first."""
    wanted = JobFilter(states=states, kind=kind, subject=subject, by=by)
    found = list_jobs(house, wanted, limit=limit, after=after)
    if as_json:
        terminal.print_json(found)
        return
    columns = ("Id", "State", "Title", "Progress", "By", "Asked for")
    rows = [
        (job.id, job.state, job.title, bar_line(job), job.by, ago(job.created_at))
        for job in found.jobs
    ]
    terminal.print_table(columns, rows)
    if found.next:
        click.echo(f"Older ones: --after {found.next}", err=True)


@click.command("show")
@click.argument("id")
@terminal.json_option
@terminal.pass_house
def show(house: House, *, id: str, as_json: bool) -> None:
    """Show one job, with what was asked of it and what came of it."""
    found = get_detail(house, id)
    if as_json:
        terminal.print_json(found)
        return
    job = found.job
    terminal.print_facts(
        {
            "Title": job.title,
            "Kind": job.kind,
            "State": job.state,
            "Progress": bar_line(job),
            "Attempts": job.attempts,
            "Asked for": f"{moment(job.created_at)} by {job.by or 'nobody'}",
            "Began": moment(job.started_at) if job.started_at else None,
            "Ended": moment(job.ended_at) if job.ended_at else None,
            "Worker": job.worker,
            "Error": f"{job.error_code}: {job.error}" if job.error else None,
            "Asked": json.dumps(dict(found.parameters), ensure_ascii=False),
            "Result": json.dumps(job.result, ensure_ascii=False, default=str),
            "Trace": job.trace_id,
        }
    )


@click.command("watch")
@click.argument("ids", nargs=-1)
@terminal.json_option
@terminal.pass_house
def watch(house: House, *, ids: tuple[str, ...], as_json: bool) -> None:
    """Show jobs as they get on, until they are over.

    Without an ID all that are under way; with --json one line for each change. The
    exit code is 1 where one of them failed or was cancelled.
    """
    watched = list(ids) or [job.id for job in _under_way(house)]
    if not watched:
        click.echo("Nothing is under way.", err=True)
        return
    spans.forget()  # it waits for others
    if as_json or not sys.stdout.isatty():
        ended = _follow_lines(house, watched, as_json=as_json)
    else:
        ended = _follow_bars(house, watched)
    if any(job.state != "completed" for job in ended):
        sys.exit(1)


def _under_way(house: House) -> list[JobSeen]:
    return list_jobs(house, JobFilter(states=UNDER_WAY), limit=200).jobs[::-1]


def _look(house: House, ids: list[str]) -> list[JobSeen]:
    return [get_detail(house, id).job for id in ids]


def _follow_lines(house: House, ids: list[str], *, as_json: bool) -> list[JobSeen]:
    told: dict[str, JobSeen] = {}
    while True:
        jobs = _look(house, ids)
        for job in jobs:
            if told.get(job.id) != job:
                told[job.id] = job
                _tell(job, as_json=as_json)
        if all(job.state not in UNDER_WAY for job in jobs):
            return jobs
        time.sleep(WATCH_SECONDS)


def _tell(job: JobSeen, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(job).decode())
    else:
        click.echo("\t".join((job.id, job.state, job.title, bar_line(job))))


def _follow_bars(house: House, ids: list[str]) -> list[JobSeen]:
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[said]}", markup=False),
    )
    with Progress(*columns) as bars:
        jobs = _look(house, ids)
        tasks = [bars.add_task(job.title, total=None, said="") for job in jobs]
        while True:
            for task, job in zip(tasks, jobs, strict=True):
                total = None if job.percent is None else 100.0
                said = f"{job.state}: {bar_line(job)}" if bar_line(job) else job.state
                bars.update(task, total=total, completed=job.percent or 0, said=said)
            if all(job.state not in UNDER_WAY for job in jobs):
                return jobs
            time.sleep(WATCH_SECONDS)
            jobs = _look(house, ids)


@click.command("cancel")
@click.argument("id")
@terminal.json_option
@terminal.pass_house
def cancel(house: House, *, id: str, as_json: bool) -> None:
    """End a job: at once if it waits, within two seconds if it runs."""
    _done(asking.cancel_job(house, id), as_json=as_json)


@click.command("retry")
@click.argument("id")
@terminal.json_option
@terminal.pass_house
def retry(house: House, *, id: str, as_json: bool) -> None:
    """Let a failed job be tried again."""
    _done(asking.retry_job(house, id), as_json=as_json)


@click.command("resume")
@click.argument("id")
@terminal.json_option
@terminal.pass_house
def resume(house: House, *, id: str, as_json: bool) -> None:
    """Let a job that failed or was cancelled begin anew."""
    _done(asking.resume_job(house, id), as_json=as_json)


def _done(job: JobSeen, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json(job)
    else:
        state = "stopping" if job.is_stopping else job.state
        click.echo(f"{job.title} is {state}.")


COMMANDS = (list_some, show, watch, cancel, retry, resume)
