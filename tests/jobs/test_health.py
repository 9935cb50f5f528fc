"""Whether somebody does the work is part of health."""

from __future__ import annotations

from datetime import timedelta

from entrepot.base.checks import health
from entrepot.base.gauges import GAUGES
from entrepot.base.times import now
from entrepot.composition import load_checks
from entrepot.jobs import gauges  # noqa: F401  # they register themselves


def state(house):
    """Return the state of background work, looked at now."""
    load_checks()
    return health(house, at_most_seconds=0.0)["jobs"]


def test_jobs_that_wait_without_a_worker_are_not_well(both, add_job, add_worker):
    """After a while: a worker may be starting again."""
    assert state(both) == "healthy"
    add_job(updated_at=now() - timedelta(seconds=10))
    assert state(both) == "healthy"
    add_job(updated_at=now() - timedelta(seconds=30))
    assert state(both) == "degraded"

    add_worker()
    assert state(both) == "healthy"


def test_live_workers_are_counted(both, add_worker):
    """Not those that are silent."""
    add_worker("host-1")
    add_worker("host-2", seconds=11)

    assert list(GAUGES["entrepot_jobs_workers"].read(both)) == [((), 1)]
