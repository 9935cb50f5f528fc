"""`entrepot alerts`: list, test, silence and prometheus."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from entrepot.base.times import now
from entrepot.cli import entrepot
from entrepot.watch.alerts.evaluating import evaluate_all
from entrepot.watch.alerts.silences import list_silences


@pytest.fixture
def run(house):
    """A function that runs a command in this house and returns how it ended."""

    def invoke(*words):
        return CliRunner().invoke(entrepot, ["alerts", *words], obj=lambda: house)

    return invoke


def test_what_fires_is_listed(run, rule, say, house):
    """As a table and as JSON; the rules and the history too."""
    rule("Errors", 'logs("level:ERROR") > 2 over 1 hour')
    say(3, at=now())
    evaluate_all(house, now=now() + timedelta(seconds=1))
    found = json.loads(run("list", "--json").output)

    assert [(one["rule"], one["state"]) for one in found] == [("Errors", "firing")]
    assert "Errors" in run("list").output
    assert "Errors" in run("list", "--history").output
    assert "firing" in run("list", "--rules").output


def test_a_test_is_sent(run, rule, receiver):
    """To those that the rule tells."""
    rule("Errors")
    ended = run("test", "Errors")

    assert "202 Accepted" in ended.output
    assert len(receiver.asked) == 1


def test_alerts_are_silenced(run, house):
    """By matchers; a wrong one is refused."""
    ended = run("silence", "rule=Errors", "severity=*", "--why", "moving")
    wrong = run("silence", "Errors", "--why", "moving")

    assert ended.exit_code == 0
    assert list_silences(house)[0].matchers == {"rule": "Errors", "severity": "*"}
    assert wrong.exit_code != 0


def test_the_rule_file_is_printed(run, rule):
    """As Prometheus reads it."""
    rule("Errors")

    assert '- alert: "Errors"' in run("prometheus").output
