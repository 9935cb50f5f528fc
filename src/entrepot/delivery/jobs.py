"""The work of this room: one try to send something, and another where that may help."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from entrepot.base.errors import EntrepotError
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.delivery.deliveries import (
    KIND,
    Outcome,
    get_row,
    parcel_of,
    wait_again,
)
from entrepot.delivery.destinations import open_destination
from entrepot.delivery.events import Delivered, DeliveryDelayed, DeliveryFailed
from entrepot.delivery.models import Delivery
from entrepot.jobs import KINDS, Ending, Facts, JobKind, Work

PAUSES_SECONDS = (60.0, 300.0, 1_800.0, 7_200.0, 14_400.0, 28_800.0, 33_840.0)
"""Eight tries over 24 hours: soon at first, since most troubles are short."""


def run(house: House, work: Work) -> Facts:
    """Send a delivery once.

    Raises:
        Unavailable: It may arrive later.
        EntrepotError: Of any other kind: it will not.
    """
    id = str(work.parameters["delivery"])
    row = _begin(house, id)
    began = time.monotonic()
    try:
        answer = _sent(house, row)
    except EntrepotError as error:
        _settle(
            house, id, "later" if error.retryable else "failed", error.detail, began
        )
        raise
    _settle(house, id, "delivered", answer, began)
    return {"answer": answer, "attempt": row.attempt_count}


def _sent(house: House, row: Delivery) -> str:
    channel, sending = open_destination(
        house, row.destination, delivery_id=row.id, attempt=row.attempt_count
    )
    return channel.send(parcel_of(row), sending).answer


def _begin(house: House, id: str) -> Delivery:
    """Note that a try begins: should the worker die in it, that is seen."""
    with house.store.session() as session:
        row = get_row(session, id)
        row.attempt_count += 1
        row.next_at = None
        row.attempts = [*row.attempts, _entry("unknown", "", None)]
    return row


def _settle(house: House, id: str, outcome: Outcome, answer: str, began: float) -> None:
    """Note how the try ended."""
    seconds = time.monotonic() - began
    entry = _entry(outcome, answer[:500], round(seconds * 1000))
    with house.store.session() as session:
        row = get_row(session, id)
        row.attempts = [*row.attempts[:-1], row.attempts[-1] | entry]
        if outcome == "delivered":
            row.state, row.error, row.ended_at = "delivered", None, now()
            emit(_delivered(row, seconds))
        elif outcome == "later":
            row.error, row.next_at = answer, _next_at(row)
            emit(_delayed(row, answer))


def _entry(
    outcome: Outcome, answer: str, milliseconds: int | None
) -> dict[str, object]:
    entry: dict[str, object] = {"outcome": outcome, "answer": answer}
    entry["milliseconds"] = milliseconds
    return entry if milliseconds is not None else entry | {"at": now().isoformat()}


def _next_at(row: Delivery) -> datetime | None:
    """Return when the next try is due; None after the last."""
    waits = sum(entry["outcome"] == "later" for entry in row.attempts)
    pauses = KINDS[KIND].pauses_seconds
    place = (waits - 1) % (len(pauses) + 1)  # sent again, it begins with the first
    return now() + timedelta(seconds=pauses[place]) if place < len(pauses) else None


def _ended(house: House, session: Session, facts: Facts, ending: Ending) -> None:
    """Let a delivery fail with its job."""
    row = session.get(Delivery, str(facts["delivery"]))
    if row is None or row.state != "waiting":
        return
    row.state, row.error = "failed", ending.message[:2_000]
    row.next_at, row.ended_at = None, now()
    emit(
        DeliveryFailed(
            id=row.id,
            destination=row.destination,
            channel=row.channel,
            subject=row.subject,
            attempts=row.attempt_count,
            error=ending.message,
        )
    )


def _again(house: House, session: Session, facts: Facts) -> None:
    """Let a delivery wait with its job."""
    wait_again(get_row(session, str(facts["delivery"])))


def _delivered(row: Delivery, seconds: float) -> Delivered:
    return Delivered(
        id=row.id,
        destination=row.destination,
        channel=row.channel,
        subject=row.subject,
        attempt=row.attempt_count,
        seconds=seconds,
    )


def _delayed(row: Delivery, error: str) -> DeliveryDelayed:
    return DeliveryDelayed(
        id=row.id,
        destination=row.destination,
        channel=row.channel,
        subject=row.subject,
        attempt=row.attempt_count,
        error=error,
    )


KINDS[KIND] = JobKind(
    name=KIND,
    summary="Send something to a destination.",
    run=run,
    pauses_seconds=PAUSES_SECONDS,
    ended=_ended,
    again=_again,
)
