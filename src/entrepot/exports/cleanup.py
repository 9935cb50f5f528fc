"""What this room can tidy up: what was sent and nobody will ask for any more."""

from __future__ import annotations

from datetime import timedelta

from entrepot.base.cleanups import CLEANUPS, Cleanup
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.exports.generic.sessions import sweep_sessions
from entrepot.exports.keeping import sweep_spools
from entrepot.exports.uploads import sweep_uploads

DAY_SECONDS = 86_400.0


def _sent(house: House, days: int, is_dry: bool) -> int:
    least_seconds = days * DAY_SECONDS
    before = now() - timedelta(days=days)
    return (
        sweep_uploads(house, before=before, is_dry=is_dry)
        + sweep_sessions(house, least_seconds=least_seconds, is_dry=is_dry)
        + sweep_spools(house, least_seconds=least_seconds, is_dry=is_dry)
    )


CLEANUPS["sent"] = Cleanup(
    summary="Uploads, unfinished sessions of parts and rows sent for exports that are "
    "past their time, and older than the days given.",
    run=_sent,
    usual_days=1,
)
