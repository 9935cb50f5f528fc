"""Alerts as people see them: those that fire, and those that did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from entrepot.base.acting import current
from entrepot.base.errors import IllegalMove, NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.delivery import DeliverySeen, list_deliveries
from entrepot.watch.alerts.evaluating import facts_of
from entrepot.watch.alerts.events import AlertAcknowledged
from entrepot.watch.alerts.models import AlertHistory, Silence
from entrepot.watch.alerts.silences import active_silences, find_silence
from entrepot.watch.alerts.spec import SEVERITIES, AlertSeen
from entrepot.watch.alerts.telling import subject_of

_WORST = case(
    {name: number for number, name in enumerate(SEVERITIES)},
    value=AlertHistory.severity,
)


def list_firing(house: House, *, limit: int = 50) -> list[AlertSeen]:
    """Return what is pending or fires now: firing first, the worst, then the newest."""
    wanted = (
        select(AlertHistory)
        .where(AlertHistory.state != "resolved")
        .order_by(AlertHistory.state, _WORST.desc(), AlertHistory.id.desc())
    )
    with house.store.read_session() as session:
        rows = session.scalars(wanted.limit(limit)).all()
        return _seen(house, session, rows)


def list_history(
    house: House,
    *,
    limit: int = 50,
    before: int | None = None,
    rule_id: int | None = None,
    severity: str = "",
    state: str = "",
) -> list[AlertSeen]:
    """Return alerts that fire or fired, newest first.

    Args:
        before: Only those with lower numbers.
    """
    wanted = select(AlertHistory).where(AlertHistory.state != "pending")
    if before is not None:
        wanted = wanted.where(AlertHistory.id < before)
    if rule_id is not None:
        wanted = wanted.where(AlertHistory.rule_id == rule_id)
    if severity:
        wanted = wanted.where(AlertHistory.severity == severity)
    if state:
        wanted = wanted.where(AlertHistory.state == state)
    with house.store.read_session() as session:
        wanted = wanted.order_by(AlertHistory.id.desc()).limit(limit)
        return _seen(house, session, session.scalars(wanted).all())


def get_alert(house: House, id: int) -> AlertSeen:
    """Return one alert.

    Raises:
        NotThere: There is none.
    """
    with house.store.read_session() as session:
        return _seen(house, session, [_get(session, id)])[0]


def list_messages(house: House, id: int) -> list[DeliverySeen]:
    """Return what was sent about an alert, newest first, with every try."""
    return list_deliveries(house, subject=subject_of(id), limit=100)


def acknowledge(house: House, id: int, *, note: str = "") -> AlertSeen:
    """Say that somebody looks after an alert.

    Raises:
        NotThere: There is none.
        IllegalMove: It is over.
    """
    with house.store.joined_session() as session:
        row = _get(session, id)
        if row.state == "resolved":
            raise IllegalMove("the alert is over already")
        row.acknowledged_by, row.acknowledged_at = current().name, now()
        row.note = note.strip()[:500]
        by = current().name
        emit(AlertAcknowledged(alert=id, rule=row.rule_name, note=row.note, by=by))
        return _seen(house, session, [row])[0]


def _get(session: Session, id: int) -> AlertHistory:
    row = session.get(AlertHistory, id)
    if row is None:
        raise NotThere("alert", str(id), [])
    return row


def _seen(
    house: House, session: Session, rows: Sequence[AlertHistory]
) -> list[AlertSeen]:
    silences = active_silences(session, now())
    return [_one_seen(row, silences, _failing(house, row)) for row in rows]


def _failing(house: House, row: AlertHistory) -> tuple[str, ...]:
    if not row.told:
        return ()
    found = list_deliveries(house, subject=subject_of(row.id), limit=100)
    newest: dict[str, DeliverySeen] = {}
    for delivery in found:
        newest.setdefault(delivery.destination, delivery)
    return tuple(
        sorted(
            name for name, one in newest.items() if one.error or one.state == "failed"
        )
    )


def _one_seen(
    row: AlertHistory, silences: Iterable[Silence], failing: tuple[str, ...]
) -> AlertSeen:
    is_over = row.state == "resolved"
    return AlertSeen(
        id=row.id,
        rule_id=row.rule_id,
        rule=row.rule_name,
        severity=row.severity,  # type: ignore[arg-type]  # nobody else writes it
        state=row.state,  # type: ignore[arg-type]  # the database checks it
        labels=row.labels,
        value=row.value,
        message=row.message,
        triggered_at=row.triggered_at,
        resolved_at=row.resolved_at,
        notified_at=row.notified_at,
        held=row.held,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        note=row.note,
        is_silenced=not is_over and find_silence(silences, facts_of(row)) is not None,
        failing=failing,
    )
