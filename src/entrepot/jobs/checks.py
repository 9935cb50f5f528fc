"""What of background work can be well or not: whether somebody does it."""

from __future__ import annotations

from entrepot.base.checks import CHECKS, Check
from entrepot.base.errors import Unavailable
from entrepot.base.house import House
from entrepot.jobs.workers import Crew, get_crew

PATIENCE_SECONDS = 20.0
"""How long jobs may wait without a worker: it may be starting again."""


def _look(house: House) -> Crew:
    crew = get_crew(house)
    if crew.is_missing and crew.waiting_seconds > PATIENCE_SECONDS:
        raise Unavailable("jobs wait, and no worker is there to do them")
    return crew


CHECKS["jobs"] = Check(
    summary="A worker, where jobs wait for one.", look=_look, otherwise="degraded"
)
