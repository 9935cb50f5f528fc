"""Alert rules: kept, changed, looked at before they are kept, removed."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from entrepot.base.acting import current
from entrepot.base.entities import check_text
from entrepot.base.errors import Conflict, IllegalMove, Invalid, NotThere
from entrepot.base.events import emit
from entrepot.base.house import House
from entrepot.base.times import now as clock
from entrepot.delivery import get_destination
from entrepot.watch.alerts.condition import Condition, render_condition
from entrepot.watch.alerts.evaluating import look
from entrepot.watch.alerts.events import (
    AlertRuleAdded,
    AlertRuleChanged,
    AlertRuleRemoved,
)
from entrepot.watch.alerts.models import AlertHistory, AlertRule
from entrepot.watch.alerts.parsing import parse_condition
from entrepot.watch.alerts.spec import (
    SEVERITIES,
    RuleChange,
    RuleSeen,
    RuleState,
    RuleWanted,
)
from entrepot.watch.errors import AlertRuleNameTaken

LONGEST_SECONDS = 7 * 86_400
MOST_CHANNELS = 20
MOST_RULES = 500


def add_rule(
    house: House, wanted: RuleWanted, *, now: datetime | None = None
) -> RuleSeen:
    """Keep a rule; one that cannot be looked at is kept with the reason, and stays off.

    Raises:
        InvalidCondition: Its condition is none; the position is said.
        AlertRuleNameTaken: There is one of this name.
        NotThere: It names a destination that there is not.
        Invalid: A time or the severity is not possible.
    """
    condition = _checked(house, wanted)
    row = AlertRule(
        name=check_text("name", wanted.name, at_most=100),
        kind=condition.kind,
        condition=render_condition(condition),
        created_by=current().name,
    )
    _write(row, wanted)
    _try(house, row, now or clock())
    with house.store.joined_session() as session:
        _check_count(session)
        _save(session, row)
        by = current().name
        emit(AlertRuleAdded(name=row.name, condition=row.condition, by=by))
        return seen(row, {})


def change_rule(
    house: House, id: int, change: RuleChange, *, now: datetime | None = None
) -> RuleSeen:
    """Change a rule; with another condition, its alerts begin anew.

    Raises:
        NotThere: There is no such rule.
        InvalidCondition, AlertRuleNameTaken, Invalid: As when it is added.
        IllegalMove: It came with the program, and would have another name.
    """
    with house.store.read_session() as session:
        before = _get(session, id)
    given = {f.name: getattr(change, f.name) for f in fields(change)}
    said = {name: value for name, value in given.items() if value is not None}
    wanted = replace(_wanted(before), **said)
    if before.is_shipped and wanted.name != before.name:
        raise IllegalMove(
            f"the rule {before.name!r} came with the program and its name"
        )
    condition = _checked(house, wanted)
    text = render_condition(condition)
    is_moved = text != before.condition or (wanted.is_enabled and bool(before.error))
    trial = AlertRule(condition=text, enabled=wanted.is_enabled, error="")
    if is_moved or wanted.is_enabled > before.enabled:
        _try(house, trial, now or clock())
    with house.store.joined_session() as session:
        row = _get(session, id)
        old = _wanted(row)
        row.name = check_text("name", wanted.name, at_most=100)
        row.kind, is_same = condition.kind, row.condition == text
        row.condition = text
        _write(row, wanted)
        row.enabled, row.error = trial.enabled, trial.error
        if not is_same or not row.enabled:
            _close(session, row, now or clock())
        _save(session, row)
        changed = [n for n, v in said.items() if getattr(old, n) != v]
        emit(AlertRuleChanged(name=row.name, changed=changed, by=current().name))
        return seen(row, _states(session))


def remove_rule(house: House, id: int) -> RuleSeen:
    """Forget a rule; what it found stays in the history.

    Raises:
        NotThere: There is no such rule.
        IllegalMove: It came with the program: it can be switched off.
    """
    with house.store.joined_session() as session:
        row = _get(session, id)
        if row.is_shipped:
            raise IllegalMove(
                f"the rule {row.name!r} came with the program",
                hint="switch it off instead",
            )
        _close(session, row, clock())
        gone = seen(row, {})
        session.flush()  # its alerts end before it goes
        session.delete(row)
        emit(AlertRuleRemoved(name=row.name, by=current().name))
        return gone


def list_rules(house: House) -> list[RuleSeen]:
    """Return every rule, by name."""
    with house.store.read_session() as session:
        states = _states(session)
        rows = session.scalars(select(AlertRule).order_by(AlertRule.name))
        return [seen(row, states) for row in rows]


def get_rule(house: House, id: int) -> RuleSeen:
    """Return one rule.

    Raises:
        NotThere: There is none.
    """
    with house.store.read_session() as session:
        return seen(_get(session, id), _states(session))


def get_rule_named(house: House, name: str) -> RuleSeen:
    """Return the rule of a name.

    Raises:
        NotThere: There is none.
    """
    rules = {rule.name: rule for rule in list_rules(house)}
    if name not in rules:
        raise NotThere("alert rule", name, list(rules))
    return rules[name]


def seen(row: AlertRule, states: dict[int, RuleState]) -> RuleSeen:
    """Return a rule as people see it."""
    state: RuleState = states.get(row.id, "ok")
    if row.error:
        state = "broken"
    elif not row.enabled:
        state = "off"
    return RuleSeen(
        id=row.id,
        name=row.name,
        condition=row.condition,
        kind=row.kind,
        severity=row.severity,  # type: ignore[arg-type]  # the database checks it
        channels=tuple(row.channels),
        is_enabled=row.enabled,
        for_seconds=row.for_seconds,
        cooldown_seconds=row.cooldown_seconds,
        description=row.description,
        is_shipped=row.is_shipped,
        state=state,
        error=row.error,
        value=row.value,
        evaluated_at=row.evaluated_at,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _checked(house: House, wanted: RuleWanted) -> Condition:
    if wanted.severity not in SEVERITIES:
        raise Invalid(f"severity: one of {', '.join(SEVERITIES)}")
    for name in ("for_seconds", "cooldown_seconds"):
        if not 0 <= getattr(wanted, name) <= LONGEST_SECONDS:
            raise Invalid(f"{name}: 0 to {LONGEST_SECONDS}")
    if len(wanted.channels) > MOST_CHANNELS:
        raise Invalid(f"channels: at most {MOST_CHANNELS}")
    for name in wanted.channels:
        get_destination(house, name)
    return parse_condition(wanted.condition)


def _try(house: House, row: AlertRule, now: datetime) -> None:
    """Look once; what cannot be looked at stays off and says why."""
    looked = look(house, row.condition, now)
    row.error = looked.error
    if looked.error and not looked.may_pass:
        row.enabled = False


def _write(row: AlertRule, wanted: RuleWanted) -> None:
    row.severity = wanted.severity
    row.channels = list(dict.fromkeys(wanted.channels))
    row.enabled = wanted.is_enabled
    row.for_seconds = wanted.for_seconds
    row.cooldown_seconds = wanted.cooldown_seconds
    row.description = wanted.description[:500]


def _wanted(row: AlertRule) -> RuleWanted:
    return RuleWanted(
        name=row.name,
        condition=row.condition,
        severity=row.severity,  # type: ignore[arg-type]  # the database checks it
        channels=tuple(row.channels),
        is_enabled=row.enabled,
        for_seconds=row.for_seconds,
        cooldown_seconds=row.cooldown_seconds,
        description=row.description,
    )


def _save(session: Session, row: AlertRule) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        said = f"there is an alert rule named {row.name!r} already"
        raise AlertRuleNameTaken(said) from None


def _check_count(session: Session) -> None:
    if len(session.scalars(select(AlertRule.id)).all()) >= MOST_RULES:
        raise Conflict(f"there are {MOST_RULES} alert rules already")


def _close(session: Session, row: AlertRule, at: datetime) -> None:
    """End what is open of a rule that looks no more, or at something else."""
    wanted = select(AlertHistory).where(
        AlertHistory.rule_id == row.id, AlertHistory.state != "resolved"
    )
    for alert in session.scalars(wanted):
        if alert.state == "pending":
            session.delete(alert)
        else:
            alert.state, alert.resolved_at, alert.held = "resolved", at, ""
            alert.note = alert.note or "The rule was changed"


def _states(session: Session) -> dict[int, RuleState]:
    wanted = select(AlertHistory.rule_id, AlertHistory.state).where(
        AlertHistory.state != "resolved"
    )
    found: dict[int, RuleState] = {}
    for id, state in session.execute(wanted):
        if id is not None and found.get(id) != "firing":
            found[id] = "firing" if state == "firing" else "pending"
    return found


def _get(session: Session, id: int) -> AlertRule:
    row = session.get(AlertRule, id)
    if row is None:
        raise NotThere("alert rule", str(id), [])
    return row
