"""Who used what: endpoints, tables of data products, exports."""

from __future__ import annotations

import time
from datetime import timedelta

from entrepot.base.acting import Actor, acting_as
from entrepot.base.events import RequestAnswered, emit
from entrepot.connections import Statement, StatementRead
from entrepot.exports import ExportBroke, ExportFinished, ExportStarted
from entrepot.watch.history import service
from entrepot.watch.history.counted import MOST_KEYS, OTHER, UsageTally
from entrepot.watch.history.keeper import Keeper

ANNA = Actor(name="anna@example.com", kind="person", user_id=1)


def used(serving, of, **asked):
    """Return what was used, when it is written."""
    keeper = Keeper(serving.house, "web")
    keeper.write(time.time())
    keeper.close()
    since = serving.at - timedelta(hours=1)
    until = serving.at + timedelta(hours=2)
    return service.usage(serving.house, of=of, since=since, until=until, **asked)


def test_requests_are_told_by_endpoint_and_person(serving):
    """How many, how many failed, how long."""
    serving.answer(0.1, 0.3)
    with acting_as(ANNA):
        serving.answer(0.2, status=500)

    (found,) = used(serving, "endpoint")
    people = used(serving, "endpoint", is_by_person=True)

    assert (found.name, found.times, found.failed) == ("get_products", 3, 1)
    assert round(found.mean_ms) == 200
    assert round(found.max_ms) == 300
    assert [(p.who, p.times) for p in people] == [("", 2), ("anna@example.com", 1)]


def test_machines_that_ask_over_and_over_are_not_told(serving):
    """A health check is no use of anything."""
    emit(
        RequestAnswered(
            method="GET",
            path="/health",
            protocol="HTTP/1.1",
            endpoint="health",
            status=200,
            seconds=0.1,
            size_bytes=None,
            is_quiet=True,
        )
    )

    assert used(serving, "endpoint") == []


def test_a_products_tables_are_told_with_their_rows(serving):
    """A statement that reads one table is a use of it; another is none."""
    for table, rows in (("orders", 10), ("orders", 5), ("", 99)):
        emit(
            StatementRead(
                connection="shop",
                dialect="sqlite",
                statement=Statement(sql="SELECT 1"),
                schema="main" if table else "",
                table=table,
                rows=rows,
                seconds=0.05,
            )
        )

    (found,) = used(serving, "product")
    assert (found.name, found.times, found.rows) == ("shop.main.orders", 2, 15)


def test_exports_are_told_by_what_they_are_of(serving):
    """Those that broke have no rows; one that began elsewhere has its format."""
    emit(
        ExportStarted(
            id="a",
            format="csv",
            options={},
            title="orders",
            connection="shop",
            sql_sha256="",
            sql="",
            by="anna",
        )
    )
    emit(
        ExportFinished(
            id="a", format="csv", rows=7, size_bytes=1, sha256="", seconds=1.0
        )
    )
    emit(ExportBroke(id="b", format="xlsx", seconds=2.0, code="broken", error=""))

    found = {u.name: (u.times, u.failed, u.rows) for u in used(serving, "export")}
    assert found == {"shop: orders": (1, 0, 7), "(xlsx)": (1, 1, None)}


def test_names_cannot_fill_the_memory():
    """Beyond the most, all is one; the sum stays right."""
    tally = UsageTally()
    for number in range(MOST_KEYS + 50):
        tally.add(("endpoint", str(number), ""), 0.0, 1.0)

    taken = tally.take()

    assert taken["endpoint", OTHER, ""].times == 50
    assert sum(counted.times for counted in taken.values()) == MOST_KEYS + 50
