"""Messages that a destination refused, sent again while their alert still fires."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from entrepot.base.errors import EntrepotError
from entrepot.base.house import House
from entrepot.delivery import DeliverySeen, list_deliveries, send_again
from entrepot.watch.alerts.models import AlertHistory
from entrepot.watch.alerts.telling import subject_of

MOST = 3
"""Times that a refused message is sent again; then it is shown as failing."""

PAUSE_SECONDS = 300
MOST_ALERTS = 200


def send_failed_again(house: House, *, now: datetime) -> int:
    """Send again what was refused a while ago; return how many messages.

    What may pass by itself was tried eight times in a day before it counts as failed.
    """
    sent = 0
    with house.store.read_session() as session:
        wanted = select(AlertHistory.id).where(
            AlertHistory.state == "firing",
            AlertHistory.notified_at.is_not(None),
            AlertHistory.retried < MOST,
        )
        ids = list(session.scalars(wanted.order_by(AlertHistory.id).limit(MOST_ALERTS)))
    for id in ids:
        failed = [d for d in failed_deliveries(house, id) if _is_due(d, now)]
        if failed:
            sent += _send(house, id, failed)
    return sent


def failed_deliveries(house: House, id: int) -> list[DeliverySeen]:
    """Return the messages about an alert that did not arrive."""
    found = list_deliveries(house, subject=subject_of(id), state="failed")
    return [delivery for delivery in found if delivery.event == "alert.firing"]


def _is_due(delivery: DeliverySeen, now: datetime) -> bool:
    ended_at = delivery.ended_at
    return ended_at is not None and now - ended_at >= timedelta(seconds=PAUSE_SECONDS)


def _send(house: House, id: int, failed: list[DeliverySeen]) -> int:
    with house.store.session() as session:
        row = session.get(AlertHistory, id, with_for_update=True)
        if row is None or row.state != "firing" or row.retried >= MOST:
            return 0
        row.retried += 1
        sent = 0
        for delivery in failed:
            try:
                send_again(house, delivery.id)
            except EntrepotError:
                continue  # another did it, or it is gone
            sent += 1
        return sent
