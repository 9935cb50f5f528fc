"""`/api/alerts/rules`: rules kept, changed, previewed, removed, and for Prometheus."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response

from entrepot.base.errors import IllegalMove, NotThere
from entrepot.base.times import now
from entrepot.watch.alerts import rules
from entrepot.watch.alerts import settings as knobs
from entrepot.watch.alerts.previewing import preview
from entrepot.watch.alerts.rule_file import render_rule_file
from entrepot.watch.alerts.spec import Preview, RuleChange, RuleSeen, RuleWanted
from entrepot.watch.api.alert_bodies import WHO, ChangedRule, NewRule, PreviewWanted
from entrepot.watch.api.blueprint import bp
from entrepot.watch.errors import AlertRuleNameTaken, InvalidCondition
from entrepot.web.routes import Doc, current_house, route

YAML = "application/yaml"


@route(
    bp,
    "GET",
    "/api/alerts/rules",
    Doc(role="analyst", data=list[RuleSeen], errors=WHO),
)
def list_alert_rules() -> list[RuleSeen]:
    """List the rules, by name."""
    return rules.list_rules(current_house())


@route(
    bp,
    "POST",
    "/api/alerts/rules",
    Doc(
        role="admin",
        body=NewRule,
        data=RuleSeen,
        status=201,
        errors=(*WHO, NotThere, InvalidCondition, AlertRuleNameTaken),
    ),
)
def add_alert_rule(body: NewRule) -> RuleSeen:
    """Keep a rule; one that cannot be looked at says why in `error`, and stays off."""
    given = asdict(body)
    is_enabled = given.pop("enabled")
    wanted = RuleWanted(**given, is_enabled=is_enabled)
    return rules.add_rule(current_house(), wanted)


@route(
    bp,
    "POST",
    "/api/alerts/rules/preview",
    Doc(
        role="analyst",
        body=PreviewWanted,
        data=Preview,
        errors=(*WHO, InvalidCondition),
    ),
)
def preview_alert_rule(body: PreviewWanted) -> Preview:
    """Say what a condition sees now, and how often it would have fired in a day."""
    house, at = current_house(), now()
    return preview(house, body.condition, now=at, for_seconds=body.for_seconds)


@route(
    bp,
    "GET",
    "/api/alerts/rules.yml",
    Doc(role="analyst", media_types=(YAML,), errors=WHO),
)
def get_rule_file() -> Response:
    """Give the rules that are on as a rule file for Prometheus."""
    house = current_house()
    seconds = house.settings[knobs.ALERTS_SECONDS]
    text = render_rule_file(rules.list_rules(house), interval_seconds=seconds)
    return Response(text, content_type=f"{YAML}; charset=utf-8")


@route(
    bp,
    "GET",
    "/api/alerts/rules/<int:id>",
    Doc(
        role="analyst",
        data=RuleSeen,
        errors=(*WHO, NotThere),
        path_examples={"id": "1"},
    ),
)
def get_alert_rule(id: int) -> RuleSeen:
    """Show one rule."""
    return rules.get_rule(current_house(), id)


@route(
    bp,
    "PUT",
    "/api/alerts/rules/<int:id>",
    Doc(
        role="admin",
        body=ChangedRule,
        data=RuleSeen,
        errors=(*WHO, NotThere, InvalidCondition, AlertRuleNameTaken, IllegalMove),
        path_examples={"id": "1"},
    ),
)
def change_alert_rule(id: int, body: ChangedRule) -> RuleSeen:
    """Change a rule; what is left out stays."""
    given = asdict(body)
    is_enabled = given.pop("enabled")
    change = RuleChange(**given, is_enabled=is_enabled)
    return rules.change_rule(current_house(), id, change)


@route(
    bp,
    "DELETE",
    "/api/alerts/rules/<int:id>",
    Doc(
        role="admin",
        data=RuleSeen,
        errors=(*WHO, NotThere, IllegalMove),
        path_examples={"id": "1"},
    ),
)
def remove_alert_rule(id: int) -> RuleSeen:
    """Forget a rule; what it found stays in the history."""
    return rules.remove_rule(current_house(), id)
