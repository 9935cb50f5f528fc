"""Alert rules as Prometheus reads them: the same conditions over `/metrics`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from entrepot.watch.alerts.condition import shown_number
from entrepot.watch.alerts.kinds import KINDS
from entrepot.watch.alerts.parsing import parse_condition
from entrepot.watch.alerts.spec import RuleSeen

READING = "entrepot_alert_value"
"""The gauge that tells what a rule saw last."""

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")


def render_rule_file(rules: Iterable[RuleSeen], *, interval_seconds: float) -> str:
    """Return the file for Prometheus: every rule that is on, in one group.

    What `/metrics` tells is asked there. Of the others (logs, SQL, schedules, feeds,
    errors), what we saw last is compared.
    """
    wanted = [rule for rule in rules if rule.is_enabled]
    head = [
        "groups:",
        "  - name: entrepot",
        f"    interval: {_duration(interval_seconds)}",
    ]
    if not wanted:
        return "\n".join([*head, "    rules: []", ""])
    lines = (line for rule in wanted for line in _rule(rule))
    return "\n".join([*head, "    rules:", *lines, ""])


def expression_of(rule: RuleSeen) -> str:
    """Return what Prometheus evaluates for a rule."""
    condition = parse_condition(rule.condition)
    asked = KINDS.get(condition.kind).prometheus(condition)
    limit = shown_number(condition.threshold)
    return asked or f"{READING}{{rule={_quoted(rule.name)}}} {condition.op} {limit}"


def alert_name(name: str) -> str:
    """Return a rule's name as Prometheus has names: `DatabaseDown`."""
    words = _NOT_IN_NAMES.sub(" ", name).split()
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return joined if joined[:1].isalpha() else f"Alert{joined}"


def _rule(rule: RuleSeen) -> Iterator[str]:
    yield f"      - alert: {_quoted(alert_name(rule.name))}"
    yield f"        expr: {_quoted(expression_of(rule))}"
    if rule.for_seconds:
        yield f"        for: {_duration(rule.for_seconds)}"
    yield "        labels:"
    yield f"          severity: {_quoted(rule.severity)}"
    yield "        annotations:"
    yield f"          summary: {_quoted(_plain(rule.name))}"
    described = rule.description or rule.condition
    yield f"          description: {_quoted(_plain(described))}"
    yield f"          condition: {_quoted(_plain(rule.condition))}"


def _duration(seconds: float) -> str:
    return f"{round(seconds * 1000)}ms" if seconds % 1 else f"{round(seconds)}s"


def _plain(text: str) -> str:
    """Return a text in which Prometheus sees no template."""
    return text.replace("{{", "{ {").replace("}}", "} }")


def _quoted(text: str) -> str:
    """Return a text as YAML and PromQL quote it: what JSON allows, both read."""
    return json.dumps(text, ensure_ascii=False)
