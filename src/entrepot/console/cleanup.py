"""What this room can tidy up: the history of statements."""

from __future__ import annotations

from entrepot.base.cleanups import CLEANUPS, Cleanup
from entrepot.base.house import House
from entrepot.console.sweeping import delete_old_runs


def _runs(house: House, days: int, is_dry: bool) -> int:
    return delete_old_runs(house, days, is_dry=is_dry)


CLEANUPS["runs"] = Cleanup(
    summary="Statements of the console that ran longer ago than the days given.",
    run=_runs,
)
