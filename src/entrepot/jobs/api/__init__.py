"""`/api/jobs…`: background work, its kinds, its workers and its schedules."""

from entrepot.jobs.api import jobs, schedules
from entrepot.jobs.api.blueprint import bp

__all__ = ["bp", "jobs", "schedules"]
