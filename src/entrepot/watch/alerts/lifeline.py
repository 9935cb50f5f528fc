"""What is told while our own database is away, which keeps everything else we tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from entrepot.base.errors import EntrepotError
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now as clock
from entrepot.delivery import Channel, Sending, open_destination
from entrepot.watch.alerts.events import AlertFired, AlertUntold
from entrepot.watch.alerts.models import AlertHistory, AlertRule
from entrepot.watch.alerts.states import fingerprint
from entrepot.watch.alerts.telling import parcel_of, tell, usual_destinations

CONDITION = "database_failed == true"


@dataclass(frozen=True, slots=True)
class _Remembered:
    """The rule as it was when the database was there, and who is to be told."""

    rule_id: int
    name: str
    severity: str
    for_seconds: int
    doors: tuple[tuple[str, Channel, Sending], ...]


@dataclass(slots=True, eq=False)
class Lifeline:
    """Tells that our own database is down, by what was remembered of it."""

    house: House
    _remembered: _Remembered | None = None
    _down_at: datetime | None = None
    _told: dict[str, bool] = field(default_factory=dict)

    def is_well(self, now: datetime | None = None) -> None:
        """Remember who is told, and tell those who were that it is over."""
        at = now or clock()
        if self._down_at is not None:
            if any(self._told.values()):
                self._recover(self._down_at, at)
            self._down_at, self._told = None, {}
        self._remembered = self._look()

    def is_down(self, why: str, now: datetime | None = None) -> None:
        """Tell everybody who is not told yet, once it has lasted."""
        at = now or clock()
        self._down_at = self._down_at or at
        rule = self._remembered
        if rule is None or at - self._down_at < timedelta(seconds=rule.for_seconds):
            return
        alert = self._alert(rule, why)
        is_first = not self._told
        for name, channel, sending in rule.doors:
            if not self._told.get(name):
                self._told[name] = self._send(alert, name, channel, sending)
        if is_first:
            told = tuple(name for name, arrived in self._told.items() if arrived)
            emit(
                AlertFired(
                    alert=0,
                    rule=rule.name,
                    severity=rule.severity,
                    message=alert.message,
                    told=told,
                    held="",
                )
            )

    def close(self) -> None:
        """Nothing is held open."""

    def _send(
        self, alert: AlertHistory, name: str, channel: Channel, sending: Sending
    ) -> bool:
        try:
            channel.send(parcel_of(self.house, alert), sending)
        except EntrepotError as error:
            emit(AlertUntold(alert=0, destination=name, why=error.detail))
            return False
        return True

    def _look(self) -> _Remembered | None:
        usual = usual_destinations(self.house).names
        with self.house.store.read_session() as session:
            wanted = select(AlertRule).where(
                AlertRule.condition == CONDITION, AlertRule.enabled.is_(True)
            )
            rule = session.scalars(wanted.order_by(AlertRule.id)).first()
        if rule is None:
            return None
        doors = []
        for name in tuple(rule.channels) or usual:
            try:
                channel, sending = open_destination(
                    self.house, name, delivery_id=str(uuid4()), attempt=1
                )
            except EntrepotError:
                continue  # it is gone; the rule's own turn tells that
            doors.append((name, channel, sending))
        return _Remembered(
            rule.id, rule.name, rule.severity, rule.for_seconds, tuple(doors)
        )

    def _alert(self, rule: _Remembered, why: str) -> AlertHistory:
        at = self._down_at or clock()
        return AlertHistory(
            id=0,
            rule_id=rule.rule_id,
            rule_name=rule.name,
            severity=rule.severity,
            state="firing",
            fingerprint=fingerprint(rule.rule_id, {}),
            labels={},
            value=1.0,
            message=f"Our own database does not answer: {why}",
            triggered_at=at,
            seen_at=at,
            notified_at=at,
            held="",
            told=[],
            retried=0,
            acknowledged_by="",
            note="",
        )

    def _recover(self, since: datetime, at: datetime) -> None:
        """Write down what was, and let those be told who know of it."""
        rule = self._remembered
        if rule is None:
            return
        row = self._alert(rule, "it is back")
        row.id = None  # type: ignore[assignment]  # the database gives one
        row.message = "Our own database did not answer; it does again"
        row.state, row.triggered_at, row.resolved_at = "resolved", since, at
        row.told = [name for name, arrived in self._told.items() if arrived]
        with self.house.store.session() as session:
            session.add(row)
            session.flush()  # the message names its number
            tell(self.house, row, tuple(row.told))
