"""Every rule looked at, what changed written down, and people told: all or nothing.

What a rule sees is read first, which may take long. Then one transaction locks the
rule, moves its alerts and adds the deliveries with their jobs: whoever dies in the
middle has changed nothing, and whoever comes second finds it done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from entrepot.base.errors import EntrepotError, Unavailable
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.store_errors import find_trouble
from entrepot.base.times import now as clock
from entrepot.watch.alerts import settings as knobs
from entrepot.watch.alerts.events import AlertFired, AlertResolved, AlertRuleBroke
from entrepot.watch.alerts.kinds import KINDS
from entrepot.watch.alerts.models import AlertHistory, AlertRule, Silence
from entrepot.watch.alerts.parsing import parse_condition
from entrepot.watch.alerts.retrying import send_failed_again
from entrepot.watch.alerts.silences import active_silences, find_silence
from entrepot.watch.alerts.spec import Reading, Sample
from entrepot.watch.alerts.states import Open, Step, steps
from entrepot.watch.alerts.telling import tell, usual_destinations

MOST_SAMPLES = 200
"""Things that one rule may fire of; of more, those that are worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a rule saw; `error` says why it could not look, and `passes` if it may."""

    samples: tuple[Sample, ...] = ()
    error: str = ""
    may_pass: bool = False


def evaluate_all(house: House, *, now: datetime | None = None) -> int:
    """Look at every rule that is on; return how many there are.

    A rule that cannot be looked at stops no other.
    """
    if not house.settings[knobs.ALERTS_ENABLED]:
        return 0
    at = now or clock()
    usual = usual_destinations(house).names
    with house.store.read_session() as session:
        wanted = select(AlertRule.id).where(AlertRule.enabled.is_(True))
        ids = list(session.scalars(wanted.order_by(AlertRule.id)))
    for id in ids:
        evaluate(house, id, usual, now=at)
    send_failed_again(house, now=at)
    return len(ids)


def evaluate(
    house: House, id: int, usual: tuple[str, ...] = (), *, now: datetime
) -> None:
    """Look at one rule, and write down what that changes."""
    with house.store.read_session() as session:
        row = session.get(AlertRule, id)
        condition = row.condition if row is not None else ""
    if not condition:
        return
    looked = look(house, condition, now)
    with house.store.session() as session:
        wanted = select(AlertRule).where(AlertRule.id == id).with_for_update()
        rule = session.scalar(wanted)
        if rule is None or not rule.enabled or rule.condition != condition:
            return  # somebody changed it while we looked
        if rule.evaluated_at is not None and rule.evaluated_at >= now:
            return  # another was quicker
        _Turn(house, session, rule, now, usual).take(looked)


def look(house: House, condition: str, now: datetime) -> Looked:
    """Return what a condition sees, or why it cannot be looked at."""
    try:
        parsed = parse_condition(condition)
        reading = KINDS.get(parsed.kind).evaluate(house, parsed, now)
    except EntrepotError as error:
        may_pass = isinstance(error, Unavailable)
        hint = f" ({error.hint})" if error.hint else ""
        return Looked(error=f"{error.detail}{hint}"[:500], may_pass=may_pass)
    except Exception as error:
        trouble = find_trouble(error)
        if trouble is None:
            raise
        return Looked(error=trouble.said[:500], may_pass=True)
    return Looked(samples=_worst(reading))


def _worst(reading: Reading) -> tuple[Sample, ...]:
    if len(reading.samples) <= MOST_SAMPLES:
        return reading.samples
    return tuple(sorted(reading.samples, key=lambda s: not s.is_met)[:MOST_SAMPLES])


@dataclass(frozen=True, slots=True)
class _Turn:
    """One look at one rule, in one transaction that has the rule's row."""

    house: House
    session: Session
    rule: AlertRule
    now: datetime
    usual: tuple[str, ...]

    def take(self, looked: Looked) -> None:
        self.rule.evaluated_at = self.now
        if looked.error:
            self._broke(looked)
            return  # what fires goes on until somebody can look
        self.rule.error = ""
        self.rule.value = _shown(looked.samples)
        opened = self._open()
        silences = active_silences(self.session, self.now)
        for step in steps(
            self.rule.id,
            looked.samples,
            map(_open, opened.values()),
            for_seconds=self.rule.for_seconds,
            now=self.now,
        ):
            self._apply(step, opened.get(step.fingerprint), silences)

    def _broke(self, looked: Looked) -> None:
        is_new = self.rule.error != looked.error
        self.rule.error, self.rule.value = looked.error, None
        if not looked.may_pass:
            self.rule.enabled = False
        if is_new or not looked.may_pass:
            emit(
                AlertRuleBroke(
                    name=self.rule.name, why=looked.error, is_off=not looked.may_pass
                )
            )

    def _open(self) -> dict[str, AlertHistory]:
        wanted = select(AlertHistory).where(
            AlertHistory.rule_id == self.rule.id, AlertHistory.state != "resolved"
        )
        return {row.fingerprint: row for row in self.session.scalars(wanted)}

    def _apply(
        self, step: Step, row: AlertHistory | None, silences: list[Silence]
    ) -> None:
        if step.move == "drop" and row is not None:
            self.session.delete(row)
            return
        if step.move == "resolve" and row is not None:
            self._resolve(row, silences)
            return
        row = row or self._new(step)
        if step.sample is not None:
            row.value, row.message = step.sample.value, step.sample.words
        row.seen_at = self.now
        if step.move == "fire":
            row.state, row.triggered_at = "firing", self.now
        if row.state == "firing" and row.notified_at is None:
            self._announce(row, silences, is_new=step.move == "fire")

    def _new(self, step: Step) -> AlertHistory:
        row = AlertHistory(
            rule_id=self.rule.id,
            rule_name=self.rule.name,
            severity=self.rule.severity,
            state="pending",
            fingerprint=step.fingerprint,
            labels=dict(step.labels),
            message="",
            triggered_at=self.now,
            seen_at=self.now,
            held="",
            told=[],
            retried=0,
            acknowledged_by="",
            note="",
        )
        self.session.add(row)
        return row

    def _announce(
        self, row: AlertHistory, silences: list[Silence], *, is_new: bool
    ) -> None:
        """Tell people that it fires, unless something holds that back for now."""
        self.session.flush()  # the message names its number
        row.held = self._held(row, silences)
        if not row.held:
            row.told = tell(self.house, row, self._destinations())
            row.notified_at = self.now
        if is_new or not row.held:
            emit(
                AlertFired(
                    alert=row.id,
                    rule=row.rule_name,
                    severity=row.severity,
                    message=row.message,
                    told=tuple(row.told),
                    held=row.held,
                )
            )

    def _held(self, row: AlertHistory, silences: list[Silence]) -> str:
        silence = find_silence(silences, facts_of(row))
        if silence is not None:
            return f"silence {silence.id} until {silence.until_at:%Y-%m-%d %H:%M} UTC"
        last = self.session.scalar(
            select(AlertHistory.notified_at)
            .where(
                AlertHistory.fingerprint == row.fingerprint,
                AlertHistory.id != row.id,
                AlertHistory.notified_at.is_not(None),
            )
            .order_by(AlertHistory.notified_at.desc())
            .limit(1)
        )
        if last is not None:
            until = last + timedelta(seconds=self.rule.cooldown_seconds)
            if until > self.now:
                return f"hold-off until {until:%H:%M:%S} UTC"
        return ""

    def _resolve(self, row: AlertHistory, silences: list[Silence]) -> None:
        row.state, row.resolved_at, row.seen_at = "resolved", self.now, self.now
        row.held = ""
        is_silent = find_silence(silences, facts_of(row)) is not None
        if row.notified_at is not None and not is_silent:
            tell(self.house, row, tuple(row.told))
        emit(
            AlertResolved(
                alert=row.id,
                rule=row.rule_name,
                severity=row.severity,
                seconds=(self.now - row.triggered_at).total_seconds(),
            )
        )

    def _destinations(self) -> tuple[str, ...]:
        return tuple(self.rule.channels) or self.usual


def facts_of(row: AlertHistory) -> dict[str, str]:
    """Return what silences match of an alert."""
    labels = {name: str(value) for name, value in row.labels.items()}
    return labels | {"rule": row.rule_name, "severity": row.severity}


def _open(row: AlertHistory) -> Open:
    return Open(
        fingerprint=row.fingerprint,
        is_firing=row.state == "firing",
        since=row.triggered_at,
    )


def _shown(samples: tuple[Sample, ...]) -> float | None:
    """Return what the rule shows of several things: the first that meets it, or any."""
    met = [s.value for s in samples if s.is_met and s.value is not None]
    known = [s.value for s in samples if s.value is not None]
    found = met or known
    return found[0] if found else None
