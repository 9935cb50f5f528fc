"""How far a job is, in one line for people."""

from __future__ import annotations

from collections.abc import Iterator

from entrepot.jobs.spec import JobSeen


def bar_line(job: JobSeen) -> str:
    """Return such as `62 % · 748,210 rows · 104,300 rows/s · 4 s left`."""
    return " · ".join(_parts(job))


def _parts(job: JobSeen) -> Iterator[str]:
    if job.is_stopping:
        yield "stopping"
    if job.percent is not None:
        yield f"{job.percent:.0f} %"
    if job.stage and job.state == "running":
        yield job.stage
    if job.rows is not None:
        yield f"{job.rows:,} rows"
    if job.rows_per_second and job.state == "running":
        yield f"{job.rows_per_second:,.0f} rows/s"
    if job.seconds_left is not None:
        yield f"{left(job.seconds_left)} left"
    if job.error:
        yield job.error


def left(seconds: float) -> str:
    """Return `4 s`, `2 min` or `3 h`: no more exactly than it is known."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 3600)} h"
