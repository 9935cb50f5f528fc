"""Numbers over time, uses, slow statements and durable lines, as a day leaves them."""

from __future__ import annotations

import time
from datetime import timedelta

from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.base.times import now
from entrepot.watch.history.amounts import Amount
from entrepot.watch.history.counted import Counted, UsageTally
from entrepot.watch.history.names import WATCHED
from entrepot.watch.history.statements.shapes import shape_of
from entrepot.watch.history.statements.store import (
    OWN,
    keep_plan,
    write_statements,
)
from entrepot.watch.history.statements.tally import StatementTally
from entrepot.watch.history.using import write_usage
from entrepot.watch.history.writing import add_amounts, load_baseline
from entrepot.watch.models import SystemLog
from entrepot.watch.search.saved import SearchWanted, save_search
from tests.pages.lines import HOSTILE

DURATION = "catalogue_http_request_duration_seconds"
NIGHT = 'level:ERROR AND (crate OR "quay 7") AND timestamp:>now-1d'
"""A saved search."""
LONG = (
    "SELECT orders.id, sum(lines.price * lines.amount) AS total FROM orders "
    'JOIN "Order Details" AS lines ON lines.order_id = orders.id '
    "WHERE orders.day BETWEEN '2026-01-01' AND '2026-11-20' GROUP BY orders.id"
)
PLAN = (
    "HashAggregate, orders, about 1,204,331 rows, cost 48,112.0\n"
    "  Hash Join, Hash Cond: (lines.order_id = orders.id), about 3,100,882 rows"
)


def write_history(house: House) -> dict[str, str]:
    """Keep a day of numbers; return the id of a saved search, by its name."""
    at = int(time.time()) // 60 * 60 - 60
    with house.store.session() as session:
        source = load_baseline(session, "harbour").source_id
        for n in range(1, 13):
            add_amounts(session, source, at - n * 300, _amounts(n))
        write_usage(session, _used(at))
        _write_statements(session, at)
        session.add_all(_durable())
    lost = SearchWanted(
        name="Errors of the night, of all feeds and of whatever they fetch",
        query=NIGHT,
        description="What the morning looks at first",
        is_shared=True,
    )
    local = Identity(name="quay@hafen.example", role="admin")
    return {"search": str(save_search(house, local, lost).id)}


def _amounts(n: int):
    bins = {0.05: 30.0 + n, 0.1: 20.0, 1.0: 2.0}
    answered = Amount(52.0 + n, 3.1, bins=bins)
    return {
        (WATCHED, ()): Amount(60.0),
        (DURATION, ("GET", "get_products")): answered,
        (DURATION, ("POST", "exports_api.create_export")): answered,
    }


def _used(at: float):
    tally = UsageTally()
    for name, who in (
        ("get_products", "marta.okonjo@hafen.example"),
        ("get_products", "nightly-sync"),
        ("exports_api.create_export", ""),
        (HOSTILE[0], HOSTILE[3]),
    ):
        for n in range(7):
            tally.add(("endpoint", name, who), at, 12.5 * n, is_failed=n == 6)
    tally.add(("product", "shop.main.Order Details", "nightly-sync"), at, 31.0, rows=9)
    return tally.take()


def _write_statements(session, at: float) -> None:
    tally = StatementTally(slow_ms=500.0)
    for connection, dialect, sql in (
        ("shop", "sqlite", LONG),
        (OWN, "sqlite", "UPDATE jobs SET state = ? WHERE jobs.job_uuid = ?"),
        ("shop", "sqlite", f"SELECT {'x' * 300} FROM {'y' * 40}"),
    ):
        shape, text = shape_of(sql, dialect)
        counted = Counted(1_204_331, 3, 48_112, 9_999_999.0, 1204.5, at)
        tally.add(connection, shape, text, counted)
    taken = tally.take()
    write_statements(session, taken)
    for shape in taken.texts:
        keep_plan(session, shape, PLAN, now())


def _durable() -> list[SystemLog]:
    return [
        SystemLog(
            level=level,
            message=message,
            logger_name="entrepot.feeds",
            request_id=f"{n:016x}",
            stack_trace="Boom" if level == "ERROR" else None,
            extra_data={"row": n},
            created_at=now() - timedelta(minutes=n),
        )
        for n, (level, message) in enumerate(
            [
                ("ERROR", "x" * 700),
                *(("INFO", text) for text in HOSTILE if "\0" not in text),
            ]
        )
    ]
