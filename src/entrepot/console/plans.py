"""How a database would run a statement, in one shape for all of them."""

from __future__ import annotations

import time

from entrepot.base.deadline import within
from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.base.rows import ReadOptions
from entrepot.connections import Plan, Statement
from entrepot.console.preparing import prepare
from entrepot.console.records import Ended
from entrepot.console.running import complete, ended_well, placed
from entrepot.console.spec import Wanted


def explain(house: House, who: Identity, wanted: Wanted, *, run: bool = False) -> Plan:
    """Return a statement's plan; it stands in the history like a run.

    Args:
        run: Run it, where the database can tell more then.

    Raises:
        EntrepotError: As `service.execute`.
    """
    ready = prepare(house, who, wanted, kind="plan")
    began = time.perf_counter()
    with ended_well(house, ready), placed(house, ready):
        statement = Statement(sql=ready.bound.sql, params=ready.bound.params)
        options = ReadOptions(
            seconds=within(ready.seconds),
            switch=ready.live.switch,
            memory_bytes=ready.memory.count,
        )
        plan = ready.database.explain(statement, options, run=run)
        seconds = time.perf_counter() - began
        complete(house, ready, Ended(state="completed", seconds=seconds))
    return plan
