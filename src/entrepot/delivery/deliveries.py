"""What was sent, and is to be: asked for, looked at, sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from entrepot.base.acting import current
from entrepot.base.errors import NotThere
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.delivery.destinations import get_destination
from entrepot.delivery.errors import StillWaiting
from entrepot.delivery.models import Delivery
from entrepot.delivery.spec import Parcel
from entrepot.jobs import Wanted, submit_job

KIND = "delivery.send"
State = Literal["waiting", "delivered", "failed"]
Outcome = Literal["delivered", "later", "failed", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try to send something.

    Attributes:
        outcome: `later` is tried again; `unknown` when its worker died in it, and the
            other side may have it.
        answer: What the other side said, or why there is no answer.
    """

    at: datetime
    outcome: Outcome
    answer: str
    milliseconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySeen:
    """A delivery, as people see it.

    Attributes:
        subject: What it is about, e.g. `export:7f3c…`.
        tries: The first one first.
        next_at: Of a waiting one, when it is tried again at the earliest.
        job: Id of the job that sends it.
    """

    id: str
    destination: str
    channel: str
    subject: str
    event: str
    title: str
    state: State
    tries: tuple[Try, ...]
    error: str
    job: str
    created_by: str
    created_at: datetime
    next_at: datetime | None
    ended_at: datetime | None


def send(house: House, destination: str, parcel: Parcel, subject: str) -> DeliverySeen:
    """Let a parcel be sent by a worker, in the caller's transaction.

    It arrives at least once: whoever gets the same delivery id again has it already.

    Raises:
        NotThere: There is no such destination.
    """
    found = get_destination(house, destination)
    row = Delivery(
        id=str(uuid4()),
        destination=found.name,
        channel=found.channel,
        subject=subject[:200],
        parcel=_stored(parcel),
        state="waiting",
        attempt_count=0,
        attempts=[],
        created_by=current().name,
        created_at=now(),
    )
    with house.store.joined_session() as session:
        session.add(row)
        row.job_uuid = _submit(house, row)
        return _seen(row)


def send_again(house: House, id: str) -> DeliverySeen:
    """Send the same once more, with the same delivery id.

    Raises:
        NotThere: There is no such delivery.
        StillWaiting: It is not over yet.
    """
    with house.store.joined_session() as session:
        row = get_row(session, id)
        if row.state == "waiting":
            raise StillWaiting(
                "the delivery is not over yet",
                hint="cancel its job, or wait for its next try",
            )
        wait_again(row)
        row.job_uuid = _submit(house, row)
        return _seen(row)


def wait_again(row: Delivery) -> None:
    """Let an ended delivery wait."""
    row.state, row.error = "waiting", None
    row.ended_at = row.next_at = None


def list_deliveries(
    house: House,
    *,
    limit: int = 50,
    after: str | None = None,
    by: str | None = None,
    subject: str = "",
    destination: str = "",
    state: str = "",
) -> list[DeliverySeen]:
    """Return deliveries, newest first, from behind the one with the id `after`.

    Args:
        by: Only those of this person.

    Raises:
        NotThere: There is no delivery `after`.
    """
    place = tuple_(Delivery.created_at, Delivery.id)
    wanted = select(Delivery).order_by(Delivery.created_at.desc(), Delivery.id.desc())
    conditions = {
        Delivery.created_by: by,
        Delivery.subject: subject or None,
        Delivery.destination: destination or None,
        Delivery.state: state or None,
    }
    for column, value in conditions.items():
        if value is not None:
            wanted = wanted.where(column == value)
    with house.store.read_session() as session:
        if after is not None:
            last = get_row(session, after)
            wanted = wanted.where(place < tuple_(last.created_at, last.id))
        return [_seen(row) for row in session.scalars(wanted.limit(limit))]


def get_delivery(house: House, id: str) -> DeliverySeen:
    """Return one delivery.

    Raises:
        NotThere: There is none with this id.
    """
    with house.store.read_session() as session:
        return _seen(get_row(session, id))


def get_row(session: Session, id: str) -> Delivery:
    """Return one to change.

    Raises:
        NotThere: There is none with this id.
    """
    row = session.get(Delivery, id, with_for_update=True)
    if row is None:
        raise NotThere("delivery", id, [])
    return row


def parcel_of(row: Delivery) -> Parcel:
    """Return what is sent."""
    said = row.parcel
    return Parcel(
        event=said["event"],
        title=said["title"],
        text=said["text"],
        facts=said["facts"],
        file=Path(said["file"]) if said["file"] else None,
        file_name=said["file_name"],
        link=said["link"],
    )


def _stored(parcel: Parcel) -> dict[str, object]:
    return {
        "event": parcel.event,
        "title": parcel.title,
        "text": parcel.text,
        "facts": dict(parcel.facts),
        "file": str(parcel.file) if parcel.file else "",
        "file_name": parcel.file_name,
        "link": parcel.link,
    }


def _submit(house: House, row: Delivery) -> str:
    wanted = Wanted(
        kind=KIND,
        parameters={"delivery": row.id},
        title=f"Send to {row.destination}: {row.parcel['title']}"[:255],
        subject=f"delivery:{row.id}",
    )
    return submit_job(house, wanted)


def _try(said: Mapping[str, object]) -> Try:
    return Try(
        at=datetime.fromisoformat(str(said["at"])),
        outcome=said["outcome"],  # type: ignore[arg-type]  # nobody else writes it
        answer=str(said["answer"]),
        milliseconds=said["milliseconds"],  # type: ignore[arg-type]  # as above
    )


def _seen(row: Delivery) -> DeliverySeen:
    return DeliverySeen(
        id=row.id,
        destination=row.destination,
        channel=row.channel,
        subject=row.subject,
        event=row.parcel["event"],
        title=row.parcel["title"],
        state=row.state,  # type: ignore[arg-type]  # nobody else writes this table
        tries=tuple(_try(said) for said in row.attempts),
        error=row.error or "",
        job=row.job_uuid or "",
        created_by=row.created_by,
        created_at=row.created_at,
        next_at=row.next_at,
        ended_at=row.ended_at,
    )
