"""Destinations and deliveries as an ordinary week leaves them."""

from __future__ import annotations

from datetime import timedelta

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.delivery import DestinationWanted, add_destination
from entrepot.delivery.models import Delivery
from entrepot.exports import ExportRequest
from entrepot.exports.scheduled import schedule_export
from entrepot.exports.wanted import Source

DELIVERY = "5f0c8a52-1111-4222-8333-944445555666"
"""Id of the one that was tried three times, and failed."""

AWAY = "https://hooks.warehouse.example/entrepot answered 503 Service Unavailable"


def write_sent(house: House) -> None:
    """Keep two destinations, a schedule, and a delivery in each state."""
    hook = {
        "url": "https://hooks.warehouse.example/entrepot",
        "secret": "a secret of some length",
    }
    for name, channel, options, words in (
        ("warehouse", "webhook", hook, "Stock control is told at once"),
        ("archive", "folder", {"folder": "orders"}, ""),
    ):
        wanted = DestinationWanted(
            name=name, channel=channel, options=options, description=words
        )
        add_destination(house, wanted)
    source = Source(connection="demo", table="purchase_orders")
    daily = ExportRequest(source=source, deliver_to=["warehouse", "archive"])
    schedule_export(house, daily, role="admin", name="orders-daily", cron="0 6 * * 1-5")
    with house.store.session() as session:
        session.add_all(
            [
                _row(DELIVERY, "failed", "later", "unknown", "failed"),
                _row("waits", "waiting", "later"),
                _row("arrived", "delivered", "delivered"),
                _row("new", "waiting"),
            ]
        )


def _row(id: str, state: str, *outcomes: str) -> Delivery:
    at, has_failed = now() - timedelta(hours=len(outcomes)), state != "delivered"
    return Delivery(
        id=id,
        destination="warehouse",
        channel="webhook",
        subject="export:7f3c",
        parcel={
            "event": "export.completed",
            "title": "Purchase orders – 48,112 rows",
            "text": "",
            "facts": {},
            "file": "",
            "file_name": "",
            "link": "",
        },
        state=state,
        attempt_count=len(outcomes),
        attempts=[_try(outcome, at) for outcome in outcomes],
        error=AWAY if outcomes and has_failed else None,
        created_by="marta.okonjo@hafen.example",
        created_at=at,
        next_at=now() + timedelta(minutes=5) if id == "waits" else None,
        ended_at=None if state == "waiting" else now(),
    )


def _try(outcome: str, at: object) -> dict[str, object]:
    answer = {"delivered": "202 Accepted", "unknown": ""}.get(outcome, AWAY)
    took = None if outcome == "unknown" else 128
    return {"at": str(at), "outcome": outcome, "answer": answer, "milliseconds": took}
