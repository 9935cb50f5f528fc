"""Rules that every house has: what stops working without anybody seeing it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from entrepot.base.house import House
from entrepot.watch.alerts.condition import render_condition
from entrepot.watch.alerts.models import AlertRule
from entrepot.watch.alerts.parsing import parse_condition
from entrepot.watch.alerts.spec import RuleWanted

SHIPPED: Mapping[str, RuleWanted] = {
    rule.name: rule
    for rule in (
        RuleWanted(
            name="Connection pool exhausted",
            condition="db_pool_usage >= 90% over 5 minutes",
            severity="critical",
            for_seconds=60,
            description="Nearly every connection to our own database is in use: "
            "whoever comes next waits.",
        ),
        RuleWanted(
            name="Database down",
            condition="database_failed == true",
            severity="critical",
            for_seconds=30,
            description="Our own database does not answer.",
        ),
        RuleWanted(
            name="Connection down",
            condition="connection_failed == true",
            severity="warning",
            for_seconds=120,
            is_enabled=False,
            description="A registered database does not let us in. Each is asked with "
            "every look, so it is off until somebody wants that.",
        ),
        RuleWanted(
            name="Backup failed",
            condition='failed_jobs{kind="operations.back_up"} > 0 over 1 day',
            severity="critical",
            description="A backup of our own database was not made.",
        ),
        RuleWanted(
            name="Export failed",
            condition='failed_jobs{kind="exports.run"} > 0 over 10 minutes',
            description="An export did not end well.",
        ),
        RuleWanted(
            name="Schedule missed",
            condition="schedule() > 2h",
            description="A schedule's work was due two hours ago and is not done.",
        ),
        RuleWanted(
            name="Feed rejects rows",
            condition="feed(rejects) > 5%",
            description="More than one row in twenty of a feed's last file was wrong.",
        ),
        RuleWanted(
            name="Import failed",
            condition="feed(failed) > 0",
            description="A feed's last import failed.",
        ),
        RuleWanted(
            name="New error",
            condition="errors(new) > 0 over 1 hour",
            severity="info",
            is_enabled=False,
            description="An error came whose cause was not seen before.",
        ),
        RuleWanted(
            name="Error came back",
            condition="errors(reopened) > 0 over 1 hour",
            description="An error that somebody had resolved came again.",
        ),
        RuleWanted(
            name="Many requests fail",
            condition="error_rate > 5% over 5 minutes",
            severity="critical",
            for_seconds=120,
            description="More than one request in twenty is answered with 500 or more.",
        ),
        RuleWanted(
            name="Requests are slow",
            condition="p95(http_request_duration) > 5s over 10 minutes",
            for_seconds=300,
            is_enabled=False,
            description="One request in twenty takes longer than five seconds.",
        ),
    )
}


def ship_rules(house: House) -> int:
    """Let every shipped rule be there, as people left it; return how many are new."""
    with house.store.read_session() as session:
        known = set(session.scalars(select(AlertRule.name)))
        shipped = session.scalars(
            select(AlertRule.name).where(AlertRule.is_shipped.is_(True))
        )
        if set(SHIPPED) <= known or len(list(shipped)) >= len(SHIPPED):
            return 0
    made = 0
    with house.store.session() as session:
        known = set(session.scalars(select(AlertRule.name)))
        for name in SHIPPED.keys() - known:
            session.add(_row(SHIPPED[name]))
            made += 1
    return made


def _row(wanted: RuleWanted) -> AlertRule:
    condition = parse_condition(wanted.condition)
    return AlertRule(
        name=wanted.name,
        condition=render_condition(condition),
        kind=condition.kind,
        severity=wanted.severity,
        channels=[],
        enabled=wanted.is_enabled,
        is_shipped=True,
        for_seconds=wanted.for_seconds,
        cooldown_seconds=wanted.cooldown_seconds,
        description=wanted.description,
        created_by="system",
    )
