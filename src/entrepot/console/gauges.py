"""What can be read off the console."""

from __future__ import annotations

from sqlalchemy import func, select

from entrepot.base.gauges import GAUGES, Gauge, Reading
from entrepot.base.house import House
from entrepot.console import spools
from entrepot.console.models import Run
from entrepot.console.spec import LIVE


def _running(house: House) -> list[Reading]:
    counted = (
        select(Run.state, func.count()).where(Run.state.in_(LIVE)).group_by(Run.state)
    )
    with house.store.read_session() as session:
        found = {state: count for state, count in session.execute(counted)}
    return [((state,), found.get(state, 0)) for state in LIVE]


def _kept_bytes(house: House) -> list[Reading]:
    files = spools.folder(house).glob("*.arrow")
    return [((), sum(path.stat().st_size for path in files))]


GAUGES["entrepot_console_runs"] = Gauge(
    help="Statements of the console that wait or run, by state.",
    labels=("state",),
    read=_running,
)
GAUGES["entrepot_console_result_bytes"] = Gauge(
    help="Bytes of the kept rows of the console on this host.",
    read=_kept_bytes,
)
