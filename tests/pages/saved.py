"""Saved queries for the pages: one with everything, another's, and a link."""

from __future__ import annotations

from entrepot.base.house import House
from entrepot.base.identity import Identity
from entrepot.base.times import now
from entrepot.console import service
from entrepot.console.models import Link
from entrepot.console.saved.keeping import change_query, save_query
from entrepot.console.saved.spec import Parameter, QueryChange, QueryWanted
from entrepot.console.saved.using import (
    export_request,
    schedule_query,
    wanted_run,
)

LINK = "0123456789abcdefghijkl"
SHORT = "SELECT name, country\nFROM suppliers\nWHERE country = :country\n"
LONG = (
    "SELECT s.name, count(*) AS orders, max(o.ordered_on) AS last\n"
    "FROM purchase_orders o\n"
    "JOIN suppliers s ON s.supplier = o.supplier\n"
    "WHERE s.country = :country AND o.ordered_on >= :since\n"
    "  AND (:blocked IS NULL OR s.is_blocked = :blocked)\n"
    "GROUP BY s.name ORDER BY orders DESC"
)
PARAMETERS = [
    Parameter(
        name="country",
        type="choice",
        label="Country of the supplier",
        choices=["DE", "FR", "NL"],
        default="DE",
    ),
    Parameter(name="since", type="date", label="Ordered since", default="2020-01-01"),
    Parameter(name="blocked", type="boolean", label="Blocked ones", required=False),
]


def write_queries(house: House) -> None:
    """Save a query in two versions that ran and is scheduled, and one of another's."""
    local = Identity(name="local", role="admin")
    ben = Identity(name="benedikt.grossmann@hafen.example", role="analyst")
    first = save_query(
        house,
        local,
        QueryWanted(
            name="What suppliers of a country were ordered from",
            description="By number of orders, the most first; for the monthly meeting",
            connection="demo",
            sql=SHORT,
            tags=["procurement", "monthly"],
            is_shared=True,
        ),
    )
    note = "orders, and since when"
    change = QueryChange(sql=LONG, parameters=PARAMETERS, note=note)
    seen = change_query(house, local, first.id, change)
    save_query(
        house,
        ben,
        QueryWanted(
            name="Suppliers", connection="demo", sql="SELECT * FROM suppliers",
            is_shared=True,
        ),
    )  # fmt: skip
    service.execute(house, local, wanted_run(seen, {}))
    request = export_request(house, seen, {}, format="csv")
    name = "Suppliers of the month"
    schedule_query(house, local, seen, request, name=name, cron="0 6 1 * *")
    state = {
        "connection": "demo",
        "sql": SHORT,
        "title": "Suppliers of the Netherlands",
        "values": {"country": "NL"},
        "view": "rows",
        "saved_query": seen.id,
    }
    with house.store.session() as session:
        session.add(
            Link(
                id=LINK,
                state=state,
                query_id=seen.id,
                created_by=local.name,
                created_at=now(),
            )
        )
