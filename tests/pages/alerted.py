"""Alert rules and what they found, as an ordinary week leaves them."""

from __future__ import annotations

from datetime import timedelta

from entrepot.base.house import House
from entrepot.base.times import now
from entrepot.watch.alerts.models import AlertHistory
from entrepot.watch.alerts.rules import add_rule, get_rule_named
from entrepot.watch.alerts.shipped import ship_rules
from entrepot.watch.alerts.silences import add_silence
from entrepot.watch.alerts.spec import RuleWanted, SilenceWanted

MANY = "A rule with a long name that says what is wrong in the warehouse of Bremen"


def write_alerts(house: House) -> dict[str, str]:
    """Keep rules, alerts in each state and a silence; return their ids by name."""
    ship_rules(house)
    broken = RuleWanted(name=MANY, condition="no_such_metric_as_this > 3")
    own = RuleWanted(
        name="Late orders",
        condition='sql("shop", "SELECT count(*) AS late FROM \\"Order Details\\"") > 0',
        severity="critical",
        channels=("warehouse",),
    )
    ids = {"broken": add_rule(house, broken).id, "rule": add_rule(house, own).id}
    wanted = SilenceWanted(
        matchers={"rule": "Connection*", "connection": "*"},
        until=now() + timedelta(hours=4),
        why="The warehouse moves its database",
    )
    add_silence(house, wanted)
    down = get_rule_named(house, "Connection down").id
    with house.store.session() as session:
        firing = _row(
            ids["rule"], "Late orders", "firing", "critical", told=["warehouse"]
        )
        gone = _row(down, "Connection down", "resolved", "warning", connection="shop")
        waits = _row(down, "Connection down", "pending", "warning", connection="bdc")
        session.add_all([gone, firing, waits])
        session.flush()
        ids |= {"alert": firing.id, "over": gone.id}
    return {f"alert_{name}": str(id) for name, id in ids.items()}


def _row(
    rule: int,
    name: str,
    state: str,
    severity: str,
    *,
    told: list[str] = (),
    **labels: str,
) -> AlertHistory:
    at = now() - timedelta(hours=3)
    return AlertHistory(
        rule_id=rule,
        rule_name=name,
        severity=severity,
        state=state,
        fingerprint=f"{name}{labels}"[:64],
        labels=labels,
        value=4.0,
        message="late is 4 in shop (> 0)",
        triggered_at=at,
        seen_at=at,
        resolved_at=at + timedelta(minutes=12) if state == "resolved" else None,
        notified_at=at if state != "pending" else None,
        held="",
        told=list(told),
        retried=0,
        acknowledged_by="marta.okonjo@hafen.example" if told else "",
        acknowledged_at=at + timedelta(minutes=2) if told else None,
        note="",
    )
