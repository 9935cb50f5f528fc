"""Pages: jobs as they get on, one job, and the schedules."""

from entrepot.jobs.pages import around, jobs, schedules, shown
from entrepot.jobs.pages.blueprint import bp

shown.install(bp)

__all__ = ["around", "bp", "jobs", "schedules", "shown"]
