"""Background work of ready feeds: write one of a large catalogue."""

from __future__ import annotations

from entrepot.catalogue.outbound import exporting
from entrepot.catalogue.outbound.ready import WRITE, write_by_job
from entrepot.jobs import KINDS, JobKind

__all__ = ["exporting"]

KINDS[WRITE] = JobKind(
    name=WRITE, summary="Write a ready feed of the catalogue.", run=write_by_job
)
